#include "comm/pending.hpp"

#include <algorithm>
#include <vector>

#include "comm/mpi/communicator_impl.hpp"
#include "comm/mpi/mpi_check.hpp"
#include "device/stream.hpp"

namespace srl::comm {

struct Pending::Impl {
  std::vector<MPI_Request> requests;
};

namespace {

// A long MPI_Ireduce advances only one internal segment per call of MPI_Test. While the ranks compute it
// hardly advances: 80 MB took seconds. Pieces of less than 64 kB advance in parallel. Their number is
// limited, because MPI_Testall visits them all.
constexpr std::size_t piece_bytes = 65532, most_pieces = 4096;

/// Elements per piece of a buffer with `count` elements.
std::size_t piece_length(std::size_t count, std::size_t element_bytes, std::size_t longest) {
  return std::min(longest, std::max(piece_bytes / element_bytes, (count + most_pieces - 1) / most_pieces));
}

template <class T>
Pending start(const Communicator& world, std::span<T> values, int root, MPI_Datatype type) {
  const std::size_t max_count = piece_length(values.size(), sizeof(T), world.implementation().longest_piece);
  auto impl = std::make_unique<Pending::Impl>();
  for (std::size_t begin = 0; begin < values.size(); begin += max_count) {
    const int count = std::min(max_count, values.size() - begin);
    T* piece = values.data() + begin;
    const bool receives = world.rank() == root;
    check(MPI_Ireduce(receives ? MPI_IN_PLACE : piece, receives ? piece : nullptr, count, type, MPI_SUM, root,
                      world.implementation().comm, &impl->requests.emplace_back()),
          "reduce");
  }
  return Pending(std::move(impl));
}

}  // namespace

Pending::Pending() = default;
Pending::Pending(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pending::Pending(Pending&&) noexcept = default;
Pending& Pending::operator=(Pending&&) noexcept = default;
Pending::~Pending() = default;

bool Pending::test() {
  if (!impl_) { return true; }
  int done = 0;
  check(MPI_Testall(std::ssize(impl_->requests), impl_->requests.data(), &done, MPI_STATUSES_IGNORE),
        "reduce");
  if (done != 0) { impl_.reset(); }
  return done != 0;
}

void Pending::wait() {
  if (!impl_) { return; }
  const device::HostIsBlocked blocked;
  check(MPI_Waitall(std::ssize(impl_->requests), impl_->requests.data(), MPI_STATUSES_IGNORE), "reduce");
  impl_.reset();
}

Pending start_reduce(const Communicator& world, std::span<float> values, int root) {
  return start(world, values, root, MPI_FLOAT);
}
Pending start_reduce(const Communicator& world, std::span<double> values, int root) {
  return start(world, values, root, MPI_DOUBLE);
}

}  // namespace srl::comm
