#include "comm/communicator.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <limits>
#include <numeric>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "comm/mpi/communicator_impl.hpp"
#include "comm/mpi/mpi_check.hpp"
#include "device/stream.hpp"

namespace srl::comm {
namespace {

template <class T>
MPI_Datatype type_of() {
  if constexpr (std::is_same_v<T, float>) { return MPI_FLOAT; }
  if constexpr (std::is_same_v<T, double>) { return MPI_DOUBLE; }
  if constexpr (std::is_same_v<T, std::int64_t>) { return MPI_INT64_T; }
}

MPI_Op op_of(Reduce op) {
  return op == Reduce::sum ? MPI_SUM : op == Reduce::min ? MPI_MIN : MPI_MAX;
}

/// Calls piece(begin, count) over [0, total) in pieces of at most `longest` elements, so that counts fit
/// MPI's int.
template <class Piece>
void in_pieces(std::size_t total, std::size_t longest, const Piece& piece) {
  for (std::size_t begin = 0; begin < total; begin += longest) {
    const int count = std::min(longest, total - begin);
    piece(begin, count);
  }
}

/// MPI keeps a copy of the buffer that it reduces. Pieces of at most this many elements limit that memory.
constexpr std::size_t longest_copy = std::size_t{1} << 26;

template <class T>
void all_reduce_span(const Communicator::Impl& impl, std::span<T> values, Reduce op) {
  const device::HostIsBlocked blocked;
  in_pieces(values.size(), std::min(impl.longest_piece, longest_copy), [&](std::size_t begin, int count) {
    check(MPI_Allreduce(MPI_IN_PLACE, values.data() + begin, count, type_of<T>(), op_of(op), impl.comm),
          "all-reduce");
  });
}

template <class T>
void reduce_scatter_span(const Communicator::Impl& impl, std::span<const T> values,
                         std::span<const std::size_t> offsets, std::span<T> mine) {
  const device::HostIsBlocked blocked;
  const MPI_Comm comm = impl.comm;
  const int rank = impl.rank, ranks = impl.size;
  check_offsets(offsets, ranks, values.size());
  const std::size_t part = offsets[rank + 1] - offsets[rank];
  if (mine.size() != part) {
    throw Bug(cat("reduce-scatter: the buffer has ", mine.size(), " elements, the partition has ", part));
  }
  if (offsets.back() - offsets.front() <= impl.longest_piece) {
    std::vector<int> counts;
    for (int r = 0; r < ranks; ++r) { counts.push_back(offsets[r + 1] - offsets[r]); }
    check(MPI_Reduce_scatter(values.data() + offsets.front(), mine.data(), counts.data(), type_of<T>(),
                             MPI_SUM, comm),
          "reduce-scatter");
    return;
  }
  for (int r = 0; r < ranks; ++r) {  // too long for one call: reduce to one owner after the other
    const std::size_t begin = offsets[r], size = offsets[r + 1] - begin;
    in_pieces(size, std::min(impl.longest_piece, longest_copy), [&](std::size_t at, int count) {
      check(MPI_Reduce(values.data() + begin + at, r == rank ? mine.data() + at : nullptr, count,
                       type_of<T>(), MPI_SUM, r, comm),
            "reduce-scatter");
    });
  }
}

template <class T>
void all_gather_span(const Communicator::Impl& impl, std::span<T> values,
                     std::span<const std::size_t> offsets) {
  const device::HostIsBlocked blocked;
  const MPI_Comm comm = impl.comm;
  const int ranks = impl.size;
  check_offsets(offsets, ranks, values.size());
  if (offsets.back() <= impl.longest_piece) {
    std::vector<int> counts, displacements;
    for (int r = 0; r < ranks; ++r) {
      displacements.push_back(offsets[r]);
      counts.push_back(offsets[r + 1] - offsets[r]);
    }
    check(MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values.data(), counts.data(),
                         displacements.data(), type_of<T>(), comm),
          "all-gather");
    return;
  }
  for (int r = 0; r < ranks; ++r) {
    const std::size_t begin = offsets[r], size = offsets[r + 1] - begin;
    in_pieces(size, impl.longest_piece, [&](std::size_t at, int count) {
      check(MPI_Bcast(values.data() + begin + at, count, type_of<T>(), r, comm), "all-gather");
    });
  }
}

}  // namespace

void check_offsets(std::span<const std::size_t> offsets, int ranks, std::size_t total) {
  if (std::ssize(offsets) != ranks + 1 || offsets.back() > total ||
      !std::is_sorted(offsets.begin(), offsets.end())) {
    throw Bug(cat("invalid partition offsets: ", offsets.size(), " entries for ", ranks, " ranks"));
  }
}

Communicator::Impl::Impl(MPI_Comm c, bool own, std::shared_ptr<DeviceGroups> groups)
    : comm(c), owned(own), device_groups(std::move(groups)) {
  check(MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN), "error handler");
  check(MPI_Comm_rank(comm, &rank), "rank");
  check(MPI_Comm_size(comm, &size), "size");
}

Communicator::Impl::~Impl() {
  int finalised = 0;
  MPI_Finalized(&finalised);
  // Freeing is collective. During stack unwinding the other ranks may be elsewhere, and the process is about
  // to end anyway.
  if (owned && !abandoned && !finalised && std::uncaught_exceptions() == 0) { MPI_Comm_free(&comm); }
}

int Communicator::rank() const {
  return impl_->rank;
}
int Communicator::size() const {
  return impl_->size;
}
void Communicator::barrier() const {
  const device::HostIsBlocked blocked;
  check(MPI_Barrier(impl_->comm), "barrier");
}

void Communicator::all_reduce(std::span<float> values, Reduce op) const {
  all_reduce_span(*impl_, values, op);
}
void Communicator::all_reduce(std::span<double> values, Reduce op) const {
  all_reduce_span(*impl_, values, op);
}
void Communicator::all_reduce(std::span<std::int64_t> values, Reduce op) const {
  all_reduce_span(*impl_, values, op);
}
double Communicator::all_reduce(double value, Reduce op) const {
  all_reduce(std::span(&value, 1), op);
  return value;
}
std::int64_t Communicator::all_reduce(std::int64_t value, Reduce op) const {
  all_reduce(std::span(&value, 1), op);
  return value;
}

void Communicator::reduce_scatter(std::span<const float> values, std::span<const std::size_t> offsets,
                                  std::span<float> mine) const {
  reduce_scatter_span(*impl_, values, offsets, mine);
}
void Communicator::reduce_scatter(std::span<const double> values, std::span<const std::size_t> offsets,
                                  std::span<double> mine) const {
  reduce_scatter_span(*impl_, values, offsets, mine);
}
void Communicator::all_gather(std::span<float> values, std::span<const std::size_t> offsets) const {
  all_gather_span(*impl_, values, offsets);
}
void Communicator::all_gather(std::span<double> values, std::span<const std::size_t> offsets) const {
  all_gather_span(*impl_, values, offsets);
}

void Communicator::broadcast(std::span<std::byte> bytes, int root) const {
  const device::HostIsBlocked blocked;
  in_pieces(bytes.size(), impl_->longest_piece, [&](std::size_t begin, int count) {
    check(MPI_Bcast(bytes.data() + begin, count, MPI_BYTE, root, impl_->comm), "broadcast");
  });
}

std::string Communicator::broadcast(std::string text, int root) const {
  std::int64_t length = std::ssize(text);
  broadcast(std::as_writable_bytes(std::span(&length, 1)), root);
  text.resize(length);
  broadcast(std::as_writable_bytes(std::span(text.data(), text.size())), root);
  return text;
}

std::vector<std::string> Communicator::all_gather(const std::string& mine) const {
  const device::HostIsBlocked blocked;
  const int ranks = size();
  const std::int64_t length = std::ssize(mine);
  std::vector<std::int64_t> lengths(ranks);
  check(MPI_Allgather(&length, 1, MPI_INT64_T, lengths.data(), 1, MPI_INT64_T, impl_->comm), "all-gather");
  std::vector<std::string> blobs(ranks);
  const std::int64_t total = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
  if (std::cmp_greater(total, impl_->longest_piece)) {  // too long for MPI's int displacements: one by one
    for (int r = 0; r < ranks; ++r) { blobs[r] = broadcast(r == rank() ? mine : std::string(), r); }
    return blobs;
  }
  const std::vector<int> counts(lengths.begin(), lengths.end());
  std::vector<int> displacements(ranks, 0);
  std::partial_sum(counts.begin(), counts.end() - 1, displacements.begin() + 1);
  std::string all(total, '\0');
  check(MPI_Allgatherv(mine.data(), counts[rank()], MPI_BYTE, all.data(), counts.data(), displacements.data(),
                       MPI_BYTE, impl_->comm),
        "all-gather");
  for (int r = 0; r < ranks; ++r) { blobs[r] = all.substr(displacements[r], counts[r]); }
  return blobs;
}

std::vector<std::string> Communicator::gather(const std::string& mine, int root) const {
  std::vector<std::string> blobs(size());
  blobs[root] = mine;  // an all-to-all in which only the root receives
  std::vector<std::string> received = all_to_all(blobs);
  if (rank() != root) { received.clear(); }
  return received;
}

std::vector<std::string> Communicator::all_to_all(const std::vector<std::string>& blobs) const {
  const int ranks = size();
  if (std::ssize(blobs) != ranks) {
    throw Bug(cat("all-to-all: ", blobs.size(), " blobs for ", ranks, " ranks"));
  }
  std::vector<std::int64_t> sends(ranks), receives(ranks);
  for (int r = 0; r < ranks; ++r) { sends[r] = std::ssize(blobs[r]); }
  const device::HostIsBlocked blocked;
  check(MPI_Alltoall(sends.data(), 1, MPI_INT64_T, receives.data(), 1, MPI_INT64_T, impl_->comm),
        "all-to-all");
  std::vector<std::string> received(ranks);
  std::vector<MPI_Request> requests;
  constexpr int tag = 17;
  for (int r = 0; r < ranks; ++r) {
    if (r == rank()) {
      received[r] = blobs[r];
      continue;
    }
    received[r].resize(receives[r]);
    in_pieces(received[r].size(), impl_->longest_piece, [&](std::size_t at, int count) {
      check(
          MPI_Irecv(received[r].data() + at, count, MPI_BYTE, r, tag, impl_->comm, &requests.emplace_back()),
          "receive");
    });
    in_pieces(blobs[r].size(), impl_->longest_piece, [&](std::size_t at, int count) {
      check(MPI_Isend(blobs[r].data() + at, count, MPI_BYTE, r, tag, impl_->comm, &requests.emplace_back()),
            "send");
    });
  }
  check(MPI_Waitall(std::ssize(requests), requests.data(), MPI_STATUSES_IGNORE), "all-to-all");
  return received;
}

Communicator Communicator::split(int color, int key) const {
  const device::HostIsBlocked blocked;
  MPI_Comm part = MPI_COMM_NULL;
  check(MPI_Comm_split(impl_->comm, color, key, &part), "split");
  return Communicator(std::make_shared<Impl>(part, true, impl_->device_groups));
}

Communicator Communicator::duplicate() const {
  const device::HostIsBlocked blocked;
  MPI_Comm copy = MPI_COMM_NULL;
  check(MPI_Comm_dup(impl_->comm, &copy), "duplicate");
  return Communicator(std::make_shared<Impl>(copy, true, impl_->device_groups));
}

Communicator Communicator::ranks_on_this_node() const {
  const device::HostIsBlocked blocked;
  MPI_Comm node = MPI_COMM_NULL;
  check(MPI_Comm_split_type(impl_->comm, MPI_COMM_TYPE_SHARED, rank(), MPI_INFO_NULL, &node),
        "split by node");
  return Communicator(std::make_shared<Impl>(node, true, impl_->device_groups));
}

struct Session::Impl {
  std::shared_ptr<Communicator::Impl> world;
};

Session::Session() : impl_(std::make_unique<Impl>()) {
  int provided = 0;
  check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided), "MPI_Init_thread");
  if (provided < MPI_THREAD_MULTIPLE) {
    throw EnvironmentError(
        "this MPI library does not support MPI_THREAD_MULTIPLE, which the watchdog needs; use one that does");
  }
  impl_->world =
      std::make_shared<Communicator::Impl>(MPI_COMM_WORLD, false, std::make_shared<DeviceGroups>());
}

Session::~Session() {
  if (std::uncaught_exceptions() == 0) { MPI_Finalize(); }
}

Communicator Session::world() const {
  return Communicator(impl_->world);
}

void abort_all(int exit_code) {
  std::fflush(nullptr);
  // MPI_Abort may block if the launcher is gone. This thread then ends the process.
  std::thread([exit_code] {
    std::this_thread::sleep_for(std::chrono::duration<double>(abort_seconds));
    _exit(exit_code);
  }).detach();
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  _exit(exit_code);
}

}  // namespace srl::comm
