// Sweeps with a fake model on 1, 2 and 3 ranks: the records do not depend on the number of ranks or tasks, or
// on interruptions.
#include "evaluation/sweep.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "evaluation/record_set.hpp"
#include "shared_folder.hpp"
#include "support/message_of.hpp"
#include "sweep_alone.hpp"

namespace srl::evaluation {
namespace {

namespace fs = std::filesystem;

class Sweep : public SharedFolder {
 protected:
  void SetUp() override {
    SharedFolder::SetUp();
    options_.input = {(folder_ / "bench.jsonl").string()};
    options_.output = (folder_ / "results").string();
    options_.task = 0;
    options_.tasks = 1;
    options_.samples = 2;
    options_.batch = 2;
  }
  void fill() override {
    std::ofstream file(folder_ / "bench.jsonl");
    for (int q = 0; q < 11; ++q) {
      file << "{\"id\": \"q-" << q << "\", \"question\": \"" << q << "\", \"answer\": \"" << (q % 2)
           << "\"}\n";
    }
    std::ofstream(folder_ / "instances.jsonl")
        << R"({"instance_id": "a__a-1", "problem_statement": "It fails."})"
        << "\n"
        << R"({"instance_id": "a__a-2", "text": "Mend it."})"
        << "\n";
  }
  SweepSummary run() { return run_share(options_.task); }
  /// The model always answers 1, which is correct for odd questions.
  SweepSummary run_share(std::int64_t share) {
    comm::Watchdog watchdog(world_, 0);
    job::StopRequests stop(world_, {});
    const Subject subject{"m", checksum_, settings_,
                          [&](const std::vector<Asked>& questions, const auto& tick) {
                            EXPECT_FALSE(questions.empty());
                            std::vector<SampledText> texts;
                            for (std::size_t q = 0; q < questions.size(); ++q) {
                              for (const std::int64_t s : questions[q].samples) {
                                ++asked_;
                                const bool finished = finished_ < 0 || s < finished_;
                                texts.push_back({static_cast<std::int64_t>(q), s, text_, 3,
                                                 finished ? text::Finish::stop : text::Finish::unfinished});
                                if (questions[q].question->number == unasked_) {
                                  texts.back() = {static_cast<std::int64_t>(q), s,  "",        0,
                                                  text::Finish::not_asked,      "", "too long"};
                                }
                              }
                            }
                            tick(1);
                            return texts;
                          }};
    const SweepSummary summary = sweep_alone(options_, share, {}, subject, world_, watchdog, stop);
    world_.barrier();
    return summary;
  }
  std::vector<Record> records() {
    return read_records(fs::path(options_.output) / "records_00000.jsonl").records;
  }

  SweepOptions options_;
  Json settings_ = Json::object();
  std::string checksum_ = "c0";
  std::string text_ = "\\boxed{1}";
  std::int64_t asked_ = 0;      ///< completions
  std::int64_t finished_ = -1;  ///< samples of each question that are finished; -1 = all
  std::int64_t unasked_ = -1;   ///< number of a question that cannot be asked
};

TEST_F(Sweep, RecordsEveryQuestionAndSampleOnce) {
  const SweepSummary summary = run();
  EXPECT_EQ(summary.completions, 22);
  EXPECT_EQ(summary.correct, 10);
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (const Record& record : records()) {
    seen.emplace(record.question, record.sample);
    EXPECT_EQ(record.correct, record.question % 2 == 1);
    EXPECT_EQ(record.reference, std::to_string(record.question % 2));
  }
  EXPECT_EQ(seen.size(), 22u);
}

TEST_F(Sweep, GoesOnWhereItStood) {
  run();
  // The file as a kill leaves it: seven whole lines (three and a half questions) and a torn one.
  if (world_.is_root()) {
    const auto file = fs::path(options_.output) / "records_00000.jsonl";
    const auto lines = split(read_file(file), '\n');
    std::string kept;
    for (int i = 0; i < 7; ++i) { kept += lines[static_cast<std::size_t>(i)] + "\n"; }
    write_file_atomically(file, kept + lines[7].substr(0, 30));
  }
  world_.barrier();
  asked_ = 0;
  const SweepSummary summary = run();
  EXPECT_EQ(summary.resumed, world_.is_root() ? 7 : 0);
  EXPECT_EQ(world_.all_reduce(asked_, comm::Reduce::sum), 15);
  EXPECT_EQ(records().size(), 22u);
}

TEST_F(Sweep, RecordsOfOtherSettingsInTheSameFileStay) {
  options_.samples = 1;
  settings_["greedy"] = true;
  run();
  options_.samples = 2;
  settings_["greedy"] = false;
  EXPECT_EQ(run().completions, 22);
  EXPECT_EQ(records().size(), 33u);
}

TEST_F(Sweep, AnotherModelIsAnotherExperimentAndACopyIsNot) {
  run();
  checksum_ = "c1";
  EXPECT_EQ(run().completions, 22);
  EXPECT_EQ(records().size(), 44u);
  EXPECT_EQ(run().completions, 0);
}

TEST_F(Sweep, RecordsWithoutAChecksumOfTheModelAreRefused) {
  run();
  if (world_.is_root()) {
    const auto file = fs::path(options_.output) / "records_00000.jsonl";
    std::string older;
    for (Record record : read_records(file).records) {
      record.model_checksum = "";
      older += to_json(record).dump() + "\n";
    }
    write_file_atomically(file, older);
  }
  world_.barrier();
  if (world_.size() > 1) { return; }  // rank 0 alone reads the file
  EXPECT_THAT(test::message_of<BadInput>([&] { run(); }), testing::HasSubstr("give another --output"));
}

TEST_F(Sweep, AStopKeepsFinishedSamplesAndAsksTheOthersAgain) {
  options_.samples = 4;
  finished_ = 1;
  const SweepSummary stopped = run();
  EXPECT_TRUE(stopped.stopped);
  EXPECT_EQ(stopped.completions, 11);
  finished_ = -1;
  asked_ = 0;
  EXPECT_FALSE(run().stopped);
  EXPECT_EQ(world_.all_reduce(asked_, comm::Reduce::sum), 33);
  EXPECT_EQ(records().size(), 44u);
}

TEST_F(Sweep, AQuestionThatCannotBeAskedCountsAsUnansweredAndIsTriedAgain) {
  unasked_ = 3;
  const SweepSummary summary = run();
  EXPECT_FALSE(summary.stopped);
  EXPECT_EQ(summary.completions, 22);
  EXPECT_EQ(summary.correct, 8);
  for (const Record& record : records()) {
    EXPECT_EQ(record.finish == text::Finish::not_asked, record.question == 3);
    EXPECT_EQ(record.how == "not_asked", record.question == 3);
  }
  unasked_ = -1;
  EXPECT_EQ(run().completions, 2);
  EXPECT_EQ(records().size(), 22u);
}

TEST_F(Sweep, OneContentGivenTwiceIsAskedOnce) {
  if (world_.is_root()) { fs::copy_file(folder_ / "bench.jsonl", folder_ / "copy.jsonl"); }
  world_.barrier();
  options_.input.push_back((folder_ / "copy.jsonl").string());
  EXPECT_EQ(run().completions, 22);
}

TEST_F(Sweep, RecordsNameTheBenchmarksOwnIds) {
  run();
  for (const Record& record : records()) { EXPECT_EQ(record.id, cat("q-", record.question)); }
}

TEST_F(Sweep, TasksShareTheQuestions) {
  options_.tasks = 3;
  std::int64_t completions = 0;
  for (options_.task = 0; options_.task < 3; ++options_.task) { completions += run().completions; }
  EXPECT_EQ(completions, 22);
}

TEST_F(Sweep, WhatAnotherTaskRecordedIsNotAskedAgain) {
  options_.tasks = 3;
  for (options_.task = 0; options_.task < 3; ++options_.task) { run(); }
  asked_ = 0;
  options_.tasks = 1;  // as if the file of the sweep had changed, and with it the shares
  options_.task = 7;
  const SweepSummary summary = run_share(0);
  EXPECT_EQ(world_.all_reduce(asked_, comm::Reduce::sum), 0);
  EXPECT_EQ(summary.resumed, world_.is_root() ? 22 : 0);
}

TEST_F(Sweep, PatchesAreKeptBesideTheGradedRecordsAndNotGraded) {
  options_.view = EvaluationView::patch;
  options_.samples = 1;
  options_.input = {(folder_ / "instances.jsonl").string()};
  text_ = "so\n```diff\ndiff --git a/x b/x\n+1\n```\n";
  EXPECT_EQ(run().completions, 2);
  EXPECT_FALSE(fs::exists(fs::path(options_.output) / "records_00000.jsonl"));
  const auto records = read_records(fs::path(options_.output) / "patches_00000.jsonl").records;
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].answer, "diff --git a/x b/x\n+1\n");
  EXPECT_EQ(records[0].how, "not_graded");
  EXPECT_EQ(run().completions, 0);
}

TEST_F(Sweep, AFolderKeepsOneNumberOfTasks) {
  const fs::path folder = folder_ / "new";
  keep_task_count(folder, 4, world_);
  world_.barrier();
  EXPECT_NO_THROW(keep_task_count(folder, 4, world_));
  EXPECT_THROW(keep_task_count(folder, 8, world_), BadOption);  // on every rank
}

TEST_F(Sweep, RefusesATaskOutsideTheArray) {
  options_.task = 3;
  options_.tasks = 3;
  EXPECT_THROW(resolve_task(options_), BadOption);
}

TEST_F(Sweep, AnArrayOfSomeTasksAnswersTheirShares) {
  ::setenv("SLURM_ARRAY_TASK_ID", "5", 1);  // --array=3,5
  ::setenv("SLURM_ARRAY_TASK_MIN", "3", 1);
  ::setenv("SLURM_ARRAY_TASK_COUNT", "2", 1);
  options_.task = -1;
  options_.tasks = 8;
  resolve_task(options_);
  EXPECT_EQ(options_.task, 5);
  EXPECT_EQ(options_.tasks, 8);
  for (const char* name : {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT"}) {
    ::unsetenv(name);
  }
}

}  // namespace
}  // namespace srl::evaluation
