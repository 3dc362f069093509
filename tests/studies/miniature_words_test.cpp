// The miniature's word list must contain the system prompts. Otherwise a changed system prompt is split into
// many tokens, and every prompt becomes several times as long without a message.
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
