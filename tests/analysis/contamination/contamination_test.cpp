// Which questions of records are in the training data.
#include "analysis/contamination/contamination.hpp"

#include <gmock/gmock.h>

#include <random>

#include "analysis/render/render.hpp"
#include "base/error.hpp"
#include "contaminated_records.hpp"
#include "evaluation/held_out.hpp"
#include "support/message_of.hpp"
#include "text/contamination.hpp"
#include "text/normalised_question.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using trajectory::Split;

TEST_F(ContaminationOfRecords, FindsPlantedQuestionsAndNoNearMisses) {
  const std::string file = benchmark(
      "bench", {"Before: " + words(0, 13) + " after.", "Other " + words(100, 12) + " end of it here",
                "What is 2+2?", "What is 3+3?", words(200, 20), "not asked " + words(300, 20)});
  options_.benchmarks = {file};
  options_.shards = {
      data("a", {training("t0", "now " + words(0, 13) + " then"), training("t1", words(100, 12)),
                 training("t2", "WHAT is (2 + 2)"), training("t3", "So what is 3+3?"),
                 training("v", words(200, 20), Split::validation), training("t5", words(300, 20))}),
      data("b", {training("again", words(0, 14)), training("again", words(0, 14))})};
  const std::vector<Record> all = records(file, 5);
  const Contamination contamination = found(all);
  EXPECT_EQ(contamination.solutions, 7);
  ASSERT_EQ(contamination.benchmarks.size(), 1u);
  const CheckedBenchmark& checked = contamination.benchmarks[0];
  EXPECT_EQ(checked.questions, 5);
  ASSERT_THAT(numbers_of(checked), ElementsAre(0, 2));
  EXPECT_EQ(checked.found[1].id, "q2");
  EXPECT_EQ(checked.found[1].training_id, "t2");
  EXPECT_EQ(checked.found[1].shard, options_.shards[0] + "/shards/shard_00000.h5");
  EXPECT_EQ(checked.found[1].shard_row, 2u);
  options_.words = 12;
  EXPECT_THAT(numbers_of(found(all).benchmarks[0]), ElementsAre(0, 1, 2));
  options_.shards = {options_.shards[0] + "/shards/shard_00000.h5"};
  options_.words = 21;
  EXPECT_THAT(numbers_of(found(all).benchmarks[0]), ElementsAre(2));
}

TEST_F(ContaminationOfRecords, AgreesWithTheRuleOfDataPreparationOnEveryQuestion) {
  std::mt19937_64 random(11);
  const auto text = [&] {
    std::string question;
    for (std::size_t left = 1 + random() % 9; left > 0; --left) {
      question += cat(" ", std::string(1, "abc"[random() % 3]), random() % 4 == 0 ? "?" : "");
    }
    return question;
  };
  std::vector<std::string> questions, expert;
  std::vector<trajectory::Solution> solutions;
  for (int q = 0; q < 300; ++q) { questions.push_back(text()); }
  for (int t = 0; t < 6; ++t) {
    expert.push_back(text());
    solutions.push_back(training(cat("t", t), expert.back()));
  }
  options_.words = 4;
  options_.benchmarks = {benchmark("bench", questions)};
  options_.shards = {data("a", solutions)};
  std::vector<std::int64_t> expected;
  for (std::size_t q = 0; q < questions.size(); ++q) {
    text::Contamination contamination(4);
    contamination.add(questions[q]);
    for (const std::string& one : expert) {
      if (contamination.contains(text::normalised_question(one))) {
        expected.push_back(static_cast<std::int64_t>(q));
        break;
      }
    }
  }
  EXPECT_EQ(numbers_of(found(records(options_.benchmarks[0], 300)).benchmarks[0]), expected);
  EXPECT_GT(expected.size(), 20u);
  EXPECT_LT(expected.size(), 280u);
}

TEST_F(ContaminationOfRecords, RefusesFilesThatWereNotEvaluated) {
  const std::string file = benchmark("bench", {words(0, 13), words(20, 13)});
  const std::vector<Record> all = records(file, 2);
  options_.shards = {data("a", {training("t", words(0, 13))})};
  options_.benchmarks = {benchmark("unknown", {"x"})};
  EXPECT_THAT(test::message_of<BadInput>([&] { found(all); }),
              AllOf(HasSubstr("unknown.jsonl ("),
                    HasSubstr("is not a benchmark of the records, which are of bench (")));
  benchmark("bench", {words(0, 13), words(20, 13) + "."});
  options_.benchmarks = {file};
  EXPECT_THAT(test::message_of<BadInput>([&] { found(all); }),
              AllOf(HasSubstr("bench.jsonl ("),
                    HasSubstr("was changed after the evaluation: the records are of bench (")));
  options_.benchmarks = {file + "x"};
  EXPECT_THAT(test::message_of<BadInput>([&] { found(all); }), HasSubstr("does not exist"));
  benchmark("bench", {words(0, 13), words(20, 13)});
  options_.benchmarks = {file};
  std::vector<Record> more = all;
  more.push_back(completion("m", 7, 0, true));
  more.back().benchmark_checksum = all[0].benchmark_checksum;
  EXPECT_THAT(test::message_of<BadInput>([&] { found(more); }),
              HasSubstr("name question 7, but there are only 2"));
}

TEST_F(ContaminationOfRecords, KnowsFieldsOfTheUserInstancesAndChoices) {
  temporary_.write("own.jsonl",
                   cat(R"({"task": {"text": ")", words(0, 13), R"("}, "question": "no", "gold": 1})", "\n"));
  temporary_.write("swe.jsonl",
                   cat(R"({"instance_id": "o__r-1", "text": "A whole prompt", "problem_statement": ")",
                       words(40, 13), "\"}\n"));
  temporary_.write("mc.jsonl", R"({"question": "Which is even?", "choices": ["3", "4"], "answer": 1})"
                               "\n");
  const std::string own = (temporary_.path() / "own.jsonl").string(),
                    swe = (temporary_.path() / "swe.jsonl").string(),
                    mc = (temporary_.path() / "mc.jsonl").string();
  options_.fields.question = "task.text";
  options_.fields.answer = "gold";
  std::vector<Record> all =
      records(own, 1, evaluation::read_benchmark(own, {.fields = options_.fields}).checksum);
  for (Record record :
       records(swe, 1, evaluation::read_benchmark(swe, {.form = evaluation::RowForm::instances}).checksum)) {
    record.view = "patch";
    all.push_back(record);
  }
  for (const Record& record : records(mc, 1)) { all.push_back(record); }
  options_.benchmarks = {own, swe, mc};
  options_.shards = {
      data("a", {training("t", words(0, 13)), training("u", words(40, 13)), training("c", "which is even")})};
  const Contamination contamination = found(all);
  ASSERT_EQ(contamination.benchmarks.size(), 3u);
  for (const CheckedBenchmark& checked : contamination.benchmarks) {
    EXPECT_THAT(numbers_of(checked), ElementsAre(0)) << checked.benchmark.first;
  }
  EXPECT_EQ(contamination.benchmarks[2].as, AskedAs::instances);
  options_.fields = {};
  EXPECT_THAT(test::message_of<BadInput>([&] { found(all); }),
              AllOf(HasSubstr("own.jsonl"), HasSubstr("--fields")));
}

TEST_F(ContaminationOfRecords, HeldOutStepsAreContaminatedByTheirQuestion) {
  const std::string held =
      data("held", {training("t", "so " + words(0, 13)), training("v0", words(90, 13), Split::validation),
                    training("v1", words(0, 14), Split::validation)});
  std::vector<Record> all;
  trajectory::InstanceOptions instance;
  instance.targets = trajectory::Targets::all;
  const evaluation::Benchmark steps = evaluation::held_out_steps(held, instance);
  for (const evaluation::Question& question : steps.questions) {
    Record record = completion("m", question.number, 0, question.number % 2 == 0, true);
    record.view = "step";
    record.benchmark = steps.name;
    record.benchmark_checksum = steps.checksum;
    record.reference = question.reference;
    record.solution = question.solution;
    record.step = question.step;
    all.push_back(record);
  }
  ASSERT_EQ(all.size(), 4u);
  options_.benchmarks = options_.shards = {held};
  const Contamination contamination = found(all);
  EXPECT_EQ(contamination.benchmarks[0].questions, 2);
  ASSERT_THAT(numbers_of(contamination.benchmarks[0]), ElementsAre(1));
  EXPECT_EQ(contamination.benchmarks[0].found[0].id, "v1");
  const std::string text = render({{section(all)}}, ReportFormat::csv);
  EXPECT_THAT(text, AllOf(HasSubstr("held,solutions,2,1,50.0"), HasSubstr("\"held, all\",m,step,4,2,"),
                          HasSubstr("\"held, clean\",m,step,2,0,"),
                          HasSubstr("those of held-out steps are solutions")));
  for (Record& record : all) { record.solution.reset(); }
  EXPECT_THAT(found(all).benchmarks[0].not_checked, HasSubstr("to which solution"));
}

}  // namespace
}  // namespace srl::analysis
