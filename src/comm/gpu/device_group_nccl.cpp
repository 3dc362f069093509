// Collectives between GPUs with NCCL, one NCCL communicator per group.
#include <nccl.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <source_location>
#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/not_copied.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "comm/gpu/device_group.hpp"

namespace srl::comm {
namespace {

using device::Dtype;
using device::Stream;

/// How long a rank waits for the others, for example at the start. The watchdog has a limit of its own.
constexpr double patience_seconds = 300;

std::string place(const std::source_location& where) {
  return cat(std::filesystem::path(where.file_name()).filename().string(), ":", where.line());
}

void check(ncclResult_t result, const char* what, ncclComm_t comm = nullptr,
           std::source_location where = std::source_location::current()) {
  if (result == ncclSuccess || result == ncclInProgress) { return; }
  const char* last = ncclGetLastError(comm);
  throw EnvironmentError(cat("NCCL failed in ", what, " (", place(where), "): ", ncclGetErrorString(result),
                             last != nullptr && *last != '\0' ? cat(": ", last) : std::string(),
                             "; set NCCL_DEBUG=INFO for details"));
}

ncclDataType_t nccl_type(Dtype type) {
  return type == Dtype::fp64 ? ncclFloat64 : type == Dtype::fp32 ? ncclFloat32 : ncclBfloat16;
}

ncclRedOp_t nccl_op(Reduce op) {
  return op == Reduce::sum ? ncclSum : op == Reduce::min ? ncclMin : ncclMax;
}

bool equal_parts(std::span<const std::size_t> offsets) {
  for (std::size_t r = 0; r + 1 < offsets.size(); ++r) {
    if (offsets[r] != r * offsets[1]) { return false; }
  }
  return offsets.back() == (offsets.size() - 1) * offsets[1];
}

class NcclGroup : public DeviceGroup, NotCopied {
 public:
  NcclGroup(const std::string& id, const device::Device& device, int rank, int ranks)
      : device_(device), rank_(rank) {
    ncclUniqueId unique{};
    if (id.size() != sizeof unique) { throw Bug("NCCL id of a wrong length"); }
    std::memcpy(&unique, id.data(), sizeof unique);
    device::make_current(device_);
    // Non-blocking: calls of NCCL return at once, so that every wait for other ranks has our deadline.
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = 0;
    try {
      finish(ncclCommInitRankConfig(&comm_, ranks, unique, rank, &config), "joining the group");
    } catch (...) {
      abort();
      throw;
    }
  }
  ~NcclGroup() override {
    // Leaving waits for the other ranks, which may never reach it after an exception or an abort.
    if (!aborted_ && std::uncaught_exceptions() == 0) {
      try {
        finish(ncclCommFinalize(comm_), "leaving the group");
        ncclCommDestroy(comm_);
        return;
      } catch (const std::exception& error) { log_error(error.what()); }
    }
    abort();
  }

  void all_reduce(void* values, std::size_t count, Dtype type, Reduce op, const Stream& stream) override {
    begin();
    finish(ncclAllReduce(values, values, count, nccl_type(type), nccl_op(op), comm_, as_stream(stream)),
           "all-reduce");
  }

  void reduce_scatter(const void* values, std::span<const std::size_t> offsets, void* mine, Dtype type,
                      const Stream& stream) override {
    begin();
    if (equal_parts(offsets)) {
      finish(ncclReduceScatter(values, mine, offsets[1], nccl_type(type), ncclSum, comm_, as_stream(stream)),
             "reduce-scatter");
      return;
    }
    // Uneven partitions: one reduction per owner, all in one NCCL group, so that NCCL runs them together.
    check(ncclGroupStart(), "reduce-scatter");
    for (int r = 0; r + 1 < std::ssize(offsets); ++r) {
      const void* part = static_cast<const std::byte*>(values) + offsets[r] * device::bytes_of(type);
      check(ncclReduce(part, r == rank_ ? mine : nullptr, offsets[r + 1] - offsets[r], nccl_type(type),
                       ncclSum, r, comm_, as_stream(stream)),
            "reduce-scatter", comm_);
    }
    finish(ncclGroupEnd(), "reduce-scatter");
  }

  void all_gather(void* values, std::span<const std::size_t> offsets, Dtype type,
                  const Stream& stream) override {
    begin();
    const auto part = [&](int r) {
      return static_cast<std::byte*>(values) + offsets[r] * device::bytes_of(type);
    };
    if (equal_parts(offsets)) {
      finish(ncclAllGather(part(rank_), values, offsets[1], nccl_type(type), comm_, as_stream(stream)),
             "all-gather");
      return;
    }
    check(ncclGroupStart(), "all-gather");
    for (int r = 0; r + 1 < std::ssize(offsets); ++r) {
      check(ncclBroadcast(part(r), part(r), offsets[r + 1] - offsets[r], nccl_type(type), r, comm_,
                          as_stream(stream)),
            "all-gather", comm_);
    }
    finish(ncclGroupEnd(), "all-gather");
  }

  void broadcast(void* values, std::size_t bytes, int root, const Stream& stream) override {
    begin();
    finish(ncclBroadcast(values, values, bytes, ncclUint8, root, comm_, as_stream(stream)), "broadcast");
  }

  std::string trouble() const override {
    if (aborted_) { return {}; }
    ncclResult_t state = ncclSuccess;
    try {
      check(ncclCommGetAsyncError(comm_, &state), "checking for errors", comm_);
      check(state, "a collective between GPUs", comm_);
    } catch (const EnvironmentError& error) { return error.what(); }
    return {};
  }

  void abort() noexcept override {
    if (!aborted_.exchange(true) && comm_ != nullptr) { ncclCommAbort(comm_); }
  }

 private:
  static cudaStream_t as_stream(const Stream& stream) { return static_cast<cudaStream_t>(stream.handle()); }
  /// Waits until NCCL has done the host's part of a call, that is until the collective is in the stream.
  void finish(ncclResult_t result, const char* what,
              std::source_location where = std::source_location::current()) const {
    const Timer clock;
    while (result == ncclInProgress) {
      check(ncclCommGetAsyncError(comm_, &result), what, comm_, where);
      if (result != ncclInProgress) { break; }
      if (aborted_) { throw EnvironmentError("the watchdog aborted the collectives between GPUs"); }
      if (clock.seconds() > patience_seconds) {
        throw EnvironmentError(cat("NCCL did not finish ", what, " within ", fixed(patience_seconds, 0),
                                   " s; check that all ranks run, and NCCL_SOCKET_IFNAME; NCCL_DEBUG=INFO "
                                   "shows more"));
      }
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
    check(result, what, comm_, where);
  }
  /// Reports errors of earlier collectives, which arrive late. It also selects the GPU, because the current
  /// GPU is a property of the calling thread.
  void begin() const {
    if (aborted_) { throw EnvironmentError("the watchdog aborted the collectives between GPUs"); }
    device::make_current(device_);
    ncclResult_t earlier = ncclSuccess;
    check(ncclCommGetAsyncError(comm_, &earlier), "checking for earlier errors", comm_);
    check(earlier, "an earlier collective", comm_);
  }

  ncclComm_t comm_ = nullptr;
  device::Device device_;
  int rank_;
  std::atomic<bool> aborted_{false};
};

}  // namespace

std::string make_group_id() {
  ncclUniqueId unique{};
  check(ncclGetUniqueId(&unique), "creating a group");
  return {reinterpret_cast<const char*>(&unique), sizeof unique};
}

std::shared_ptr<DeviceGroup> join_group(const Communicator& ranks, const std::string& id,
                                        const device::Device& device) {
  return std::make_shared<NcclGroup>(id, device, ranks.rank(), ranks.size());
}

std::string device_group_version() {
  int version = 0;
  check(ncclGetVersion(&version), "asking for the version");
  return cat(version / 10000, ".", version / 100 % 100, ".", version % 100);
}

}  // namespace srl::comm
