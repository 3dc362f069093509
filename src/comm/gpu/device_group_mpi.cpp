// Collectives between emulated GPUs, with MPI. Each begins when its stream reaches it. Other streams continue
// until all ranks have reached it.
//
// As with NCCL, the collectives of a group run one after the other, in the order of the calls, whatever
// streams they are in. Before each, the ranks exchange what they are about to do, so ranks in a different
// order get an error instead of a hang. MPI gets copies, because the host cannot read device memory. Sums are
// added in the order of ranks, so they have the same bits in every run.
#include <mpi.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "comm/gpu/device_group.hpp"
#include "comm/gpu/planned_fault.hpp"
#include "comm/mpi/communicator_impl.hpp"
#include "comm/mpi/mpi_check.hpp"
#include "device/device.hpp"
#include "device/emulated.hpp"

namespace srl::comm {
namespace {

using device::Bf16;
using device::Dtype;
using device::Stream;
using Bytes = std::vector<std::byte>;

enum class Kind : std::int64_t { all_reduce, reduce_scatter, all_gather, broadcast };

/// The collective that a rank is about to run.
struct Announcement {
  std::int64_t number = 0;  ///< of the collective in its group
  Kind kind = Kind::broadcast;
  std::int64_t bytes = 0, type = 0, detail = 0;  ///< detail: the operation or the root
  bool operator==(const Announcement&) const = default;

  std::string text() const {
    static constexpr const char* names[] = {"an all-reduce", "a reduce-scatter", "an all-gather",
                                            "a broadcast"};
    return cat(names[static_cast<int>(kind)], " of ", bytes, " bytes");
  }
};

template <class T>
void add(T& sum, T value, Reduce op) {
  sum = op == Reduce::sum ? sum + value : op == Reduce::min ? std::min(sum, value) : std::max(sum, value);
}
void add(Bf16& sum, Bf16 value, Reduce op) {
  float wide = device::to_float(sum);
  add(wide, device::to_float(value), op);
  sum = device::to_bf16(wide);
}

template <class T>
void add_all(std::byte* sum, const std::byte* values, std::size_t bytes, Reduce op) {
  for (std::size_t at = 0; at < bytes; at += sizeof(T)) {
    T mine, other;
    std::memcpy(&mine, sum + at, sizeof(T));
    std::memcpy(&other, values + at, sizeof(T));
    add(mine, other, op);
    std::memcpy(sum + at, &mine, sizeof(T));
  }
}

void add_all(Dtype type, std::byte* sum, const std::byte* values, std::size_t bytes, Reduce op) {
  switch (type) {
    case Dtype::fp64: return add_all<double>(sum, values, bytes, op);
    case Dtype::fp32: return add_all<float>(sum, values, bytes, op);
    case Dtype::bf16: return add_all<Bf16>(sum, values, bytes, op);
  }
}

int count_of(std::size_t bytes) {
  if (bytes > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw EnvironmentError("emulated GPUs exchange at most 2 GiB at once");
  }
  return static_cast<int>(bytes);
}

/// Lengths and offsets of the parts, in bytes.
struct Parts {
  std::vector<int> counts, begins;
  Parts(std::span<const std::size_t> offsets, std::size_t element) {
    count_of(offsets.back() * element);
    for (std::size_t r = 0; r + 1 < offsets.size(); ++r) {
      begins.push_back(static_cast<int>(offsets[r] * element));
      counts.push_back(static_cast<int>((offsets[r + 1] - offsets[r]) * element));
    }
  }
};

/// State that the collectives of a group share. It exists while the group or one of its collectives does.
struct State {
  explicit State(const Communicator& all)
      : numbers(all.duplicate()),
        announcements(all.duplicate()),
        ranks(static_cast<std::size_t>(all.size())),
        rank(static_cast<std::size_t>(all.rank())) {}
  MPI_Comm mpi() const { return numbers.implementation().comm; }

  Communicator numbers, announcements;
  std::size_t ranks, rank;
  std::atomic<bool> aborted{false};
  PlannedFault fault = planned_fault();
  std::atomic<bool> failed{false};     ///< by the planned fault
  std::int64_t next = 0;               ///< number of the next call
  std::atomic<std::int64_t> turn = 0;  ///< number of the collective that may run
};

/// A collective in progress. begin() starts it, end() stores the result.
struct Operation {
  Announcement mine;
  std::function<int(MPI_Request*)> begin;
  std::function<void()> end;
  std::vector<Announcement> of_ranks = {};
  MPI_Request request = MPI_REQUEST_NULL;
  enum { waiting, announced, begun } stage = waiting;

  void compare() const {
    const Announcement& first = of_ranks[0];
    for (std::size_t r = 1; r < of_ranks.size(); ++r) {
      const Announcement& other = of_ranks[r];
      if (other == first) { continue; }
      throw Bug(cat("collective ", first.number, " between the GPUs is ", first.text(), " on rank 0 and ",
                    other.text(), " on rank ", r,
                    other.text() == first.text() ? ", with another type, operation or root" : ""));
    }
  }

  /// Returns true when the collective is done.
  bool advance(State& state) {
    if (state.aborted) { throw EnvironmentError("the watchdog aborted the collectives between GPUs"); }
    if (state.failed || state.turn != mine.number) { return false; }
    if (stage == waiting) {
      of_ranks.resize(state.ranks);
      check(MPI_Iallgather(&mine, sizeof mine, MPI_BYTE, of_ranks.data(), sizeof mine, MPI_BYTE,
                           state.announcements.implementation().comm, &request),
            "announcing a collective");
      stage = announced;
    }
    int done = 0;
    check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "a collective");
    if (done == 0) { return false; }
    if (stage == announced) {
      compare();
      if (state.fault.happens(static_cast<std::int64_t>(state.rank), mine.number)) {
        state.failed = true;
        return false;
      }
      check(begin(&request), "a collective");
      stage = begun;
      return false;
    }
    end();
    ++state.turn;
    return true;
  }
};

void put_in(const Stream& stream, const std::shared_ptr<State>& state, std::size_t bytes,
            Operation operation) {
  operation.mine.bytes = static_cast<std::int64_t>(bytes);
  operation.mine.number = state->next++;
  device::emulated::put_in_polled(stream,
                                  [state, moving = std::make_shared<Operation>(std::move(operation))] {
                                    return moving->advance(*state);
                                  });
}

/// Adds the ranks' values in the order of ranks, in place of the first rank's values.
const std::byte* sum_of(Bytes& all, std::size_t bytes, Dtype type, Reduce op) {
  for (std::size_t at = bytes; at < all.size(); at += bytes) {
    add_all(type, all.data(), all.data() + at, bytes, op);
  }
  return all.data();
}

void copy_bytes(void* to, const void* from, std::size_t bytes) {
  if (bytes > 0) { std::memcpy(to, from, bytes); }
}

class MpiGroup : public DeviceGroup {
 public:
  explicit MpiGroup(const Communicator& ranks) : state_(std::make_shared<State>(ranks)) {}

  void all_reduce(void* values, std::size_t count, Dtype type, Reduce op, const Stream& stream) override {
    const std::size_t bytes = count * device::bytes_of(type);
    const auto mine = std::make_shared<Bytes>(bytes), all = std::make_shared<Bytes>(bytes * state_->ranks);
    put_in(stream, state_, bytes,
           {.mine = {.kind = Kind::all_reduce,
                     .type = static_cast<std::int64_t>(type),
                     .detail = static_cast<std::int64_t>(op)},
            .begin =
                [=, state = state_](MPI_Request* request) {
                  copy_bytes(mine->data(), values, bytes);
                  return MPI_Iallgather(mine->data(), count_of(bytes), MPI_BYTE, all->data(), count_of(bytes),
                                        MPI_BYTE, state->mpi(), request);
                },
            .end = [=] { copy_bytes(values, sum_of(*all, bytes, type, op), bytes); }});
  }

  void reduce_scatter(const void* values, std::span<const std::size_t> offsets, void* mine, Dtype type,
                      const Stream& stream) override {
    const auto parts = std::make_shared<Parts>(offsets, device::bytes_of(type));
    const std::size_t bytes = offsets.back() * device::bytes_of(type),
                      part = static_cast<std::size_t>(parts->counts[state_->rank]);
    const auto from = std::make_shared<Bytes>(bytes), all = std::make_shared<Bytes>(part * state_->ranks);
    const auto counts = std::make_shared<std::vector<int>>(state_->ranks, count_of(part));
    const auto begins = std::make_shared<std::vector<int>>(state_->ranks);
    std::exclusive_scan(counts->begin(), counts->end(), begins->begin(), 0);
    put_in(stream, state_, bytes,
           {.mine = {.kind = Kind::reduce_scatter, .type = static_cast<std::int64_t>(type)},
            .begin =
                [=, state = state_](MPI_Request* request) {
                  copy_bytes(from->data(), values, bytes);
                  return MPI_Ialltoallv(from->data(), parts->counts.data(), parts->begins.data(), MPI_BYTE,
                                        all->data(), counts->data(), begins->data(), MPI_BYTE, state->mpi(),
                                        request);
                },
            .end = [=] { copy_bytes(mine, sum_of(*all, part, type, Reduce::sum), part); }});
  }

  void all_gather(void* values, std::span<const std::size_t> offsets, Dtype type,
                  const Stream& stream) override {
    const auto parts = std::make_shared<Parts>(offsets, device::bytes_of(type));
    const std::size_t first = offsets.front() * device::bytes_of(type),
                      bytes = offsets.back() * device::bytes_of(type);
    const auto all = std::make_shared<Bytes>(bytes);
    const auto data = static_cast<std::byte*>(values);
    put_in(stream, state_, bytes,
           {.mine = {.kind = Kind::all_gather, .type = static_cast<std::int64_t>(type)},
            .begin =
                [=, state = state_](MPI_Request* request) {
                  const std::size_t begin = static_cast<std::size_t>(parts->begins[state->rank]);
                  copy_bytes(all->data() + begin, data + begin,
                             static_cast<std::size_t>(parts->counts[state->rank]));
                  return MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_BYTE, all->data(), parts->counts.data(),
                                         parts->begins.data(), MPI_BYTE, state->mpi(), request);
                },
            .end = [=] { copy_bytes(data + first, all->data() + first, bytes - first); }});
  }

  void broadcast(void* values, std::size_t bytes, int root, const Stream& stream) override {
    const auto all = std::make_shared<Bytes>(bytes);
    put_in(stream, state_, bytes,
           {.mine = {.kind = Kind::broadcast, .detail = root},
            .begin =
                [=, state = state_](MPI_Request* request) {
                  if (static_cast<int>(state->rank) == root) { copy_bytes(all->data(), values, bytes); }
                  return MPI_Ibcast(all->data(), count_of(bytes), MPI_BYTE, root, state->mpi(), request);
                },
            .end = [=] { copy_bytes(values, all->data(), bytes); }});
  }

  std::string trouble() const override {
    return state_->failed ? cat("collective ", state_->turn, " between the emulated GPUs failed as planned")
                          : std::string();
  }
  void abort() noexcept override { state_->aborted = true; }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace

std::string make_group_id() {
  return {};
}

std::shared_ptr<DeviceGroup> join_group(const Communicator& ranks, const std::string&,
                                        const device::Device& device) {
  if (device.index >= static_cast<int>(device::visible_gpus().size())) {
    throw EnvironmentError(cat(device.name(), " does not exist"));
  }
  return std::make_shared<MpiGroup>(ranks);
}

std::string device_group_version() {
  return "emulated";
}

}  // namespace srl::comm
