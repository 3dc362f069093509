// Runs srl_check on ranks that are all well, with a stopped rank, and with ranks that differ.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/files.hpp"
#include "base/host.hpp"
#include "device/device.hpp"
#include "job/run_process.hpp"

namespace srl {
namespace {

namespace fs = std::filesystem;
using test::Outcome;
using testing::AllOf, testing::ContainsRegex, testing::HasSubstr, testing::Not;
using Words = std::vector<std::string>;

// This limit only ends a check that hangs: a check takes a few seconds on an idle machine.
constexpr double deadline = 600;

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// The text of a table without its line breaks and columns.
std::string unwrapped(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank || (!line.empty() && line.back() != ' ')) { line += blank ? ' ' : c; }
  }
  return line;
}

/// The process of rank `rank` among the descendants of `launcher`, found by the environment variables that
/// launchers set. 0 if there is none (yet).
int process_of_rank(int launcher, int rank) {
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    const int pid = std::atoi(entry.path().filename().c_str());
    std::error_code error;
    if (pid == 0 || fs::read_symlink(entry.path() / "exe", error) != SRL_CHECK) { continue; }
    int parent = pid;
    while (parent > 1 && parent != launcher) {
      const std::string stat =
          fs::exists(entry.path()) ? read_file("/proc/" + std::to_string(parent) + "/stat") : "";
      const std::size_t close = stat.rfind(')');
      parent = close == std::string::npos ? 0 : std::atoi(stat.c_str() + close + 4);
    }
    if (parent != launcher) { continue; }
    const std::string environment = '\0' + read_file(entry.path() / "environ");
    for (const char* name : {"OMPI_COMM_WORLD_RANK=", "PMI_RANK="}) {
      if (environment.find('\0' + (name + std::to_string(rank)) + '\0') != std::string::npos) { return pid; }
    }
  }
  return 0;
}

class SrlCheck : public testing::Test {
 protected:
  SrlCheck() : folder_(fs::path(testing::TempDir()) / ("srl_check_" + std::to_string(::getpid()))) {
    make_folders(folder_);
  }
  ~SrlCheck() override { fs::remove_all(folder_); }
  Outcome check(int ranks, const Words& words,
                const std::function<void(int, const std::string&)>& while_running = {}) const {
    const Words start{SRL_MPIEXEC, "-n",    std::to_string(ranks),
                      SRL_CHECK,   "--run", (folder_ / "run").string()};
    return test::run_process(joined(start, words), deadline, while_running);
  }
  /// Runs the check on two ranks, each in its own working folder (`first`, `second`).
  Outcome check_in_two_folders(const Words& words) const {
    Words command{SRL_MPIEXEC};
    for (const char* name : {"first", "second"}) {
      command = joined(command, {"-n", "1", "-wdir", (folder_ / name).string(), SRL_CHECK, "--quick"});
      command = joined(command, words);
      command.emplace_back(":");
    }
    command.pop_back();
    return test::run_process(command, deadline);
  }
  /// Stops `rank` with a signal in the middle of the check. Repeats when the check ended before the signal.
  Outcome check_with_stopped(int ranks, int rank) const {
    for (int trial = 0;; ++trial) {
      int stopped = 0;
      const Outcome outcome =
          check(ranks, {"--comm.watchdog_seconds", "5"}, [&](int launcher, const std::string& err) {
            if (stopped != 0 || err.find("checking all-reduce over all ranks") == std::string::npos) {
              return;
            }
            stopped = process_of_rank(launcher, rank);
            if (stopped != 0) { ::kill(stopped, SIGSTOP); }
          });
      if (outcome.exit_code != 0 || trial == 10) {
        EXPECT_NE(stopped, 0) << outcome.err;
        return outcome;
      }
    }
  }
  fs::path folder_;
};

/// The watchdog's text about a rank after "phase '", to the end of the line. Empty if there is none.
std::string where(const Outcome& outcome, int rank) {
  const std::string begin = "  rank " + std::to_string(rank) + " on " + host_name() + ": phase '";
  const std::size_t at = outcome.err.find(begin);
  if (at == std::string::npos) { return ""; }
  return outcome.err.substr(at + begin.size(), outcome.err.find('\n', at + 1) - at - begin.size());
}

TEST_F(SrlCheck, PrintsATableAndALineForScripts) {
  const Outcome outcome = check(4, {"--quick"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("4 ranks on 1 node"), HasSubstr("4.0 MiB over 4 ranks: exact"),
                    HasSubstr("8.0 MiB per rank, written"), HasSubstr("every rank to every rank"),
                    HasSubstr("free (quotas not counted)"), HasSubstr("HDF5 1.")));
  EXPECT_THAT(outcome.out, HasSubstr("\nresult=ok bad_nodes=- bad_ranks=- failed=- warnings="));
  EXPECT_TRUE(fs::is_empty(folder_)) << "srl_check left its files";
}

TEST_F(SrlCheck, NeedsNoLauncher) {
  const Outcome outcome = test::run_process({SRL_CHECK, "--quick", "--run", folder_.string()}, deadline);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("1 rank on 1 node"));
}

/// srl_check without a launcher, with variables of a batch system.
Outcome check_with(const Words& variables, const fs::path& folder, const Words& more = {}) {
  const Words command{SRL_CHECK, "--quick", "--run", folder.string()};
  return test::run_process(joined(joined(joined({"env", "-u", "OMP_NUM_THREADS"}, variables), command), more),
                           deadline);
}

TEST_F(SrlCheck, NoticesTasksThatAreAlone) {
  const Outcome outcome = check_with({"SLURM_STEP_NUM_TASKS=2", "SLURM_PROCID=0"}, folder_);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("srun started 2 tasks"), HasSubstr("--mpi=pmix")));
  // mpirun -n 1 inside a step is alone on purpose.
  EXPECT_EQ(check_with({"SLURM_STEP_NUM_TASKS=2", "OMPI_COMM_WORLD_SIZE=1"}, folder_).exit_code, 0);
}

TEST_F(SrlCheck, UsesNoMoreThreadsThanAllotted) {
  for (const char* variable : {"SLURM_CPUS_PER_TASK=1", "OMP_NUM_THREADS=1", "SLURM_CPUS_ON_NODE=1"}) {
    EXPECT_THAT(check_with({variable}, folder_).out, HasSubstr(" 1 thread per rank")) << variable;
  }
}

TEST_F(SrlCheck, ComparesTheMemoryOfSlurmWithTheNeed) {
  make_folders(folder_ / "model");
  append_line(folder_ / "model/config.json", R"({"dtype": "float32"})");
  append_line(folder_ / "model/tokenizer.json", "{}");
  append_line(folder_ / "model/model.safetensors", std::string(4 << 20, ' '));  // a million parameters
  const Words model{"--model", (folder_ / "model").string()};
  EXPECT_THAT(check_with({"SLURM_MEM_PER_NODE=500"}, folder_, model).out, HasSubstr("(Slurm's limit)"));
  const Outcome little = check_with({"SLURM_MEM_PER_CPU=1", "SLURM_CPUS_ON_NODE=3"}, folder_, model);
  EXPECT_EQ(little.exit_code, 1);
  EXPECT_THAT(unwrapped(little.out),
              AllOf(HasSubstr("memory FAILED 3.0 MiB per rank (Slurm's limit), at least"),
                    HasSubstr("bad_nodes=- bad_ranks=- failed=memory")));
}

TEST_F(SrlCheck, ListsAllWrongOptionsOfAnyJobWithSuggestions) {
  const Outcome outcome = check(2, {"--no_such_option", "1", "--sampling.temprature", "2",
                                    "--training.zero_stage", "7", "--holdout.questions", "x"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(
      outcome.err,
      AllOf(HasSubstr("4 wrong options"), HasSubstr("--no_such_option: unknown option; nearest name: --"),
            HasSubstr("--sampling.temprature: unknown option; did you mean --sampling.temperature?"),
            HasSubstr("--training.zero_stage: 7 is out of range"),
            HasSubstr("--holdout.questions: 'x' is not a whole number")));
}

TEST_F(SrlCheck, NamesAStoppedRankAndEnds) {
  const Outcome outcome = check_with_stopped(4, 2);
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(where(outcome, 2), HasSubstr("MISSING, no heartbeat for"));
  // The other ranks wait for it, in the newest phase or in the one before.
  const std::string phase = where(outcome, 0);
  EXPECT_THAT(outcome.err, HasSubstr("checking " + phase.substr(0, phase.find('\''))));
  EXPECT_FALSE(where(outcome, 1).empty());
  EXPECT_THAT(outcome.out, ContainsRegex("result=failed bad_nodes=" + host_name() +
                                         " bad_ranks=[0-9,]*2[0-9,]* failed=unfinished"));
}

TEST_F(SrlCheck, NamesRankZeroWhenItIsTheStoppedOne) {
  const Outcome outcome = check_with_stopped(2, 0);
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr(" bad_ranks=0 failed=unfinished"));
}

TEST_F(SrlCheck, SaysWhyAGpuThatIsAskedForIsNotThere) {
  if (!device::visible_gpus().empty()) { GTEST_SKIP() << "there is a GPU"; }
  const Outcome outcome = check(2, {"--quick", "--device", "cuda"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(unwrapped(outcome.out),
              AllOf(HasSubstr("GPUs FAILED device = cuda: this "), HasSubstr(" failed=GPUs ")));
}

TEST_F(SrlCheck, NamesTheRankThatLacksAnInput) {
  for (const char* name : {"first", "second"}) { make_folders(folder_ / name / "model"); }
  for (const char* file :
       {"first/model/config.json", "first/model/tokenizer.json", "second/model/config.json"}) {
    append_line(folder_ / file, "{}");
  }
  const Outcome outcome = check_in_two_folders({"--model", "model"});
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(unwrapped(outcome.out),
              AllOf(HasSubstr("on rank 1 ("), HasSubstr("model/tokenizer.json cannot be read"),
                    HasSubstr(" bad_ranks=1 failed=inputs ")));
}

TEST_F(SrlCheck, NamesTheRankWhoseDiskIsFull) {
  for (const char* name : {"first", "second"}) { make_folders(folder_ / name); }
  const fs::path small = folder_ / "second";
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=2m") != 0) {
    GTEST_SKIP() << "this user may not mount a tmpfs";
  }
  const Outcome outcome = check_in_two_folders({"--check.need_bytes", "1M"});
  ::umount(small.c_str());
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(unwrapped(outcome.out), AllOf(HasSubstr("on rank 1 ("), HasSubstr("is the disk full?"),
                                            HasSubstr(" bad_ranks=1 failed=HDF5_files ")));
}

TEST_F(SrlCheck, SaysWhenTheRunNeedsMoreThanIsFree) {
  const Outcome outcome = check(2, {"--quick", "--check.need_bytes", "900000T"});
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(unwrapped(outcome.out),
              AllOf(HasSubstr("878.9 PiB needed at most: too little"), HasSubstr("failed=free_space")));
}

TEST_F(SrlCheck, RefusesCombinationsThatTrainingWouldRefuse) {
  const Outcome outcome = check(2, {"--quick", "--data", "d", "--model", "m", "--sampling.greedy", "on"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("sampling.greedy: a group of equal completions teaches nothing"));
}

}  // namespace
}  // namespace srl
