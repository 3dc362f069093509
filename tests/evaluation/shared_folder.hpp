#pragma once
// A test on all ranks with one temporary folder for them, which rank 0 makes, fills and removes.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/files.hpp"
#include "base/strings.hpp"
#include "comm/communicator.hpp"
#include "support/mpi_main.hpp"

namespace srl::evaluation {

class SharedFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              cat("srl_evaluation_", world_.broadcast(utc_now() + std::to_string(getpid()), 0));
    if (world_.is_root()) {
      make_folders(folder_);
      fill();
    }
    world_.barrier();
  }
  void TearDown() override {
    world_.barrier();
    if (world_.is_root()) { std::filesystem::remove_all(folder_); }
  }
  /// Writes what the tests read. On rank 0 only.
  virtual void fill() = 0;

  comm::Communicator world_ = test_world();
  std::filesystem::path folder_;
};

}  // namespace srl::evaluation
