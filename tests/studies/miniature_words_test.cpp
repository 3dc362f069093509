// The miniature's words hold the texts that open every prompt: where a system prompt changes and the words do
// not, its prompts become several times as long and nothing says why.
#include <gmock/gmock.h>

#include "base/files.hpp"
#include "base/json.hpp"
#include "trajectory/prompt/prompts.hpp"

namespace srl::trajectory {
namespace {

TEST(MiniatureWords, HoldTheSystemPrompts) {
  const std::string file = SRL_SOURCE_DIR "/studies/miniature/words.json";
  const Json words = Json::parse(read_file(file), file);
  for (const InstanceView view : {InstanceView::step, InstanceView::whole}) {
    InstanceOptions options;
    options.view = view;
    EXPECT_THAT(words.as_array(), testing::Contains(Json(default_system_prompt(false, options))));
  }
}

}  // namespace
}  // namespace srl::trajectory
