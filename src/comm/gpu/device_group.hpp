#pragma once
// What a Communicator does on the memory of GPUs, without the types of NCCL or MPI. Used only inside this
// room.
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"

namespace srl::comm {

/// One rank's member of a group of GPUs. A collective is enqueued on a stream and not waited for. If it
/// fails, it throws EnvironmentError with the library's message.
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
  /// What the library reports about a collective that failed after its call; empty if nothing. May be called
  /// from any thread.
  virtual std::string trouble() const = 0;
  /// May be called from any thread. A collective that another thread waits for then ends with an error.
  virtual void abort() noexcept = 0;

  /// Records a call. `order` is a hash of all calls so far: equal on ranks that made the same calls in the
  /// same order.
  void count(std::uint64_t call) { order_ = order_ * 0x9E3779B97F4A7C15u + call + 1, ++calls_; }
  std::uint64_t order() const { return order_; }
  std::uint64_t calls() const { return calls_; }

 private:
  std::uint64_t order_ = 0, calls_ = 0;
};

// Each back end has its own: NCCL, or MPI between emulated GPUs.
/// make_group_id, called on rank 0, returns the id with which all ranks call join_group. Throws
/// EnvironmentError in a build without GPUs.
std::string make_group_id();
/// Collective.
std::shared_ptr<DeviceGroup> join_group(const Communicator& ranks, const std::string& id,
                                        const device::Device& device);
std::string device_group_version();  ///< "2.28.9" of NCCL; "none"; "emulated"

/// All groups of a communicator and of those split from it, so that the watchdog can abort them.
class DeviceGroups {
 public:
  void add(const std::shared_ptr<DeviceGroup>& group) {
    const std::lock_guard lock(mutex_);
    groups_.push_back(group);
  }
  /// The first trouble of a group; empty if there is none.
  std::string trouble() {
    for (const std::shared_ptr<DeviceGroup>& group : existing()) {
      if (std::string found = group->trouble(); !found.empty()) { return found; }
    }
    return {};
  }
  void abort_all() {
    for (const std::shared_ptr<DeviceGroup>& group : existing()) { group->abort(); }
  }

 private:
  std::vector<std::shared_ptr<DeviceGroup>> existing() {
    std::vector<std::shared_ptr<DeviceGroup>> found;
    const std::lock_guard lock(mutex_);
    for (const std::weak_ptr<DeviceGroup>& known : groups_) {
      if (std::shared_ptr<DeviceGroup> group = known.lock()) { found.push_back(std::move(group)); }
    }
    return found;
  }

  std::mutex mutex_;
  std::vector<std::weak_ptr<DeviceGroup>> groups_;
};

}  // namespace srl::comm
