#include "analysis/live/run_state.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using testing::HasSubstr;

class RunStates : public testing::Test {
 protected:
  RunStates() { make_folders(folder_); }
  ~RunStates() override { std::filesystem::remove_all(folder_); }
  void write(const char* file, const std::string& text) const { write_file_atomically(folder_ / file, text); }
  TrainingRun run() const { return read_runs({folder_.string()})[0]; }

  std::filesystem::path folder_ = testing::TempDir() + "srl_state_" + std::to_string(::getpid());
};

TEST_F(RunStates, SayUpdateRateTimeLeftAndTheLastValidation) {
  write("STATUS", "state=running\nreason=\n");
  EXPECT_EQ(state_line(run()), "running: update 0");
  write("provenance.json", "{\"options\":{\"training.updates\":150}}");
  write("metrics.jsonl",
        "{\"update\":29,\"seconds\":{\"total\":1.0}}\n"
        "{\"update\":30,\"reward_mean\":0.9691,\"format_rate\":0.998,\"seconds\":{\"total\":3.0},"
        "\"tokens_per_second\":{\"rollout\":3334},\"validation\":{\"similarity_given_format\":0.9712,\"exact_"
        "share\":0.15}}\n");
  EXPECT_EQ(
      state_line(run()),
      "running: update 30 of 150, 2.0 s per update, 4 min 00 s left, rollout tokens/s 3334, reward 0.9691, "
      "format 0.998; validation at update 30: similarity 0.9712, exact 0.150");
}

TEST_F(RunStates, EndWithTheRunOrItsProcess) {
  write("metrics.jsonl", "{\"update\":1}\n");
  EXPECT_EQ(end_of(run()), "");
  write("STATUS", "state=running\nreason=\n");
  EXPECT_EQ(end_of(run()), "");
  write("LOCK", cat("job 7, process ", ::getpid(), " on ", host_name(), " since now\n"));
  EXPECT_EQ(end_of(run()), "");
  write("LOCK", cat("process 999999999 on elsewhere.", host_name(), " since now\n"));
  EXPECT_EQ(end_of(run()), "");
  write("LOCK", cat("process 999999999 on ", host_name(), " since now\n"));
  EXPECT_THAT(end_of(run()), HasSubstr("is gone"));
  write("STATUS", "state=failed\nreason=disk full\n");
  EXPECT_EQ(end_of(run()), "the run is failed: disk full");
  write("STATUS", "state=saved\nreason=\n");
  EXPECT_EQ(end_of(run()), "the run is saved");
}

}  // namespace
}  // namespace srl::analysis
