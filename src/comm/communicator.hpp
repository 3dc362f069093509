#pragma once
// MPI in values. The way of data through this room:
//   a span of numbers or a text per rank → a collective of a Communicator → the result on all ranks or one
//   a long sum while the ranks compute (pending.hpp): started → moved on now and then → waited for
//   a buffer on a GPU (device_buffers.hpp): the same collectives by NCCL
// The watchdog (watchdog.hpp) ends the job when ranks stop answering. MPI types appear only inside this
// room's .cpp files.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "comm/device_buffers.hpp"

namespace srl::comm {

enum class Reduce { sum, min, max };

/// A group of ranks. Cheap to copy (shared ownership). Every collective must be called by all ranks in the
/// same order.
class Communicator {
 public:
  int rank() const;
  int size() const;
  bool is_root() const { return rank() == 0; }

  void barrier() const;
  // In place, any length (also above 2^31 elements). Sums are done in rank order-independent MPI reduction.
  void all_reduce(std::span<float> values, Reduce op) const;
  void all_reduce(std::span<double> values, Reduce op) const;
  void all_reduce(std::span<std::int64_t> values, Reduce op) const;
  double all_reduce(double value, Reduce op) const;
  std::int64_t all_reduce(std::int64_t value, Reduce op) const;
  /// Rank r receives the sum of everyone's values[offsets[r] .. offsets[r+1]) into `mine`. offsets has
  /// size()+1 entries.
  void reduce_scatter(std::span<const float> values, std::span<const std::size_t> offsets,
                      std::span<float> mine) const;
  void reduce_scatter(std::span<const double> values, std::span<const std::size_t> offsets,
                      std::span<double> mine) const;
  /// In place: rank r's part values[offsets[r] .. offsets[r+1]) reaches everyone.
  void all_gather(std::span<float> values, std::span<const std::size_t> offsets) const;
  void all_gather(std::span<double> values, std::span<const std::size_t> offsets) const;
  void broadcast(std::span<std::byte> bytes, int root) const;
  std::string broadcast(std::string text, int root) const;  ///< any length
  /// Blobs of different lengths: everyone's, in rank order, on every rank / on the root (empty elsewhere).
  std::vector<std::string> all_gather(const std::string& mine) const;
  std::vector<std::string> gather(const std::string& mine, int root) const;
  /// blobs[r] goes to rank r; returns what everyone sent here, in rank order.
  std::vector<std::string> all_to_all(const std::vector<std::string>& blobs) const;

  // The same on device buffers, by NCCL (device_buffers.hpp): put into the stream and not waited for.
  // reduce_scatter sums.
  /// Collective, before the first of them: this rank's buffers are on GPU `gpu` of those it sees.
  /// EnvironmentError in a build without CUDA or when NCCL does not come up. Communicators that are split off
  /// later call it for themselves.
  void use_device(int gpu) const;
  template <class T>  // float, double, std::int64_t, Bf16
  void all_reduce(OnDevice<T> values, Reduce op, DeviceStream stream) const;
  template <class T>  // float, Bf16
  void reduce_scatter(OnDevice<const T> values, std::span<const std::size_t> offsets, OnDevice<T> mine,
                      DeviceStream stream) const;
  template <class T>  // float, Bf16
  void all_gather(OnDevice<T> values, std::span<const std::size_t> offsets, DeviceStream stream) const;
  void broadcast(OnDevice<std::byte> bytes, int root, DeviceStream stream) const;

  Communicator split(int color, int key) const;
  Communicator duplicate() const;
  Communicator ranks_on_this_node() const;

  struct Impl;
  explicit Communicator(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  const Impl& implementation() const { return *impl_; }  ///< for this room's .cpp files

 private:
  std::shared_ptr<Impl> impl_;
};

/// MPI from start to end (MPI_THREAD_MULTIPLE, errors throw EnvironmentError). Also works without mpirun. Not
/// finalised while unwinding: the one catch in `job` calls abort instead.
class Session {
 public:
  Session();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  Communicator world() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Ends every rank at once with `exit_code` (MPI_Abort); never returns. Where MPI does not come back the
/// process ends all the same, after abort_seconds.
[[noreturn]] void abort_all(int exit_code);
inline constexpr double abort_seconds = 2.5;

}  // namespace srl::comm
