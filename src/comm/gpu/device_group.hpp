#pragma once
// What a Communicator does on device buffers, without NCCL's types. Used only inside this room.
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"

namespace srl::comm {

enum class ElementType { f32, f64, i64, bf16, byte };
std::size_t size_of(ElementType type);

/// One rank's member of a group of GPUs. A collective that fails throws EnvironmentError with NCCL's message.
class DeviceGroup {
 public:
  virtual ~DeviceGroup() = default;
  virtual void all_reduce(void* values, std::size_t count, ElementType type, Reduce op, void* stream) = 0;
  virtual void reduce_scatter(const void* values, std::span<const std::size_t> offsets, void* mine,
                              ElementType type, void* stream) = 0;
  virtual void all_gather(void* values, std::span<const std::size_t> offsets, ElementType type,
                          void* stream) = 0;
  virtual void broadcast(void* values, std::size_t bytes, int root, void* stream) = 0;
  /// May be called from any thread. A collective that another thread waits for then ends with an error.
  virtual void abort() noexcept = 0;
};

/// make_group_id, called on rank 0, returns the id with which all ranks call join_group. Throws
/// EnvironmentError in a build without CUDA.
std::string make_group_id();
std::shared_ptr<DeviceGroup> join_group(const std::string& id, int gpu, int rank, int ranks);
std::string nccl_version_text();  ///< "2.28.9", "none" in a build without CUDA

/// All groups of a communicator and of those split from it, so that the watchdog can abort them.
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
