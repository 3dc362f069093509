// The content of a model folder equals what the readers of its single files return. For a folder that lacks a
// file, the error names the file.
#include "model/model_folder.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "model/initial.hpp"
#include "tiny_folder.hpp"

namespace srl::model {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ModelFolder, holds_what_its_files_say) {
  const TemporaryFolder folder;
  write_mini_model(folder.path() / "mini", {"seven"}, 3);
  const ModelFolder opened = open_model_folder(folder.path() / "mini", "chatml");
  EXPECT_EQ(opened.path, folder.path() / "mini");
  EXPECT_EQ(opened.config.vocab, read_config(opened.path).vocab);
  EXPECT_EQ(opened.longest_prompt(), opened.config.max_positions - 1);
  EXPECT_EQ(opened.tokenizer.decode(opened.tokenizer.encode("seven plus 1")), "seven plus 1");
  EXPECT_EQ(opened.chat_template.name(), "chatml");
  EXPECT_EQ(opened.stop_ids, text::stop_ids(opened.path, opened.tokenizer, opened.chat_template));
  EXPECT_FALSE(opened.stop_ids.empty());
  EXPECT_EQ(load_parameters(opened, Dtype::fp32).elements(),
            load_parameters(opened.path, opened.config, Dtype::fp32).elements());
}

TEST(ModelFolder, names_a_missing_file) {
  const TemporaryFolder folder;
  write_mini_model(folder.path() / "mini", {}, 3);
  fs::remove(folder.path() / "mini/config.json");
  EXPECT_THAT([&] { open_model_folder(folder.path() / "mini", "plain"); },
              ThrowsMessage<Error>(HasSubstr("config.json")));
  EXPECT_THROW(open_model_folder(folder.path() / "nothing", "plain"), Error);
}

}  // namespace
}  // namespace srl::model
