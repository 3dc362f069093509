#include "device/available_memory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace srl::device {
namespace {

namespace fs = std::filesystem;

class Cgroups : public ::testing::Test {
 protected:
  Cgroups() : mount_(fs::path(testing::TempDir()) / ("cgroups" + std::to_string(::getpid()))) {
    fs::remove_all(mount_);
  }
  ~Cgroups() override { fs::remove_all(mount_); }
  void file(const std::string& path, const std::string& text) {
    fs::create_directories((mount_ / path).parent_path());
    std::ofstream(mount_ / path) << text << "\n";
  }
  fs::path mount_;
};

TEST_F(Cgroups, TheTightestLimitOnTheWayCounts) {
  file("slurm/job_7/memory.max", "10000");
  file("slurm/job_7/memory.current", "4000");
  file("slurm/job_7/memory.stat", "anon 2500\ninactive_file 1000\nactive_file 500");
  file("slurm/job_7/step_0/memory.max", "max");
  file("slurm/job_7/step_0/memory.current", "3000");
  EXPECT_EQ(left_by_cgroups("0::/slurm/job_7/step_0\n", mount_),
            7500U);  // 10000 - (4000 used - 1500 page cache)
  EXPECT_EQ(left_by_cgroups("0::/slurm\n", mount_), unknown_memory);
  file("slurm/job_7/step_0/memory.max", "3200");
  EXPECT_EQ(left_by_cgroups("0::/slurm/job_7/step_0\n", mount_), 200U);
  file("slurm/job_7/step_0/memory.current", "3300");
  EXPECT_EQ(left_by_cgroups("0::/slurm/job_7/step_0\n", mount_), 0U);
}

TEST_F(Cgroups, TheFirstVersionHasOtherNames) {
  file("memory/memory.limit_in_bytes", "9223372036854771712");  // the value that means no limit
  file("memory/memory.usage_in_bytes", "123456");
  EXPECT_EQ(left_by_cgroups("4:memory:/\n", mount_), unknown_memory);
  file("memory/batch/memory.limit_in_bytes", "5000");
  file("memory/batch/memory.usage_in_bytes", "2000");
  file("memory/batch/memory.stat", "inactive_file 7\ntotal_inactive_file 400\ntotal_active_file 100");
  EXPECT_EQ(left_by_cgroups("9:pids:/x\n4:cpu,memory:/batch\n0::/\n", mount_), 3500U);
}

TEST_F(Cgroups, NothingToReadIsNoLimit) {
  EXPECT_EQ(left_by_cgroups("", mount_), unknown_memory);
  EXPECT_EQ(left_by_cgroups("garbage\n0::/gone\n", mount_), unknown_memory);
}

TEST(AvailableMemory, SlurmsLimitCounts) {
  EXPECT_EQ(allotted_by_slurm(), unknown_memory);
  ::setenv("SLURM_MEM_PER_CPU", "500", 1);
  ::setenv("SLURM_CPUS_ON_NODE", "3", 1);
  EXPECT_EQ(allotted_by_slurm(), 1500U << 20);
  ::setenv("SLURM_MEM_PER_NODE", "7", 1);
  EXPECT_EQ(allotted_by_slurm(), 7U << 20);
  EXPECT_EQ(available_memory(), 7U << 20);
  ::setenv("SLURM_MEM_PER_NODE", "0", 1);  // all memory of the node
  ::unsetenv("SLURM_MEM_PER_CPU");
  EXPECT_EQ(allotted_by_slurm(), unknown_memory);
  ::unsetenv("SLURM_MEM_PER_NODE");
  ::unsetenv("SLURM_CPUS_ON_NODE");
}

TEST(AvailableMemory, OfThisMachineIsNotNothing) {
  EXPECT_GT(available_memory(), 1U << 20);
  EXPECT_LT(available_memory(), unknown_memory);
}

}  // namespace
}  // namespace srl::device
