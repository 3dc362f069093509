// Evaluation of held-out steps one by one, with a fake model that knows some of them.
#include <gmock/gmock.h>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "evaluation/held_out.hpp"
#include "evaluation/sweep.hpp"
#include "shared_folder.hpp"
#include "sweep_alone.hpp"
#include "trajectory/shard.hpp"

namespace srl::evaluation {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class HeldOutSteps : public SharedFolder {
 protected:
  HeldOutSteps() { instance_.targets = trajectory::Targets::all; }
  void fill() override {
    std::vector<trajectory::Solution> solutions;
    for (const char* name : {"one", "two", "training"}) {
      trajectory::Solution solution;
      solution.id = name;
      solution.domain = "math";
      solution.question = name;
      solution.split = solution.id == "training" ? trajectory::Split::train : trajectory::Split::validation;
      solution.steps = {{"A", {}, cat("1. **A** ", name), {}}, {"B", {}, cat("2. **B** ", name), {}}};
      solutions.push_back(std::move(solution));
    }
    const fs::path shard = folder_ / "held/shards/shard_00000.h5";
    make_folders(shard.parent_path());
    trajectory::write_shard(shard, solutions);
    trajectory::Manifest manifest;
    manifest.shards = {{"shards/shard_00000.h5", fs::file_size(shard), file_checksum(shard.string()), 3, 6}};
    manifest.counts = manifest.options = Json::object();
    manifest.inputs = Json::array();
    trajectory::write_manifest(folder_ / "held", manifest);
  }
  trajectory::InstanceOptions instance_;
};

TEST_F(HeldOutSteps, AreTheStepsOfValidationSolutions) {
  const Benchmark all = held_out_steps((folder_ / "held").string(), instance_);
  EXPECT_EQ(all.name, "held");
  std::vector<std::string> references;
  for (const Question& q : all.questions) { references.push_back(q.reference); }
  EXPECT_THAT(references, ElementsAre("1. **A** one", "2. **B** one", "1. **A** two", "2. **B** two"));
  EXPECT_EQ(all.questions[3].step, 1);
  EXPECT_EQ(all.questions[3].expert->id, "two");
  std::vector<std::string> unrelated;  // from the other solution, half the set away
  for (const Question& q : all.questions) { unrelated.push_back(q.unrelated.value()); }
  EXPECT_THAT(unrelated, ElementsAre("1. **A** two", "2. **B** two", "1. **A** one", "2. **B** one"));
  EXPECT_NE(all.questions[0].solution, all.questions[2].solution);
  instance_.targets = trajectory::Targets::all_but_last;
  EXPECT_EQ(held_out_steps((folder_ / "held").string(), instance_).questions.size(), 2u);
  EXPECT_EQ(held_out_steps((folder_ / "held").string(), instance_, 1).questions.size(), 1u);
}

TEST_F(HeldOutSteps, AreGradedByExactTextAndCarryTheSimilarityOfWellFormedAnswers) {
  SweepOptions options;
  options.view = EvaluationView::step;
  options.data = {(folder_ / "held").string()};
  options.output = (folder_ / "results").string();
  options.task = 0;
  options.tasks = 1;
  comm::Watchdog watchdog(world_, 0);
  job::StopRequests stop(world_, {});
  const Subject subject{"m", "c0", Json::object(), [&](const std::vector<Asked>& questions, const auto&) {
                          std::vector<SampledText> texts;
                          for (std::size_t q = 0; q < questions.size(); ++q) {
                            const std::string& reference = questions[q].question->reference;
                            SampledText written{static_cast<std::int64_t>(q), 0, "…", 3, text::Finish::stop};
                            if (questions[q].question->number == 0) { written.action = reference; }
                            if (questions[q].question->number == 1) {
                              written.action = reference.substr(0, reference.size() - 1);
                            }
                            if (questions[q].question->number == 2) {
                              written.finish = text::Finish::bad_format;
                            }
                            if (questions[q].question->number == 3) { written.finish = text::Finish::length; }
                            texts.push_back(written);
                          }
                          return texts;
                        }};
  const SweepSummary summary = sweep_alone(options, 0, instance_, subject, world_, watchdog, stop);
  world_.barrier();
  EXPECT_EQ(summary.completions, 4);
  EXPECT_EQ(summary.correct, 1);
  for (const Record& record : read_records(folder_ / "results/records_00000.jsonl").records) {
    EXPECT_EQ(record.correct, record.question == 0);
    EXPECT_EQ(record.similarity.has_value(), record.question < 2);
    EXPECT_EQ(record.similarity_unrelated.has_value(), record.question < 2);
    EXPECT_EQ(record.solution, record.question / 2);
    EXPECT_EQ(record.id, record.question < 2 ? "one" : "two");
    if (!record.similarity) { continue; }
    EXPECT_DOUBLE_EQ(*record.similarity,
                     record.question == 0 ? 1.0 : 2.0 * 11 / 23);  // 2 M / T with 11 of 12 characters
    // "1. **A** one" and "1. **A** two" share nine characters, and one of the last three.
    if (record.question == 0) { EXPECT_DOUBLE_EQ(*record.similarity_unrelated, 2.0 * 10 / 24); }
  }
}

TEST_F(HeldOutSteps, NoneHeldOutIsAnErrorThatNamesTheFolder) {
  instance_.targets = trajectory::Targets::all;
  EXPECT_THROW(held_out_steps((folder_ / "nothing").string(), instance_), BadInput);
}

}  // namespace
}  // namespace srl::evaluation
