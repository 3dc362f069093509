#include "comm/watchdog.hpp"

#include <mpi.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/host.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "comm/mpi/communicator_impl.hpp"
#include "comm/mpi/mpi_check.hpp"
#include "comm/watch/standstill.hpp"

namespace srl::comm {
namespace {

constexpr int beat_tag = 1;

/// The first heartbeat of every rank.
Beat first_beat(double limit) {
  Beat beat;
  beat.limit = limit;
  std::strncpy(beat.phase, "start", sizeof beat.phase - 1);
  return beat;
}

}  // namespace

struct Watchdog::Impl {
  Communicator communicator;  // a duplicate, so that its messages never mix with the job's
  MPI_Comm comm;
  int rank, ranks;
  double default_limit;
  std::function<void(const Alarm&)> on_alarm;

  std::mutex mutex;  // guards current and stopping
  std::condition_variable wake;
  Beat current;
  bool stopping = false;
  std::atomic<std::int64_t> progress{0};
  std::thread thread;

  Standstill standstill;
  Timer clock;
  std::vector<Beat> outgoing;  // buffers of the sends in progress
  std::vector<MPI_Request> sends;
  double last_sent = -1e9;

  Impl(const Communicator& world, double limit, std::function<void(const Alarm&)> alarm)
      : communicator(world.duplicate()),
        comm(communicator.implementation().comm),
        rank(communicator.rank()),
        ranks(communicator.size()),
        default_limit(limit),
        on_alarm(std::move(alarm)),
        current(first_beat(limit)),
        standstill(rank, communicator.all_gather(host_name()), current),
        outgoing(static_cast<std::size_t>(ranks)),
        sends(static_cast<std::size_t>(ranks), MPI_REQUEST_NULL) {}

  Beat own_beat() {
    std::lock_guard lock(mutex);
    current.progress = progress.load(std::memory_order_relaxed);
    return current;
  }

  void send_beats(const Beat& beat, double now) {
    if (now - last_sent < beat_seconds) { return; }
    last_sent = now;
    for (int to = 0; to < ranks; ++to) {
      if (to == rank || (rank != 0 && to != 0)) { continue; }
      const std::size_t index = static_cast<std::size_t>(to);
      int done = 1;
      if (sends[index] != MPI_REQUEST_NULL) {
        check(MPI_Test(&sends[index], &done, MPI_STATUS_IGNORE), "watchdog");
      }
      if (!done) {
        continue;  // the last beat has not been received yet: skip this one
      }
      outgoing[index] = beat;
      check(MPI_Isend(&outgoing[index], sizeof(Beat), MPI_BYTE, to, beat_tag, comm, &sends[index]),
            "watchdog");
    }
  }

  void receive_beats(double now) {
    while (true) {
      int waiting = 0;
      MPI_Status status;
      check(MPI_Iprobe(MPI_ANY_SOURCE, beat_tag, comm, &waiting, &status), "watchdog");
      if (!waiting) { return; }
      Beat beat;
      check(MPI_Recv(&beat, sizeof beat, MPI_BYTE, status.MPI_SOURCE, beat_tag, comm, MPI_STATUS_IGNORE),
            "watchdog");
      standstill.hear(status.MPI_SOURCE, beat, now);
    }
  }

  /// A GPU that waits for its peers would keep the process from ending. An abort may block itself (a card
  /// that is lost), so it has a thread and a deadline.
  void abort_device_groups() {
    const auto done = std::make_shared<std::promise<void>>();
    std::future<void> end = done->get_future();
    std::thread([done, groups = communicator.implementation().device_groups] {
      groups->abort_all();
      done->set_value();
    }).detach();
    if (end.wait_for(std::chrono::duration<double>(grace_seconds)) != std::future_status::ready) {
      log_error(cat("watchdog: the abort of collectives between GPUs did not end within ",
                    fixed(grace_seconds, 0), " s"));
    }
  }

  /// A collective between GPUs failed after its call. Nobody would see it before the limit: the host waits
  /// for a stream that never ends.
  std::optional<Alarm> device_trouble() {
    const std::string trouble = communicator.implementation().device_groups->trouble();
    if (trouble.empty()) { return std::nullopt; }
    return Alarm{cat("watchdog: rank ", rank, " on ", host_name(), ": ", trouble)};
  }

  [[noreturn]] void alarm(const Alarm& found) {
    log_error(found.report);
    if (on_alarm) { on_alarm(found); }
    abort_device_groups();
    abort_all(3);
  }

  void run() {
    while (true) {
      {
        std::unique_lock lock(mutex);
        if (wake.wait_for(lock, std::chrono::milliseconds(200), [&] { return stopping; })) { break; }
      }
      const double now = clock.seconds();
      const Beat beat = own_beat();
      send_beats(beat, now);
      receive_beats(now);
      if (rank == 0) { standstill.hear(0, beat, now); }
      if (const std::optional<Alarm> found = device_trouble()) { alarm(*found); }
      if (const std::optional<Alarm> found = standstill.tick(now)) { alarm(*found); }
    }
    close();
  }

  /// All ranks meet in a barrier before the communicator is freed, so that no message is lost. The wait is
  /// limited, because a rank may be failing.
  void close() {
    MPI_Request meeting = MPI_REQUEST_NULL;
    check(MPI_Ibarrier(comm, &meeting), "watchdog");
    const double begin = clock.seconds();
    int met = 0;
    while (!met && clock.seconds() - begin < grace_seconds) {
      receive_beats(clock.seconds());
      check(MPI_Test(&meeting, &met, MPI_STATUS_IGNORE), "watchdog");
      if (!met) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); }
    }
    receive_beats(clock.seconds());
    if (!met) {
      communicator.implementation().abandoned = true;  // another rank may still enter the barrier
    }
    for (MPI_Request& send : sends) {
      if (send == MPI_REQUEST_NULL) { continue; }
      int done = 0;
      MPI_Test(&send, &done, MPI_STATUS_IGNORE);
      if (!done) { MPI_Request_free(&send); }
    }
  }
};

namespace {

/// Linux shows at most 15 characters of a thread's name.
void name_thread(std::thread& thread, const std::string& phase) {
  pthread_setname_np(thread.native_handle(), phase.substr(0, 15).c_str());
}

}  // namespace

Watchdog::Watchdog(const Communicator& world, double limit_seconds,
                   std::function<void(const Alarm&)> on_alarm) {
  if (limit_seconds <= 0) { return; }
  impl_ = std::make_unique<Impl>(world, limit_seconds, std::move(on_alarm));
  impl_->thread = std::thread([impl = impl_.get()] {
    try {
      impl->run();
    } catch (const std::exception& error) {  // MPI itself failed: a peer is gone
      log_error(cat("watchdog: ", error.what()));
      abort_all(3);
    }
  });
  name_thread(impl_->thread, impl_->current.phase);
}

Watchdog::~Watchdog() {
  if (!impl_) { return; }
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  impl_->thread.join();
}

void Watchdog::phase(const std::string& name, double limit_seconds) {
  if (!impl_) { return; }
  std::lock_guard lock(impl_->mutex);
  Beat& beat = impl_->current;
  ++beat.sequence;
  beat.limit = limit_seconds > 0 ? limit_seconds : impl_->default_limit;
  std::memset(beat.phase, 0, sizeof beat.phase);
  std::strncpy(beat.phase, name.c_str(), sizeof beat.phase - 1);
  name_thread(impl_->thread, name);
}

void Watchdog::progress() {
  if (impl_) { impl_->progress.fetch_add(1, std::memory_order_relaxed); }
}

}  // namespace srl::comm
