#include "analysis/page/samples.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using testing::ElementsAre;

class Samples : public testing::Test {
 protected:
  Samples() { make_folders(run_.folder / "rollouts"); }
  ~Samples() override { std::filesystem::remove_all(run_.folder); }
  void write(const char* file, const std::string& text) const {
    write_file_atomically(run_.folder / file, text);
  }
  std::vector<std::int64_t> chosen_updates() const {
    std::vector<std::int64_t> updates;
    for (const Rollout& rollout : chosen_rollouts(run_)) { updates.push_back(rollout.update); }
    return updates;
  }

  TrainingRun run_ = [] {
    TrainingRun run;
    run.folder = testing::TempDir() + "srl_samples_" + std::to_string(::getpid());
    return run;
  }();
};

std::string sample(int update, double reward, const char* error = "none") {
  return cat("{\"update\":", update, ",\"reward\":", reward, ",\"format_error\":\"", error, "\"}\n");
}

TEST_F(Samples, AreTheHighestMedianAndLowestRewardAndAWrongFormat) {
  EXPECT_TRUE(chosen_updates().empty());
  write("samples.jsonl", sample(1, 0.5) + sample(2, 0.9) + sample(3, -1, "missing_close") + sample(4, 0.1) +
                             sample(5, -1, "truncated") + "{\"upd");
  EXPECT_THAT(chosen_updates(), ElementsAre(2, 1, 4, 5));
}

TEST_F(Samples, SayWhyAGroupWasNotUsed) {
  write("samples.jsonl",
        "{\"update\":1,\"reward\":-1,\"format_error\":\"none\",\"text\":\"all of "
        "it\",\"dropped\":\"equal_rewards\"}\n");
  const std::vector<Rollout> chosen = chosen_rollouts(run_);
  ASSERT_EQ(chosen.size(), 1U);
  EXPECT_EQ(chosen[0].dropped, "equal_rewards");
  EXPECT_EQ(chosen[0].text, "all of it");
}

TEST_F(Samples, AreAmongTheNewestAndOfEqualOnesTheNewest) {
  std::string lines = sample(1, 2.0);
  for (int update = 2; update <= 100; ++update) { lines += sample(update, 1.0); }
  write("samples.jsonl", lines);
  EXPECT_THAT(chosen_updates(), ElementsAre(100, 68, 37));
}

TEST_F(Samples, LengthsComeFromTheNewestSavedRollouts) {
  EXPECT_TRUE(rollout_lengths(run_).empty());
  write("rollouts/update_000001.jsonl",
        "{\"answer_ids\":[1,2]}\n{\"answer_ids\":[3,4]}\n{\"answer_ids\":[5]}\n{\"answ");
  EXPECT_THAT(rollout_lengths(run_), ElementsAre(testing::Pair(1, 1), testing::Pair(2, 2)));
}

}  // namespace
}  // namespace srl::analysis
