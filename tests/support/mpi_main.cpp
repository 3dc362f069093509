// main() of tests that run under mpirun. Rank 0 prints the usual lines. Other ranks print only failures, with
// their rank in front. If one rank fails, every rank returns failure, so that the launcher's exit code cannot
// hide it.
#include "support/mpi_main.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <memory>

namespace {

std::unique_ptr<srl::comm::Session> session;

class OnlyFailures : public testing::EmptyTestEventListener {
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (!result.failed()) { return; }
    std::cerr << "[rank " << session->world().rank() << "] " << (result.file_name() ? result.file_name() : "")
              << ":" << result.line_number() << ": " << result.summary() << std::endl;
  }
};

}  // namespace

srl::comm::Communicator srl::test_world() {
  return session->world();
}

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  session = std::make_unique<srl::comm::Session>();
  const auto world = session->world();
  if (!world.is_root()) {
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new OnlyFailures);
  }
  const int mine = RUN_ALL_TESTS();
  const int failed = static_cast<int>(world.all_reduce(std::int64_t{mine}, srl::comm::Reduce::max));
  session.reset();
  return failed;
}
