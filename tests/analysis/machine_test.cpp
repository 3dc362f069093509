#include <gmock/gmock.h>

#include "analysis/machine/document_json.hpp"
#include "analysis/machine/flat_metrics.hpp"
#include "analysis/machine/lm_eval_results.hpp"
#include "analysis/paper/paper_table.hpp"
#include "answer_records.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "sample_document.hpp"
#include "support/temporary_folder.hpp"

namespace srl::analysis {
namespace {

using testing::HasSubstr;

std::vector<evaluation::Record> two_samples() {
  std::vector<evaluation::Record> records;
  for (int q = 0; q < 4; ++q) {
    records.push_back(completion("m", q, 0, q == 0, true));
    for (int s = 0; s < 2; ++s) { records.push_back(completion("m", q, s, s == 0)); }
  }
  return records;
}

TEST(DocumentJson, HoldsNumbersAndNoFormattedCells) {
  const Json json = Json::parse(render_json(sample_document()), "test");
  const Json& study = json.at("sections").as_array()[1];
  EXPECT_EQ(study.at("warnings").as_array()[0].as_string(), "a warning, for stderr");
  const Json& row = study.at("blocks").as_array()[0].at("rows").as_array()[0];
  EXPECT_EQ(row.as_array()[2].at("low").as_double(), 36.75);
  EXPECT_EQ(row.as_array()[4].at("part").as_integer(), 21);
  EXPECT_EQ(row.as_array()[5].as_double(), 0.00312);
  EXPECT_TRUE(json.at("sections").as_array()[0].at("blocks").as_array()[0].at("series").find("reward") !=
              nullptr);
}

TEST(MeasuresJson, HoldsEveryKAndEveryInterval) {
  const Json json = Json::parse(render_json({{section_of(accuracy_of(two_samples()))}}), "test");
  const Json& row = json.at("sections").as_array()[0].at("measures").at("rows").as_array()[0];
  EXPECT_EQ(row.at("greedy").at("accuracy").at("value").as_double(), 0.25);
  EXPECT_EQ(row.at("sampled").at("pass_at").at("2").at("value").as_double(), 1);
  EXPECT_EQ(row.at("sampled").at("majority").at("value").as_double(), 0.5);
  EXPECT_EQ(row.at("sampled").at("tokens").as_integer(), 80);
  EXPECT_EQ(row.at("model_checksum").as_string(), "sum of m");
  EXPECT_LT(row.at("sampled").at("accuracy").at("low").as_double(), 0.5);
}

TEST(LmEval, HasItsKeysAndOneFilePerModel) {
  const AccuracyTable table = accuracy_of(two_samples());
  const Json json = lm_eval_json({&table.rows[0]});
  for (const char* key : {"configs", "versions", "group_subtasks"}) {
    EXPECT_NE(json.at(key).find("bench"), nullptr) << key;
  }
  const Json& results = json.at("results").at("bench");
  EXPECT_EQ(results.at("acc,none").as_double(), 0.25);
  EXPECT_EQ(results.at("acc_stderr,none").as_double(), 0.25);  // sqrt(0.1875 * 4 / 3 / 4)
  EXPECT_EQ(results.at("pass@2,none").as_double(), 1);
  EXPECT_EQ(json.at("n-samples").at("bench").at("effective").as_integer(), 4);
  EXPECT_EQ(json.at("n-shot").at("bench").as_integer(), 0);
  EXPECT_TRUE(json.at("higher_is_better").at("bench").at("maj@2").as_bool());
  test::TemporaryFolder folder;
  EXPECT_EQ(write_lm_eval(table, folder.path() / "r.json")[0].filename(), "r.json");
  std::vector<evaluation::Record> records = two_samples();
  records.push_back(completion("n", 0, 0, true));
  const auto files = write_lm_eval(accuracy_of(records), folder.path() / "r.json");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[1].filename(), "r_2.json");
  EXPECT_EQ(Json::parse(read_file(files[1]), "r").at("model_name").as_string(), "n");
}

TEST(FlatMetrics, HaveOneNumberPerLine) {
  test::TemporaryFolder folder;
  write_file_atomically(folder.path() / "metrics.jsonl",
                        "{\"update\":3,\"reward_mean\":0.5,\"phase\":\"x\"}\n{\"update\":4,\"rew");
  std::vector<evaluation::Record> records = two_samples();
  for (evaluation::Record& record : records) { record.model = "a,b"; }
  const AccuracyTable table = accuracy_of(records);
  const std::string text = flat_metrics(&table, {folder.path().string()});
  EXPECT_THAT(text, testing::StartsWith("run,step,key,value\n"));
  EXPECT_THAT(text, HasSubstr("\n\"a,b\",0,bench/whole/greedy,0.25\n"));
  EXPECT_THAT(text, HasSubstr("\n\"a,b\",0,bench/whole/pass@2,1.0\n"));
  EXPECT_THAT(text, HasSubstr(cat(folder.path().string(), ",3,reward_mean,0.5\n")));
  EXPECT_THAT(text, testing::Not(HasSubstr("phase")));
}

TEST(PaperTable, ShowsThePapersNumbersAndThoseMeasured) {
  std::vector<evaluation::Record> records;
  for (const char* benchmark : {"AMC23", "aime_2024", "aime25-test", "minerva_math"}) {
    for (evaluation::Record record : two_samples()) {
      record.benchmark = record.benchmark_checksum = benchmark;
      records.push_back(record);
    }
  }
  const Section section = paper_section(accuracy_of(records));
  const Table& table = std::get<Table>(section.blocks[0]);
  ASSERT_EQ(table.rows.size(), 10u);
  EXPECT_NEAR(std::get<Number>(table.rows[0].back()).value, 24.6, 0.05);
  EXPECT_NEAR(std::get<Number>(table.rows[7].back()).value, 26.9, 0.05);
  EXPECT_DOUBLE_EQ(std::get<Estimate>(table.rows[9][1]).value, 50);
  EXPECT_DOUBLE_EQ(std::get<Estimate>(table.rows[9].back()).value, 100 * (3 * 0.5 + 4 * 0.25) / 7);
  EXPECT_EQ(paper_section(accuracy_of(two_samples())).blocks.size(), 3u);
}

}  // namespace
}  // namespace srl::analysis
