// docs/design.md, "Ways of failing": each fault gives one clear message and the exit code written there, and
// nothing hangs.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "base/files.hpp"
#include "job/run_process.hpp"

namespace srl {
namespace {

namespace fs = std::filesystem;
using test::Outcome;
using testing::AllOf, testing::HasSubstr, testing::Not;
using Words = std::vector<std::string>;

// This limit only ends a probe that hangs, as every fault here would without the code under test. A probe
// takes a few seconds on an idle machine. src/job/ending/failure.cpp checks that its own limits add up to the
// documented 5 seconds.
constexpr double deadline = 300;
// How long failing ranks wait for each other and for STATUS. When all ranks fail, all arrive long before the
// limit. When one rank fails alone, it waits for the whole limit.
constexpr const char* all_fail = "SRL_FAILURE_SECONDS=120";
constexpr const char* one_fails = "SRL_FAILURE_SECONDS=5";

std::size_t occurrences(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) { ++count; }
  return count;
}

Outcome probe(int ranks, Words arguments,
              const std::function<void(int, const std::string&)>& while_running = {},
              const char* patience = all_fail) {
  Words command{"env", patience, SRL_MPIEXEC, "-n", std::to_string(ranks), SRL_JOB_PROBE};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return test::run_process(command, deadline, while_running);
}

/// The process ids that the ranks have printed ("[rank 1] warning: pid 123"), by rank. Empty until all ranks
/// have printed theirs.
std::vector<int> pids(const std::string& err, int ranks) {
  std::vector<int> found(static_cast<std::size_t>(ranks), 0);
  for (std::size_t at = 0; (at = err.find("[rank ", at)) != std::string::npos; ++at) {
    int rank = 0, pid = 0;
    if (std::sscanf(err.c_str() + at, "[rank %d] warning: pid %d\n", &rank, &pid) == 2) {
      found.at(static_cast<std::size_t>(rank)) = pid;
    }
  }
  const bool all = std::find(found.begin(), found.end(), 0) == found.end();
  return all && err.back() == '\n' ? found : std::vector<int>{};  // else a number may be incomplete
}

/// Sends `signal` to rank 1 of three once all ranks have printed their process ids.
Outcome probe_with_signal(int signal, Words arguments) {
  bool sent = false;
  const Outcome outcome = probe(3, std::move(arguments), [&](int, const std::string& err) {
    const std::vector<int> ranks = pids(err, 3);
    if (sent || ranks.empty()) { return; }
    ::kill(ranks[1], signal);
    sent = true;
  });
  EXPECT_TRUE(sent) << outcome.err;
  return outcome;
}

class Faults : public testing::Test {
 protected:
  Faults() : folder_(fs::path(testing::TempDir()) / ("srl_job_" + std::to_string(::getpid()))) {
    make_folders(folder_);
  }
  ~Faults() override { fs::remove_all(folder_); }
  std::string run() const { return (folder_ / "run").string(); }
  std::string status() const { return read_file(folder_ / "run" / "STATUS"); }
  fs::path folder_;
};

TEST_F(Faults, WrongOptionsEndEveryRankWithOneMessageAndCode2) {
  const Outcome outcome = probe(3, {"--no_such_option", "1", "--rundz", "2"});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
  EXPECT_EQ(occurrences(outcome.err, "2 wrong options"), 1U);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("--no_such_option: unknown option; nearest name: --"),
                                 HasSubstr("--rundz: unknown option; did you mean --rounds?"),
                                 Not(HasSubstr("MPI_ABORT"))))
      << outcome.err;
}

TEST_F(Faults, HelpAndVersionNeedNoLauncher) {
  const Outcome help = test::run_process({SRL_JOB_PROBE, "--help"}, deadline);
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("--comm.watchdog_seconds"));
  EXPECT_THAT(help.err, Not(HasSubstr("error")));
  EXPECT_THAT(test::run_process({SRL_JOB_PROBE, "--version"}, deadline).out, HasSubstr("job_probe "));
  EXPECT_EQ(test::run_process({SRL_JOB_PROBE, "--rank", "x"}, deadline).exit_code, 2);
  EXPECT_EQ(test::run_process({SRL_JOB_PROBE, "--what", "throw"}, deadline).exit_code, 1);
  EXPECT_EQ(occurrences(probe(2, {"--help"}).out, "Usage:"), 1U);
}

TEST_F(Faults, ADeletedCurrentFolderIsCalledSoInOneMessage) {
  const std::string gone = (folder_ / "gone").string();
  const Outcome outcome =
      test::run_process({"sh", "-c", "mkdir \"$1\" && cd \"$1\" && rmdir \"$1\" && exec \"$2\" --rounds 1",
                         "sh", gone, SRL_JOB_PROBE},
                        deadline);
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("error: the current folder cannot be read"),
                                 HasSubstr("(cd) and start again")));
  EXPECT_EQ(occurrences(outcome.err, "\n"), 1U) << outcome.err;
}

TEST_F(Faults, MoreThreadsThanCoresAreWarnedAboutOnce) {
  const Outcome outcome = probe(2, {"--threads", "512", "--rounds", "1"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(occurrences(outcome.err, "has 1024 threads (2 ranks)"), 1U) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("give --threads "));
}

TEST_F(Faults, OneRankThatThrowsEndsAllWithItsMessage) {
  const Outcome outcome = probe(3, {"--what", "throw", "--rank", "2", "--run", run()}, {}, one_fails);
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_EQ(occurrences(outcome.err, "[rank 2] error: data.jsonl line 7: no question"), 1U) << outcome.err;
  EXPECT_THAT(status(),
              AllOf(HasSubstr("state=failed\n"), HasSubstr("reason=data.jsonl line 7: no question\n")));
}

TEST_F(Faults, WhatAllRanksRunIntoIsSaidOnceAndEndsInOrder) {
  const Outcome outcome = probe(3, {"--what", "throw", "--rank", "-1"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(occurrences(outcome.err, "data.jsonl line 7: no question"), 1U) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("on all 3 ranks"), Not(HasSubstr("MPI_ABORT"))));
  EXPECT_EQ(probe(2, {"--what", "bad_option", "--rank", "-1"}).exit_code, 2);
}

TEST_F(Faults, OutOfMemoryAndForeignExceptionsAreCaughtToo) {
  const Outcome memory = probe(2, {"--what", "bad_alloc", "--rank", "1"}, {}, one_fails);
  EXPECT_NE(memory.exit_code, 0);
  EXPECT_THAT(memory.err, HasSubstr("[rank 1] error: out of memory"));
  const Outcome number = probe(2, {"--what", "number", "--rank", "-1"});
  EXPECT_EQ(number.exit_code, 1);
  EXPECT_THAT(number.err, HasSubstr("unknown type"));
}

TEST_F(Faults, AKilledRankEndsTheJob) {
  const Outcome outcome = probe(2, {"--what", "kill", "--rank", "1"});
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_NE(outcome.exit_code, 0);
}

TEST_F(Faults, AHangingRankIsNamedByTheWatchdogAndInStatus) {
  const Outcome outcome =
      probe(2, {"--what", "hang", "--rank", "1", "--comm.watchdog_seconds", "5", "--run", run()});
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("watchdog: no rank has made progress"), HasSubstr("  rank 1 on "),
                                 HasSubstr(": phase 'start'")));
  EXPECT_THAT(status(),
              AllOf(HasSubstr("state=failed\n"), HasSubstr("reason=watchdog: no rank has made progress")));
}

TEST_F(Faults, AStoppedRankIsNamedAsMissing) {
  const Outcome outcome = probe_with_signal(SIGSTOP, {"--run", run(), "--comm.watchdog_seconds", "5"});
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_NE(outcome.exit_code, 0);
  const std::size_t line = outcome.err.find("  rank 1 on ");
  ASSERT_NE(line, std::string::npos) << outcome.err;
  EXPECT_THAT(outcome.err.substr(line, outcome.err.find('\n', line) - line), HasSubstr("MISSING"));
  EXPECT_THAT(status(), HasSubstr("state=failed\nreason=watchdog: no rank has made progress"));
}

TEST_F(Faults, OneRankThatThrowsWhileAnotherIsStoppedStillEndsAll) {
  // The worst case: no other rank joins the failing rank, and one rank does not react to a request to end.
  bool sent = false;
  const auto stop_and_throw = [&](int, const std::string& err) {
    const std::vector<int> ranks = pids(err, 3);
    if (sent || ranks.empty()) { return; }
    ::kill(ranks[0], SIGSTOP);
    ::kill(ranks[2], SIGUSR2);
    sent = true;
  };
  const Outcome outcome =
      probe(3, {"--what", "throw_late", "--rank", "2", "--run", run()}, stop_and_throw, one_fails);
  EXPECT_TRUE(sent) << outcome.err;
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("[rank 2] error: data.jsonl line 7: no question"));
  EXPECT_THAT(status(), HasSubstr("state=failed\n"));
}

TEST_F(Faults, ARankThatNeverStartsIsNoReasonToWaitForEver) {
  const Outcome outcome = test::run_process(
      {"env", "SRL_START_SECONDS=2", SRL_MPIEXEC, "-n", "1", SRL_JOB_PROBE, ":", "-n", "1", "sleep", "3600"},
      deadline);
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("for all ranks to start"));
}

TEST_F(Faults, AFullDiskIsSaidAndTheOldStatusStands) {
  make_folders(folder_ / "run");
  if (::mount("tmpfs", run().c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "this user may not mount a tmpfs";
  }
  write_file_atomically(folder_ / "run" / "STATUS", "state=saved\n");
  std::ofstream(folder_ / "run" / "filler") << std::string(1 << 20, 'x');  // fills the disk
  const Outcome outcome = probe(2, {"--run", run()});
  const std::string after = status();
  ::umount(run().c_str());
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_EQ(occurrences(outcome.err, "No space left on device"), 1U) << outcome.err;
  EXPECT_EQ(after, "state=saved\n");
}

TEST_F(Faults, TheGreatestExitCodeIsEveryones) {
  EXPECT_EQ(probe(2, {"--what", "code", "--rank", "1", "--rounds", "1"}).exit_code, 1);
  EXPECT_EQ(probe(2, {"--rounds", "1"}).exit_code, 0);
}

TEST_F(Faults, ARunDirectoryThatCannotBeWrittenIsSaidOnce) {
  append_line(folder_ / "file", "not a folder");
  const Outcome outcome = probe(2, {"--run", (folder_ / "file" / "run").string()});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(occurrences(outcome.err, "the folder cannot be created"), 1U) << outcome.err;
}

TEST_F(Faults, Usr1ToOneRankStopsAllInTheSameRoundWithCode0) {
  const Outcome outcome = probe_with_signal(SIGUSR1, {"--run", run(), "--what", "usr1_while_stopping"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::size_t round = outcome.out.find("stops in round");
  ASSERT_NE(round, std::string::npos) << outcome.err;
  const std::string same = outcome.out.substr(round, outcome.out.find('\n', round) - round);
  EXPECT_THAT(same, HasSubstr("USR1"));
  EXPECT_EQ(occurrences(outcome.out, same), 3U) << outcome.out;
  EXPECT_THAT(status(), HasSubstr("state=saved\nreason=stopped by USR1\n"));
}

TEST_F(Faults, TermIsStrongerThanUsr1) {
  bool sent = false;
  const Outcome outcome = probe(2, {"--run", run()}, [&](int, const std::string& err) {
    const std::vector<int> ranks = pids(err, 2);
    if (sent || ranks.empty()) { return; }
    ::kill(ranks[0], SIGSTOP);  // so that both signals are pending at the next agreement
    ::kill(ranks[0], SIGUSR1);
    ::kill(ranks[0], SIGTERM);
    ::kill(ranks[0], SIGCONT);
    sent = true;
  });
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_THAT(status(), HasSubstr("state=failed\nreason=stopped by TERM\n"));
}

TEST_F(Faults, TheEndTimeStopsTheJob) {
  const std::string soon = std::to_string(std::time(nullptr) + 5);
  const Outcome outcome = probe(2, {"--job.end_time", soon, "--job.stop_margin_seconds", "3"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(occurrences(outcome.out, "time limit"), 2U) << outcome.out << outcome.err;
  EXPECT_EQ(probe(2, {"--job.end_time", "tomorrow"}).exit_code, 2);
}

}  // namespace
}  // namespace srl
