// Patches in answers, and the predictions made of them.
#include "evaluation/patches.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "base/files.hpp"
#include "evaluation/record.hpp"
#include "support/temporary_folder.hpp"

namespace srl::evaluation {
namespace {

const std::string diff = "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1,2 @@\n one\n+two\n";

TEST(Patches, AreFoundInEveryForm) {
  const std::string plain = diff.substr(diff.find("--- a/"));
  EXPECT_EQ(patch_in("I see.\n<patch>\n" + diff + "</patch>\nDone."), diff);
  EXPECT_EQ(patch_in("<diff>" + diff + "</diff>"), diff);
  EXPECT_EQ(patch_in("<patch>\n```diff\n" + diff + "```\n</patch>"), diff);
  EXPECT_EQ(patch_in("So:\n```diff\n" + diff + "```\nDone."), diff);
  EXPECT_EQ(patch_in("```python\nx = 1\n```\n```patch\n" + diff + "```"), diff);
  EXPECT_EQ(patch_in("So:\n" + diff), diff);
  EXPECT_EQ(patch_in(plain), plain);
  EXPECT_EQ(patch_in("```diff\n+ ```code```\n \n```"), "+ ```code```\n \n");  // spaces are part of a patch
}

TEST(Patches, ThatAreCutOffOrAbsentAreEmpty) {
  EXPECT_EQ(patch_in("I cannot."), "");
  EXPECT_EQ(patch_in("<patch>\n" + diff), "");
  EXPECT_EQ(patch_in("```diff\n" + diff), "");
  EXPECT_EQ(patch_in(""), "");
}

TEST(Patches, BecomePredictionsOfAllTasks) {
  test::TemporaryFolder folder;
  const auto line = [](std::int64_t question, const std::string& patch, const std::string& checksum) {
    Record record;
    record.model = "run/export";
    record.model_checksum = checksum;
    record.benchmark_checksum = "b";
    record.question = question;
    record.id = "o__r-" + std::to_string(question);
    record.view = "patch";
    record.settings = Json::object();
    record.answer = patch;
    record.finish = text::Finish::stop;
    return to_json(record).dump() + "\n";
  };
  std::ofstream(folder.path() / "patches_00000.jsonl") << line(2, "", "c") << line(0, diff, "c");
  std::ofstream(folder.path() / "patches_00001.jsonl") << line(1, diff, "c") << line(1, "other model", "d");
  const Predictions made = write_predictions(folder.path(), {.model = "run/export",
                                                             .setting = "",
                                                             .checksum = "c",
                                                             .settings = Json::object(),
                                                             .benchmarks = {"b"}});
  EXPECT_EQ(made.file, folder.path() / "predictions_run_export.jsonl");
  EXPECT_EQ(made.instances, 3);
  EXPECT_EQ(made.with_patch, 2);
  const Json patch(diff);
  EXPECT_EQ(read_file(made.file),
            R"({"instance_id":"o__r-0","model_name_or_path":"run/export","model_patch":)" + patch.dump() +
                "}\n"
                R"({"instance_id":"o__r-1","model_name_or_path":"run/export","model_patch":)" +
                patch.dump() +
                "}\n"
                R"({"instance_id":"o__r-2","model_name_or_path":"run/export","model_patch":""})"
                "\n");
}

}  // namespace
}  // namespace srl::evaluation
