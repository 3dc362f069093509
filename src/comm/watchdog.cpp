#include "comm/watchdog.hpp"

#include <mpi.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "base/host.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "comm/mpi/communicator_impl.hpp"
#include "comm/mpi/mpi_check.hpp"

namespace srl::comm {
namespace {

constexpr int beat_tag = 1;
constexpr double beat_seconds = 1.0;
/// A gap between two ticks of one thread this long means that this process itself was suspended: nobody is
/// blamed for it.
constexpr double suspended_seconds = 5.0;
/// How much longer than the limit a rank waits for rank 0's heartbeat, so that rank 0 reports first when it
/// can.
constexpr double grace_seconds = 10.0;

/// What a rank tells the others of itself.
struct Beat {
  std::int64_t sequence = 0, progress = 0;
  double limit = 0;
  char phase[48] = {};
};

/// What rank 0 knows of a rank, in seconds of its own clock.
struct Seen {
  Beat beat;
  double heard = 0, moved = 0;
};

}  // namespace

struct Watchdog::Impl {
  Communicator communicator;  // of its own, so that its messages never meet the job's
  MPI_Comm comm;
  int rank, ranks;
  double default_limit;
  std::function<void(const Alarm&)> on_alarm;
  std::vector<std::string> hosts;  // by rank

  std::mutex mutex;  // guards current and stopping
  std::condition_variable wake;
  Beat current;
  bool stopping = false;
  std::atomic<std::int64_t> progress{0};
  std::thread thread;

  Timer clock;
  std::vector<Seen> seen;      // rank 0: of every rank; others: [0] = rank 0
  std::vector<Beat> outgoing;  // buffers of the sends under way
  std::vector<MPI_Request> sends;
  double last_sent = -1e9;

  Impl(const Communicator& world, double limit, std::function<void(const Alarm&)> alarm)
      : communicator(world.duplicate()),
        comm(communicator.implementation().comm),
        rank(communicator.rank()),
        ranks(communicator.size()),
        default_limit(limit),
        on_alarm(std::move(alarm)),
        hosts(communicator.all_gather(host_name())),
        seen(static_cast<std::size_t>(ranks)),
        outgoing(static_cast<std::size_t>(ranks)),
        sends(static_cast<std::size_t>(ranks), MPI_REQUEST_NULL) {
    current.limit = limit;
    std::strncpy(current.phase, "start", sizeof current.phase - 1);
    for (Seen& s : seen) { s.beat = current; }
  }

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
        continue;  // the other side does not listen: the next beat tells more
      }
      outgoing[index] = beat;
      check(MPI_Isend(&outgoing[index], sizeof(Beat), MPI_BYTE, to, beat_tag, comm, &sends[index]),
            "watchdog");
    }
  }

  void note(std::size_t index, const Beat& beat, double now) {
    Seen& s = seen[index];
    if (beat.sequence != s.beat.sequence || beat.progress != s.beat.progress) { s.moved = now; }
    s.beat = beat;
    s.heard = now;
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
      note(static_cast<std::size_t>(status.MPI_SOURCE), beat, now);
    }
  }

  [[noreturn]] void alarm(const Alarm& found) {
    log_error(found.report);
    if (on_alarm) { on_alarm(found); }
    communicator.implementation()
        .device_groups->abort_all();  // a GPU that waits for its peers would not let the process end
    abort_all(3);
  }

  void add_missing(Alarm& found, int r, double silent) const {
    found.report += cat(" - MISSING, not heard for ", fixed(silent, 0), " s");
    found.missing_ranks.push_back(r);
    found.missing_hosts.push_back(hosts[static_cast<std::size_t>(r)]);
  }

  /// Rank 0: everybody stands still when nobody has moved for the longest limit of the phases they are in.
  void judge_all(double now) {
    double moved = 0, limit = 0;
    for (const Seen& s : seen) {
      moved = std::max(moved, s.moved);
      limit = std::max(limit, s.beat.limit);
    }
    if (now - moved <= limit) { return; }
    Alarm found{cat("watchdog: no rank has made progress for ", fixed(now - moved, 0), " s (limit ",
                    fixed(limit, 0), " s)")};
    for (int r = 0; r < ranks; ++r) {
      const Seen& s = seen[static_cast<std::size_t>(r)];
      found.report += cat("\n  rank ", r, " on ", hosts[static_cast<std::size_t>(r)], ": phase '",
                          s.beat.phase, "', number ", s.beat.sequence, ", progress ", s.beat.progress);
      if (r != 0 && now - s.heard > 3 * beat_seconds) { add_missing(found, r, now - s.heard); }
    }
    alarm(found);
  }

  /// Other ranks: rank 0 itself may be the one that is gone.
  void judge_root(double now) {
    if (now - seen[0].heard <= std::max(seen[0].beat.limit, default_limit) + grace_seconds) { return; }
    Alarm found{cat("watchdog: rank 0 on ", hosts[0], ", last in phase '", seen[0].beat.phase, "'")};
    add_missing(found, 0, now - seen[0].heard);
    alarm(found);
  }

  void run() {
    double last_tick = clock.seconds();
    while (true) {
      {
        std::unique_lock lock(mutex);
        if (wake.wait_for(lock, std::chrono::milliseconds(200), [&] { return stopping; })) { break; }
      }
      const double now = clock.seconds(), gap = now - last_tick;
      last_tick = now;
      const Beat beat = own_beat();
      send_beats(beat, now);
      receive_beats(now);
      if (gap > suspended_seconds) {
        for (Seen& s : seen) { s.heard += gap, s.moved += gap; }
        continue;
      }
      if (rank == 0) {
        note(0, beat, now);
        judge_all(now);
      } else {
        judge_root(now);
      }
    }
    close();
  }

  /// All ranks meet before the communicator goes, so that no message is left on the way; bounded, since a
  /// rank may be dying.
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
      communicator.implementation().abandoned = true;  // somebody may still come to that barrier
    }
    for (MPI_Request& send : sends) {
      if (send == MPI_REQUEST_NULL) { continue; }
      int done = 0;
      MPI_Test(&send, &done, MPI_STATUS_IGNORE);
      if (!done) { MPI_Request_free(&send); }
    }
  }
};

Watchdog::Watchdog(const Communicator& world, double limit_seconds,
                   std::function<void(const Alarm&)> on_alarm) {
  if (limit_seconds <= 0) { return; }
  impl_ = std::make_unique<Impl>(world, limit_seconds, std::move(on_alarm));
  impl_->thread = std::thread([impl = impl_.get()] {
    try {
      impl->run();
    } catch (const std::exception& error) {  // MPI itself failed under the watchdog: a peer is gone
      log_error(cat("watchdog: ", error.what()));
      abort_all(3);
    }
  });
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
}

void Watchdog::progress() {
  if (impl_) { impl_->progress.fetch_add(1, std::memory_order_relaxed); }
}

}  // namespace srl::comm
