#pragma once
// What a Communicator does with numbers in the memory of GPUs, without the types of NCCL or MPI. Inside this
// room only.
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"

namespace srl::comm {

/// One rank's end of the collectives between GPUs: put into a stream and not waited for. EnvironmentError
/// when one fails.
class DeviceGroup {
 public:
  virtual ~DeviceGroup() = default;
  virtual void all_reduce(void* values, std::size_t count, device::Dtype type, Reduce op,
                          const device::Stream& stream) = 0;
  virtual void reduce_scatter(const void* values, std::span<const std::size_t> offsets, void* mine,
                              device::Dtype type, const device::Stream& stream) = 0;
  virtual void all_gather(void* values, std::span<const std::size_t> offsets, device::Dtype type,
                          const device::Stream& stream) = 0;
  virtual void broadcast(void* values, std::size_t bytes, int root, const device::Stream& stream) = 0;
  /// Any thread, also while another waits in a collective: that one ends with an error.
  virtual void abort() noexcept = 0;

  /// What was put in so far, as one number: ranks that made the same calls in the same order have the same.
  void count(std::uint64_t call) { order_ = order_ * 0x9E3779B97F4A7C15u + call + 1, ++calls_; }
  std::uint64_t order() const { return order_; }
  std::uint64_t calls() const { return calls_; }

 private:
  std::uint64_t order_ = 0, calls_ = 0;
};

// By the back end that is linked: NCCL, or MPI between emulated GPUs; none refuses.
/// The word by which ranks find each other, made on rank 0. EnvironmentError in a build without GPUs.
std::string make_group_id();
/// Collective.
std::shared_ptr<DeviceGroup> join_group(const Communicator& ranks, const std::string& id,
                                        const device::Device& device);
std::string device_group_version();  ///< "2.28.9" of NCCL; "none"; "emulated"

/// All groups of a communicator and of those split from it, so that the watchdog can end them.
class DeviceGroups {
 public:
  void add(const std::shared_ptr<DeviceGroup>& group) {
    const std::lock_guard lock(mutex_);
    groups_.push_back(group);
  }
  void abort_all() noexcept {
    const std::lock_guard lock(mutex_);
    for (const std::weak_ptr<DeviceGroup>& known : groups_) {
      if (const std::shared_ptr<DeviceGroup> group = known.lock()) { group->abort(); }
    }
  }

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<DeviceGroup>> groups_;
};

}  // namespace srl::comm
