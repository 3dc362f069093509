#include "job/run_directory.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "support/mpi_main.hpp"

namespace srl::job {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RunDirectories : public testing::Test {
 protected:
  RunDirectories() : world_(test_world()), watchdog_(world_, 0) {
    folder_ = world_.broadcast(testing::TempDir() + "srl_run_" + std::to_string(::getpid()), 0);
  }
  ~RunDirectories() override {
    world_.barrier();
    if (!world_.is_root()) { return; }
    set_log_file("/dev/null");
    fs::remove_all(folder_);
  }
  Context context() {
    const auto visit = [this](const std::string&, config::Visitor& v) { common_.visit(v); };
    return {world_, watchdog_, "", 1, visit, "job_test", {"--seed", "1"}, std::make_shared<FailureNote>()};
  }
  std::string text(const std::string& name) const { return read_file(folder_ / name); }

  comm::Communicator world_;
  comm::Watchdog watchdog_;
  CommonOptions common_;
  fs::path folder_;
};

TEST_F(RunDirectories, NamesTheTaskOfAnArray) {
  const std::vector<std::pair<const char*, const char*>> last_task{
      {"SLURM_JOB_ID", "70"}, {"SLURM_ARRAY_JOB_ID", "70"}, {"SLURM_ARRAY_TASK_ID", "3"}};
  for (const auto& [name, value] : last_task) { ::setenv(name, value, 1); }
  {
    RunDirectory run(context(), folder_);
    if (world_.is_root()) { EXPECT_THAT(text("STATUS"), HasSubstr("\njob_id=70_3\n")); }
    run.set_status(State::finished, "", 1);
  }
  for (const auto& [name, value] : last_task) { ::unsetenv(name); }
}

TEST_F(RunDirectories, AFailureIsNotOverwrittenByAnotherRank) {
  if (!world_.is_root()) { return; }
  make_folders(folder_);
  StatusFile root(folder_ / "STATUS"), other(folder_ / "STATUS");
  const auto says = [&] { return text("STATUS").substr(0, text("STATUS").find("\nupdate=")); };
  root.start(0);
  other.set(State::running, "", 0, false);
  other.set_failed("no question");
  root.set(State::running, "", 1, true);
  EXPECT_EQ(says(), "state=failed\nreason=no question");
  // What rank 0 was writing at that very moment comes afterwards: the failing rank writes again.
  write_file_atomically(folder_ / "STATUS", "state=running\nreason=\nupdate=1\n");
  other.set_failed("no question");
  EXPECT_EQ(says(), "state=failed\nreason=no question");
  StatusFile(folder_ / "STATUS").start(1);  // the next start
  EXPECT_EQ(says(), "state=running\nreason=");
}

TEST_F(RunDirectories, HoldsOptionsProvenanceAndStatus) {
  const Context c = context();
  RunDirectory run(c, folder_);
  run.describe(c, Json(Json::Object{{"input", "x"}}), {});
  if (world_.is_root()) {
    EXPECT_THAT(
        text("STATUS"),
        testing::MatchesRegex("state=running\nreason=\nupdate=0\njob_id=.*\ngroups=0\nfrom=0\nfrom_groups=0\n"
                              "restart=0\ntime=....-..-..T..:..:..Z\n"));
    EXPECT_THAT(text("options.ini"), HasSubstr("seed = 0\n"));
    const Json provenance = Json::parse(text("provenance.json"), "provenance.json");
    EXPECT_EQ(provenance.at("ranks").as_integer(), world_.size());
    EXPECT_EQ(provenance.at("hosts").as_array().size(), static_cast<std::size_t>(world_.size()));
    EXPECT_EQ(provenance.at("extra").at("input").as_string(), "x");
    EXPECT_EQ(provenance.at("options").at("seed").as_integer(), 0);
    EXPECT_FALSE(provenance.at("code_version").as_string().empty());
    EXPECT_THAT(provenance.at("libraries").at("mpi").as_string(), HasSubstr("."));
    EXPECT_EQ(provenance.at("earlier_starts").as_array().size(), 0U);
  }
  world_.barrier();
  run.set_status(State::saved, "USR1\nwith a line break", 12);
  if (world_.is_root()) {
    EXPECT_THAT(text("STATUS"), HasSubstr("state=saved\nreason=USR1 with a line break\nupdate=12\n"));
  }
  world_.barrier();
  RunDirectory again(c, folder_);
  again.describe(c, Json(), {12, 3});
  if (world_.is_root()) {
    EXPECT_THAT(text("STATUS"), HasSubstr("state=running\nreason=\nupdate=12\n"));
    EXPECT_THAT(text("STATUS"), HasSubstr("groups=3\nfrom=12\nfrom_groups=3\n"));
    const Json earlier = Json::parse(text("provenance.json"), "provenance.json").at("earlier_starts");
    ASSERT_EQ(earlier.as_array().size(), 1U);
    EXPECT_EQ(earlier.as_array()[0].at("extra").at("input").as_string(), "x");
  }
  again.set_status(State::finished, "", 13);
}

TEST_F(RunDirectories, LinesOfLaterUpdatesAndTornOnesAreCut) {
  RunDirectory run(context(), folder_);
  for (int update = 1; update <= 4; ++update) {
    run.append("metrics.jsonl", Json(Json::Object{{"update", update}, {"loss", 0.5}}));
  }
  if (world_.is_root()) {
    append_line(folder_ / "samples.jsonl", R"({"note":"no update"})");
    append_line(folder_ / "samples.jsonl", R"({"update":3})");
    write_file_atomically(folder_ / "metrics.jsonl", text("metrics.jsonl") + R"({"update":2,"lo)");
    append_line(folder_ / "notes.jsonl", R"({"update":3})");
    append_line(folder_ / "notes.jsonl", "a user's own line");
    make_folders(folder_ / "rollouts");
    for (int update : {2, 3}) {
      append_line(folder_ / "rollouts" / cat("update_", zero_padded(update, 6), ".jsonl"), "{}");
    }
  }
  run.cut_after(2, {"metrics.jsonl", "samples.jsonl", "absent.jsonl"});
  if (world_.is_root()) {
    EXPECT_EQ(text("metrics.jsonl"), "{\"update\":1,\"loss\":0.5}\n{\"update\":2,\"loss\":0.5}\n");
    EXPECT_EQ(text("samples.jsonl"), "{\"note\":\"no update\"}\n");
    EXPECT_EQ(text("notes.jsonl"), "{\"update\":3}\na user's own line\n");
    EXPECT_TRUE(fs::exists(folder_ / "rollouts" / "update_000002.jsonl"));
    EXPECT_FALSE(fs::exists(folder_ / "rollouts" / "update_000003.jsonl"));
  }
  run.set_status(State::finished, "", 4);
}

TEST_F(RunDirectories, WhoeverLeavesWithoutAWordIsMarkedFailed) {
  { RunDirectory run(context(), folder_); }
  if (world_.is_root()) {
    EXPECT_THAT(text("STATUS"), HasSubstr("state=failed\nreason=ended without a final state\n"));
  }
}

TEST_F(RunDirectories, ARankThatFailsWritesItsMessageButNeverOverAFinalState) {
  const Context c = context();
  RunDirectory run(c, folder_);
  run.set_status(State::running, "", 3);
  world_.barrier();
  const int last = world_.size() - 1;
  if (world_.rank() == last) { (*c.on_failure)({"the disk is full"}); }
  world_.barrier();
  if (world_.is_root()) {
    EXPECT_THAT(text("STATUS"), HasSubstr("state=failed\nreason=the disk is full\nupdate=3\n"));
  }
  world_.barrier();
  RunDirectory next(c, folder_);
  next.set_status(State::saved, "USR1", 4);
  world_.barrier();
  if (world_.rank() == last) { (*c.on_failure)({"too late"}); }
  world_.barrier();
  if (world_.is_root()) { EXPECT_THAT(text("STATUS"), HasSubstr("state=saved\n")); }
}

TEST_F(RunDirectories, AStartIsRunningBeforeItCanFailAndKeepsTheUpdateReached) {
  if (world_.is_root()) {
    make_folders(folder_);
    write_file_atomically(folder_ / "STATUS", "state=saved\nreason=USR1\nupdate=7\ngroups=2\n");
    write_file_atomically(folder_ / "options.ini", "old");
  }
  world_.barrier();
  const Context c = context();
  RunDirectory run(c, folder_);
  if (world_.is_root()) {
    EXPECT_THAT(text("STATUS"), HasSubstr("state=running\nreason=\nupdate=7\n"));
    EXPECT_THAT(text("STATUS"), HasSubstr("groups=2\nfrom=7\nfrom_groups=2\n"));
    EXPECT_EQ(text("options.ini"), "old");
  }
  world_.barrier();
  if (world_.rank() == world_.size() - 1) { (*c.on_failure)({"shard_00000.h5 is damaged"}); }
  world_.barrier();
  if (world_.is_root()) {
    EXPECT_THAT(text("STATUS"), HasSubstr("state=failed\nreason=shard_00000.h5 is damaged\nupdate=7\n"));
  }
}

TEST_F(RunDirectories, ARefusedStartLeavesTheStatusOfTheEarlierOne) {
  const std::string before = "state=finished\nreason=\nupdate=7\n";
  for (const bool used : {true, false}) {
    if (world_.is_root()) {
      fs::remove_all(folder_);
      make_folders(folder_);
      if (used) { write_file_atomically(folder_ / "STATUS", before); }
    }
    world_.barrier();
    const Context c = context();
    RunDirectory run(c, folder_);
    world_.barrier();
    run.refuse();
    (*c.on_failure)({"another learning rate"});
    world_.barrier();
    if (world_.is_root()) {
      EXPECT_EQ(fs::exists(folder_ / "STATUS"), used);
      if (used) { EXPECT_EQ(text("STATUS"), before); }
    }
    world_.barrier();
  }
}

TEST_F(RunDirectories, EveryRankHearsThatTheFolderCannotBeMade) {
  EXPECT_THROW(RunDirectory(context(), "/proc/no/such"), EnvironmentError);
}

}  // namespace
}  // namespace srl::job
