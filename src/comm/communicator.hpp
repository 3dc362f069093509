#pragma once
// MPI in values: a session, communicators, collectives over spans. MPI types appear only inside this room's
// .cpp files.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "device/dtype.hpp"
#include "device/memory.hpp"

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

  // The same on numbers in the memory of this rank's GPU: put into the stream and not waited for. On a GPU by
  // NCCL, on an emulated one by MPI. Communicators that are split off later call use_device for themselves.
  /// Collective, before the first of them. EnvironmentError in a build without GPUs, or when NCCL does not
  /// come up.
  void use_device(const device::Device& device) const;
  template <class T>  // float, double, device::Bf16
  void all_reduce(device::Span<T> values, Reduce op, const device::Stream& stream) const;
  /// Sums; T as above.
  template <class T>
  void reduce_scatter(std::type_identity_t<device::Span<const T>> values,
                      std::span<const std::size_t> offsets, device::Span<T> mine,
                      const device::Stream& stream) const;
  template <class T>
  void all_gather(device::Span<T> values, std::span<const std::size_t> offsets,
                  const device::Stream& stream) const;
  void broadcast(device::Span<std::byte> bytes, int root, const device::Stream& stream) const;
  /// Collective, on the host: Bug when ranks have not put in the same collectives in the same order since
  /// use_device. With NCCL such ranks hang or compute nonsense, so ask at the end of an update.
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

/// Ends every rank at once with `exit_code` (MPI_Abort); never returns.
[[noreturn]] void abort_all(int exit_code);

}  // namespace srl::comm
