#include "analysis/runs/training_run.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "analysis/render/render.hpp"
#include "analysis/runs/run_section.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TrainingRuns : public testing::Test {
 protected:
  TrainingRuns() {
    for (const char* name : {"a", "b"}) { make_folders(top_ / name); }
  }
  ~TrainingRuns() override { std::filesystem::remove_all(top_); }
  std::string path(const std::string& name) const { return (top_ / name).string(); }
  void write(const std::string& file, const std::string& text) const {
    write_file_atomically(top_ / file, text);
  }

  std::filesystem::path top_ = testing::TempDir() + "srl_runs_" + std::to_string(::getpid());
};

TEST_F(TrainingRuns, ShowWhatTheRunFoundWrongWithItself) {
  write("a/metrics.jsonl", "{\"update\":1,\"reward_mean\":0.1}\n");
  write("a/STATUS", "state=running\nupdate=1\nfinding.truncated=60% of the completions are cut\n");
  EXPECT_THAT(read_runs({path("a")})[0].warnings,
              ElementsAre(HasSubstr("a: 60% of the completions are cut")));
}

TEST_F(TrainingRuns, HoldEveryUpdateAndGapsWhereNothingWasMeasured) {
  std::string lines;
  for (int update = 1; update <= 101; ++update) {
    lines += cat("{\"update\":", update, ",\"reward_mean\":", update / 200.0, ",\"seconds\":{\"rollout\":2}",
                 update % 2 == 0 ? ",\"entropy\":1.5}\n" : "}\n");
  }
  write("a/metrics.jsonl", lines);
  const TrainingRun run = read_runs({path("a")})[0];
  ASSERT_EQ(run.updates.updates.size(), 101u);
  EXPECT_EQ(run.updates.updates[100], 101);
  EXPECT_EQ(run.updates.values[0][100], 0.505);
  EXPECT_EQ(run.updates.values[4][0], std::nullopt);
  EXPECT_EQ(run.updates.values[4][1], 1.5);
  EXPECT_EQ(run.times.values[0][0], 2);
}

TEST_F(TrainingRuns, AnUnfinishedLastLineIsNotShownAndOtherDamageIsNamed) {
  write("a/metrics.jsonl", "{\"update\":1}\n{\"upda");
  EXPECT_EQ(read_runs({path("a/metrics.jsonl")})[0].updates.updates.size(), 1u);
  for (const char* damaged : {"{\"upda", "{\"step\":2}", "{\"update\":\"2\"}"}) {
    write("a/metrics.jsonl", cat("{\"update\":1}\n", damaged, "\n{\"update\":3}\n"));
    try {
      read_runs({path("a")});
      ADD_FAILURE() << damaged;
    } catch (const BadInput& error) { EXPECT_THAT(error.what(), HasSubstr("line 2")); }
  }
}

TEST_F(TrainingRuns, WhatIsNotARunIsRefusedAndSoIsARunGivenTwice) {
  EXPECT_THROW(read_runs({path("a")}), BadInput);
  EXPECT_THROW(read_runs({path("nowhere")}), BadInput);
  write("a/STATUS", "state=running\n");
  EXPECT_EQ(read_runs({path("a")})[0].state(), "running");
  EXPECT_THROW(read_runs({path("a"), path("a/../a")}), BadOption);
}

TEST_F(TrainingRuns, RepeatedUpdatesCountOnceAndAreReported) {
  write("a/metrics.jsonl",
        "{\"update\":1,\"reward_mean\":0.1,\"reward_histogram\":[1]}\n"
        "{\"update\":2,\"reward_mean\":0.2,\"reward_histogram\":[2]}\n"
        "{\"update\":1,\"reward_mean\":0.3,\"reward_histogram\":[4]}\n");
  const TrainingRun run = read_runs({path("a")})[0];
  EXPECT_THAT(run.updates.updates, ElementsAre(1, 2));
  EXPECT_EQ(run.updates.values[0][0], 0.3);
  EXPECT_EQ(run.completions, 3);
  EXPECT_THAT(run.warnings, ElementsAre(HasSubstr("1 line repeats an update")));
}

TEST_F(TrainingRuns, AnUpdateThatTrainedNothingHasNoEntropyAndNoGradient) {
  write("a/metrics.jsonl",
        "{\"update\":1,\"rollouts_sampled\":8,\"groups\":0,\"entropy\":0.0,\"grad_norm\":0.0}\n"
        "{\"update\":2,\"rollouts_sampled\":0,\"entropy\":0.5,\"grad_norm\":0.25}\n");
  const TrainingRun run = read_runs({path("a")})[0];
  EXPECT_EQ(run.updates.values[4][0], std::nullopt);
  EXPECT_EQ(run.updates.values[7][0], std::nullopt);
  EXPECT_EQ(run.updates.values[4][1], 0.5);  // SFT samples nothing, and trains
}

TEST_F(TrainingRuns, ValidationsComeFromBothFiles) {
  write("a/validation.jsonl", "{\"update\":0,\"validation\":{\"similarity_given_format\":0.25}}\n");
  write("a/metrics.jsonl",
        "{\"update\":1,\"validation\":{\"similarity_given_format\":0.5,\"control_other\":null}}\n");
  const TrainingRun run = read_runs({path("a")})[0];
  EXPECT_THAT(run.validations.updates, ElementsAre(0, 1));
  EXPECT_THAT(run.validations.values[2], ElementsAre(0.25, 0.5));
  EXPECT_THAT(run.validations.values[4], ElementsAre(std::nullopt, std::nullopt));
}

TEST_F(TrainingRuns, WithoutARightFormatThereIsNoSimilarity) {
  write("a/metrics.jsonl",
        "{\"update\":1,\"validation\":{\"format_rate\":0.0,\"similarity_given_format\":0.0}}\n");
  EXPECT_THAT(read_runs({path("a")})[0].validations.values[2], ElementsAre(std::nullopt));
}

TEST_F(TrainingRuns, TimeLeftComesFromUpdatesOrEpochs) {
  const std::string lines =
      "{\"update\":1,\"epoch\":0.25,\"seconds\":{\"total\":2}}\n{\"update\":2,\"epoch\":0.5,\"seconds\":{"
      "\"total\":4}}\n";
  write("a/metrics.jsonl", lines);
  EXPECT_EQ(remaining(read_runs({path("a")})[0]).updates, std::nullopt);
  write("a/provenance.json", "{\"options\":{\"training.updates\":10,\"training.epochs\":9.0}}");
  EXPECT_EQ(remaining(read_runs({path("a")})[0]).seconds_left, 24);
  write("a/provenance.json", "{\"options\":{\"training.updates\":0,\"training.epochs\":2.0}}");
  EXPECT_EQ(remaining(read_runs({path("a")})[0]).updates, 8);
}

TEST_F(TrainingRuns, SeveralRunsAreRowsOfTheSameTables) {
  write(
      "a/metrics.jsonl",
      "{\"update\":1,\"reward_mean\":0.5,\"reward_histogram\":[3,1],\"format_errors\":{\"truncated\":1}}\n");
  write("b/metrics.jsonl", "{\"update\":1,\"reward_mean\":0.25}\n{\"update\":2,\"reward_mean\":0.75}\n");
  write("b/STATUS", "state=failed\nreason=out of memory\nupdate=2\n");
  const std::string csv = render_csv({{section_of(read_runs({path("a"), path("b")}))}});
  const std::string a = top_.filename().string() + "/a", b = top_.filename().string() + "/b";
  EXPECT_THAT(csv, HasSubstr("\n# Updates\nrun,update,reward\n" + a + ",1,0.5000\n" + b + ",1,0.2500\n" + b +
                             ",2,0.7500\n"));
  EXPECT_THAT(csv, HasSubstr("# " + b + " is failed: out of memory\n"));
  EXPECT_THAT(csv, HasSubstr("\nrun,completions,right format,truncated\n" + a + ",4,3,1\n" + b + ",0,0,0\n"));
  EXPECT_THAT(csv, HasSubstr("\n" + b + ",failed,2,,0.5000,"));
}

TEST_F(TrainingRuns, TheirGainsKeepFormatAndSimilarityApart) {
  std::string lines;
  for (int update = 1; update <= 30; ++update) {  // the format rises, the similarity is 0.5 all the time
    const double format = update <= 10 ? 0.5 : 1.0;
    lines += cat("{\"update\":", update, ",\"reward_mean\":", 0.5 * format - (1 - format),
                 ",\"format_rate\":", format, "}\n");
  }
  write("a/metrics.jsonl", lines);
  write("a/provenance.json", "{\"options\":{\"signal.kind\":\"similarity\"}}");
  write("b/metrics.jsonl", "{\"update\":1,\"reward_mean\":0.5,\"format_rate\":1.0}\n");  // too short to say
  const std::string csv = render_csv({{section_of(read_runs({path("a"), path("b")}))}});
  const std::string a = top_.filename().string() + "/a";
  EXPECT_THAT(csv, HasSubstr("\nrun,figure,first 10,last 10,change,change low,change high\n" + a +
                             ",reward,-0.250,0.500,0.750,0.750,0.750\n" + a +
                             ",format right,0.500,1.000,0.500,0.500,0.500\n" + a +
                             ",similarity given right format,0.500,0.500,0.000,0.000,0.000\n"));
  EXPECT_THAT(csv, testing::Not(HasSubstr("/b,reward")));
}

TEST_F(TrainingRuns, AYoungRunHasNoUpdates) {
  write("a/STATUS", "state=running\n");
  EXPECT_THAT(render_text({{section_of(read_runs({path("a")}))}}), HasSubstr("has no updates yet."));
}

}  // namespace
}  // namespace srl::analysis
