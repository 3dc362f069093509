// Which questions of records are in the training data, and the measures without them.
#include "analysis/contamination/contamination.hpp"

#include <gmock/gmock.h>

#include <random>

#include "analysis/contamination/contamination_section.hpp"
#include "analysis/page/html.hpp"
#include "analysis/render/cell_text.hpp"
#include "analysis/render/render.hpp"
#include "answer_records.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "evaluation/benchmark.hpp"
#include "evaluation/held_out.hpp"
#include "support/data_folder.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "text/contamination.hpp"
#include "text/normalised_question.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using trajectory::Split;

trajectory::Solution training(const std::string& id, const std::string& question,
                              Split split = Split::train) {
  return {id, "s", "math", question, {}, {}, {{{}, {}, "1. a", {}}, {{}, {}, "2. b", {}}}, split};
}

/// `count` words, the first of which is w`first`.
std::string words(int first, int count) {
  std::string text;
  for (int word = first; word < first + count; ++word) { text += cat(text.empty() ? "" : " ", "w", word); }
  return text;
}

class ContaminationOfRecords : public testing::Test {
 protected:
  /// A benchmark file with these questions and the ids "q0", "q1", …
  std::string benchmark(const std::string& name, const std::vector<std::string>& questions) const {
    std::string lines;
    for (std::size_t q = 0; q < questions.size(); ++q) {
      Json row = Json::object();
      row["id"] = cat("q", q);
      row["question"] = questions[q];
      row["answer"] = "1";
      lines += row.dump() + "\n";
    }
    temporary_.write(name + ".jsonl", lines);
    return (temporary_.path() / (name + ".jsonl")).string();
  }
  std::string data(const std::string& name, const std::vector<trajectory::Solution>& solutions) const {
    test::write_data_folder(temporary_.path() / name, {solutions});
    return (temporary_.path() / name).string();
  }
  /// Greedy and two sampled completions of each question of a file; questions with an even number are right.
  static std::vector<Record> records(const std::string& file, std::size_t count,
                                     const std::string& checksum) {
    std::vector<Record> all;
    for (std::size_t q = 0; q < count; ++q) {
      for (int sample = -1; sample < 2; ++sample) {
        const auto number = static_cast<std::int64_t>(q);
        all.push_back(completion("m", number, std::max(sample, 0), q % 2 == 0, sample < 0));
        all.back().benchmark = std::filesystem::path(file).stem().string();
        all.back().benchmark_checksum = checksum;
      }
    }
    return all;
  }
  static std::vector<Record> records(const std::string& file, std::size_t count) {
    return records(file, count, evaluation::read_benchmark(file).checksum);
  }
  Contamination found(const std::vector<Record>& records) const {
    return contamination_of(options_, answers_of(records), [] {});
  }
  Section section(const std::vector<Record>& records) const {
    const Contamination contamination = found(records);
    const AccuracyTable clean = accuracy_of(contamination.clean_answers(answers_of(records)));
    return section_of(contamination, accuracy_of(records), clean);
  }
  test::TemporaryFolder temporary_;
  ContaminationOptions options_;
};

std::vector<std::int64_t> numbers_of(const CheckedBenchmark& benchmark) {
  std::vector<std::int64_t> numbers;
  for (const ContaminatedQuestion& question : benchmark.found) { numbers.push_back(question.number); }
  return numbers;
}

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

TEST_F(ContaminationOfRecords, ShowsAllAndCleanQuestionsSideBySide) {
  const std::string file =
      benchmark("bench", {words(0, 13), words(20, 13), words(40, 13), words(60, 13), words(80, 13)});
  options_.benchmarks = {file};
  options_.shards = {data("a", {training("t0", words(0, 20)), training("t1", words(40, 20))})};
  const std::vector<Record> all = records(file, 5);
  const Section section = this->section(all);
  EXPECT_THAT(section.warnings, ElementsAre("bench: 2 of 5 questions are contaminated."));
  const std::string text = render({{section}}, ReportFormat::text);
  EXPECT_THAT(text, AllOf(HasSubstr("by 2 training solutions of"), HasSubstr("13 words in a row")));
  const auto* table = std::get_if<Table>(&section.blocks.at(2));
  ASSERT_TRUE(table != nullptr && table->rows.size() == 2u);
  std::vector<Record> clean;
  for (const Record& record : all) {
    if (record.question != 0 && record.question != 2) { clean.push_back(record); }
  }
  const Table expected = std::get<Table>(section_of(accuracy_of(clean)).blocks[0]);
  std::vector<std::string> row = texts_of(*table)[2], other = texts_of(expected)[1];
  EXPECT_EQ(row[0], "bench, clean");
  EXPECT_EQ(row[3], "3");
  EXPECT_EQ(row[4], "0");
  row.erase(row.begin() + 4);
  row[0] = other[0] = "";
  EXPECT_EQ(row, other);
  EXPECT_EQ(texts_of(*table)[1][0], "bench, all");
  EXPECT_EQ(texts_of(*table)[1][4], "2");
  const Json& measures = section.measures;
  EXPECT_EQ(measures.at("benchmarks").as_array()[0].at("contaminated_questions").as_array()[1].at("id"),
            Json("q2"));
  const Json& of_row = measures.at("rows").as_array()[0];
  EXPECT_EQ(of_row.at("contaminated").as_integer(), 2);
  EXPECT_EQ(of_row.at("greedy").at("questions").as_integer(), 3);
  EXPECT_DOUBLE_EQ(of_row.at("greedy").at("accuracy").at("value").as_double(), 1.0 / 3);
}

TEST_F(ContaminationOfRecords, SaysInWordsWhatHasNoneAndWhatIsNotChecked) {
  const std::string clean = benchmark("clean", {words(0, 13)}), other = benchmark("other", {words(1, 13)}),
                    full = benchmark("full", {words(40, 13)});
  std::vector<Record> all = records(clean, 1);
  for (const std::string& file : {other, full}) {
    for (const Record& record : records(file, 1)) { all.push_back(record); }
  }
  options_.benchmarks = {clean, full};
  options_.shards = {data("a", {training("t", words(40, 13))})};
  Section section = this->section(all);
  std::string text = render({{section}}, ReportFormat::csv);
  EXPECT_THAT(text, AllOf(HasSubstr("# clean: no question of 1 is contaminated."),
                          HasSubstr("# other is not checked: --contamination.benchmarks does not name it."),
                          HasSubstr("other,questions,0,,\n"), HasSubstr("full,questions,1,1,100.0\n"),
                          HasSubstr("\"full, clean\",m,whole,0,0,,,,,"), Not(HasSubstr("mean over"))));
  EXPECT_THAT(section.warnings, ElementsAre("full: 1 of 1 questions is contaminated.",
                                            "Contamination is not checked for other."));
  options_.benchmarks.push_back(other);
  text = render({{this->section(all)}}, ReportFormat::text);
  EXPECT_THAT(text, Not(HasSubstr("not checked")));
  options_.shards = {data("none", {training("v", words(40, 13), Split::validation)})};
  section = this->section(all);
  text = render({{section}}, ReportFormat::markdown);
  EXPECT_THAT(text, AllOf(HasSubstr("full is not checked: there is no training solution in"),
                          HasSubstr("So nothing could be checked.")));
  EXPECT_EQ(section.blocks.size(), 5u);
}

TEST_F(ContaminationOfRecords, MeansOverBenchmarksAreOnCleanQuestions) {
  const std::string a = benchmark("a", {words(0, 13), words(20, 13)}), b = benchmark("b", {words(40, 13)});
  std::vector<Record> all = records(a, 2);
  for (const Record& record : records(b, 1)) { all.push_back(record); }
  options_.benchmarks = {a, b};
  options_.shards = {data("t", {training("t", words(0, 13))})};
  EXPECT_THAT(
      render({{section(all)}}, ReportFormat::csv),
      HasSubstr("\"2 benchmarks, clean\",m,whole,50.0,"));  // question 1 of a is wrong, that of b right
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
  EXPECT_THAT(found(all).benchmarks[0].not_checked, HasSubstr("of which solution"));
}

TEST_F(ContaminationOfRecords, IsTheSameInAnyOrderOfTheRecords) {
  std::vector<std::string> questions;
  for (int q = 0; q < 30; ++q) { questions.push_back(words(100 * q, 14)); }
  const std::string file = benchmark("bench", questions);
  options_.benchmarks = {file};
  options_.shards = {data("a", {training("t", words(300, 13)), training("u", words(700, 13))})};
  std::vector<Record> all = records(file, 30);
  all.push_back(all[9]);
  all.back().text += " again";
  all.back().correct = !all.back().correct;
  const std::string first = render({{section(all)}}, ReportFormat::json);
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 3; ++trial) {
    std::shuffle(all.begin(), all.end(), random);
    EXPECT_EQ(render({{section(all)}}, ReportFormat::json), first);
  }
}

TEST_F(ContaminationOfRecords, ListsAllQuestionsForProgramsAndTheFirstOnesForReaders) {
  std::vector<std::string> questions;
  std::vector<trajectory::Solution> solutions;
  for (int q = 0; q < 250; ++q) {
    questions.push_back(words(100 * q, 14));
    solutions.push_back(training(cat("training-", q), questions.back()));
  }
  options_.benchmarks = {benchmark("bench", questions)};
  options_.shards = {data("a", solutions)};
  const Section section = this->section(records(options_.benchmarks[0], 250));
  const std::string text = render({{section}}, ReportFormat::text),
                    csv = render({{section}}, ReportFormat::csv), html = html_of(section);
  EXPECT_THAT(text,
              AllOf(HasSubstr("training-19 "), Not(HasSubstr("training-20 ")), HasSubstr("230 more rows")));
  EXPECT_THAT(csv, HasSubstr("bench,249,q249,training-249,"));
  EXPECT_THAT(html, AllOf(HasSubstr("training-199<"), Not(HasSubstr("training-200<")),
                          HasSubstr("The first 200 of 250 rows")));
}

}  // namespace
}  // namespace srl::analysis
