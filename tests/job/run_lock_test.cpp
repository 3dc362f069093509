#include "job/run_lock.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <functional>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/mpi_main.hpp"

namespace srl::job {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

class RunLocks : public testing::Test {
 protected:
  RunLocks()
      : world_(test_world()),
        folder_(world_.broadcast(testing::TempDir() + "srl_lock_" + std::to_string(::getpid()), 0)) {}
  ~RunLocks() override {
    world_.barrier();
    if (world_.is_root()) { fs::remove_all(folder_); }
  }
  comm::Communicator world_;
  fs::path folder_;
};

TEST_F(RunLocks, TheSecondIsRefusedOnEveryRankAndToldWhoHasIt) {
  const RunLock first(folder_, world_, {}, 0);
  const std::string process = world_.broadcast("process " + std::to_string(::getpid()) + " on ", 0);
  const auto told = testing::AllOf(HasSubstr(folder_.string() + " is in use by "), HasSubstr(process));
  EXPECT_THAT([&] { RunLock(folder_, world_, {}, 0.3); }, ThrowsMessage<EnvironmentError>(told));
}

TEST_F(RunLocks, TheSecondWaitsForTheEndOfTheFirst) {
  std::optional<RunLock> first(std::in_place, folder_, world_, std::function<void()>(), 0);
  world_.barrier();
  int waited = 0;
  const auto tick = [&] {  // rank 0, which holds the lock
    if (++waited == 3) { first.reset(); }
  };
  EXPECT_NO_THROW(RunLock(folder_, world_, tick, 3600));
  EXPECT_EQ(waited, world_.is_root() ? 3 : 0);
}

TEST_F(RunLocks, AFileLeftBehindIsNoLock) {
  { const RunLock first(folder_, world_, {}, 0); }
  EXPECT_TRUE(!world_.is_root() || fs::exists(folder_ / "LOCK"));
  EXPECT_NO_THROW(RunLock(folder_, world_, {}, 0));
}

TEST_F(RunLocks, AFolderThatCannotBeMadeIsNamed) {
  EXPECT_THAT([&] { RunLock("/proc/no/such", world_, {}, 0); },
              ThrowsMessage<EnvironmentError>(HasSubstr("/proc/no")));
}

}  // namespace
}  // namespace srl::job
