#pragma once
// MPI and NCCL behind plain C++ types. What this room does:
//   a span of numbers or a string per rank → a collective of a Communicator → the result on all ranks or one
//   a long sum while the ranks compute (pending.hpp): start → test now and then → wait
//   a span of a GPU's memory (device/memory.hpp): the same collectives in stream order, with NCCL, or with
//   MPI between emulated GPUs
// The watchdog (watchdog.hpp) ends the job when ranks stop responding. MPI types appear only inside this
// room's .cpp files.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/not_copied.hpp"
#include "device/dtype.hpp"
#include "device/memory.hpp"

namespace srl::comm {

enum class Reduce { sum, min, max };

/// A group of ranks. Cheap to copy (shared ownership). All ranks must call every collective, in the same
/// order.
class Communicator {
 public:
  int rank() const;
  int size() const;
  bool is_root() const { return rank() == 0; }

  void barrier() const;
  // In place, any length (also above 2^31 elements). The MPI library chooses the order of summation.
  void all_reduce(std::span<float> values, Reduce op) const;
  void all_reduce(std::span<double> values, Reduce op) const;
  void all_reduce(std::span<std::int64_t> values, Reduce op) const;
  double all_reduce(double value, Reduce op) const;
  std::int64_t all_reduce(std::int64_t value, Reduce op) const;
  /// Rank r receives the sum of all ranks' values[offsets[r] .. offsets[r+1]) in `mine`. `offsets` has
  /// size()+1 entries.
  void reduce_scatter(std::span<const float> values, std::span<const std::size_t> offsets,
                      std::span<float> mine) const;
  void reduce_scatter(std::span<const double> values, std::span<const std::size_t> offsets,
                      std::span<double> mine) const;
  /// In place: rank r's part values[offsets[r] .. offsets[r+1]) is copied to all ranks.
  void all_gather(std::span<float> values, std::span<const std::size_t> offsets) const;
  void all_gather(std::span<double> values, std::span<const std::size_t> offsets) const;
  void broadcast(std::span<std::byte> bytes, int root) const;
  std::string broadcast(std::string text, int root) const;  ///< any length
  /// Blobs of any lengths. all_gather returns those of all ranks, in rank order. gather returns them on the
  /// root and nothing elsewhere.
  std::vector<std::string> all_gather(const std::string& mine) const;
  std::vector<std::string> gather(const std::string& mine, int root) const;
  /// Sends blobs[r] to rank r. Returns what all ranks sent to this one, in rank order.
  std::vector<std::string> all_to_all(const std::vector<std::string>& blobs) const;

  // The same collectives on the memory of this rank's GPU, with NCCL, or with MPI between emulated GPUs. They
  // are enqueued on the stream and not waited for. reduce_scatter sums.
  /// Collective. Call it before the first collective on a GPU's memory. Throws EnvironmentError in a build
  /// without GPUs or if NCCL cannot start. A communicator that is split off later needs its own call.
  void use_device(const device::Device& device) const;
  template <class T>  // float, double, device::Bf16
  void all_reduce(device::Span<T> values, Reduce op, const device::Stream& stream) const;
  template <class T>
  void reduce_scatter(std::type_identity_t<device::Span<const T>> values,
                      std::span<const std::size_t> offsets, device::Span<T> mine,
                      const device::Stream& stream) const;
  template <class T>
  void all_gather(device::Span<T> values, std::span<const std::size_t> offsets,
                  const device::Stream& stream) const;
  void broadcast(device::Span<std::byte> bytes, int root, const device::Stream& stream) const;
  /// Collective, on the host. Throws Bug if the ranks have enqueued different collectives, or in different
  /// orders, since use_device. With NCCL such ranks hang or get wrong results, so call it after every update.
  void check_device_order() const;

  Communicator split(int color, int key) const;
  Communicator duplicate() const;
  Communicator ranks_on_this_node() const;

  struct Impl;
  explicit Communicator(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  const Impl& implementation() const { return *impl_; }  ///< for this room's .cpp files

 private:
  std::shared_ptr<Impl> impl_;
};

/// Initialises MPI (MPI_THREAD_MULTIPLE) and finalises it. MPI errors throw EnvironmentError. Also works
/// without mpirun. MPI is not finalised during stack unwinding: the catch in run_job aborts the ranks
/// instead.
class Session : NotCopied {
 public:
  Session();
  ~Session();
  Communicator world() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Ends all ranks with `exit_code` (MPI_Abort) and never returns. If MPI_Abort blocks, this process ends
/// after abort_seconds.
[[noreturn]] void abort_all(int exit_code);
inline constexpr double abort_seconds = 2.5;

}  // namespace srl::comm
