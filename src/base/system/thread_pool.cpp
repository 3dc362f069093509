#include "base/thread_pool.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl {
namespace {
// A body that calls for_range runs the inner loop on its own thread: waiting for its own pool would deadlock.
thread_local bool inside_a_loop = false;
}  // namespace

struct ThreadPool::Impl {
  using Body = std::function<void(std::size_t, std::size_t)>;

  std::mutex one_loop;  // only one caller's loop runs at a time
  std::mutex mutex;     // guards everything below
  std::condition_variable work_came, work_done;
  const Body* body = nullptr;
  std::size_t count = 0, grain = 1, next_piece = 0, pieces = 0, running = 0;
  std::size_t failed_piece = SIZE_MAX;
  std::exception_ptr failure;
  bool ending = false;
  std::vector<std::thread> workers;

  /// Runs pieces until none is left. The lock is held on entry and on return.
  void take_pieces(std::unique_lock<std::mutex>& lock) {
    while (next_piece < pieces) {
      const std::size_t piece = next_piece++;
      ++running;
      const Body& run = *body;
      const std::size_t begin = piece * grain, end = std::min(count, begin + grain);
      lock.unlock();
      std::exception_ptr thrown;
      inside_a_loop = true;
      try {
        run(begin, end);
      } catch (...) { thrown = std::current_exception(); }
      inside_a_loop = false;
      lock.lock();
      --running;
      if (thrown && piece < failed_piece) {
        // Pieces start in order, so every piece before the failed one still finishes. The reported failure is
        // therefore always the lowest failing piece, independent of timing.
        failed_piece = piece;
        failure = thrown;
        next_piece = pieces;
      }
    }
    if (running == 0) { work_done.notify_all(); }
  }

  void serve() {
    std::unique_lock lock(mutex);
    for (;;) {
      work_came.wait(lock, [&] { return ending || next_piece < pieces; });
      if (ending) { return; }
      take_pieces(lock);
    }
  }
};

ThreadPool::ThreadPool(int threads) : impl_(std::make_unique<Impl>()) {
  if (threads < 1) { throw Bug(cat("a thread pool needs at least one thread, not ", threads)); }
  for (int i = 1; i < threads; ++i) {
    impl_->workers.emplace_back([impl = impl_.get()] { impl->serve(); });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->ending = true;
  }
  impl_->work_came.notify_all();
  for (std::thread& worker : impl_->workers) { worker.join(); }
}

int ThreadPool::threads() const {
  return std::ssize(impl_->workers) + 1;
}

void ThreadPool::for_range(std::size_t count, std::size_t grain,
                           const std::function<void(std::size_t, std::size_t)>& body) {
  if (count == 0) { return; }
  if (grain == 0) { grain = 1; }
  if (inside_a_loop || impl_->workers.empty() || count <= grain) {
    for (std::size_t begin = 0; begin < count; begin += grain) {
      body(begin, std::min(count, begin + grain));
    }
    return;
  }
  const std::lock_guard turn(impl_->one_loop);
  std::unique_lock lock(impl_->mutex);
  impl_->body = &body;
  impl_->count = count;
  impl_->grain = grain;
  impl_->next_piece = 0;
  impl_->pieces = (count + grain - 1) / grain;
  impl_->failed_piece = SIZE_MAX;
  impl_->failure = nullptr;
  impl_->work_came.notify_all();
  impl_->take_pieces(lock);
  impl_->work_done.wait(lock, [&] { return impl_->running == 0; });
  impl_->pieces = impl_->next_piece = 0;
  if (impl_->failure) { std::rethrow_exception(std::exchange(impl_->failure, nullptr)); }
}

std::string affinity_mask() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::string mask;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) {
    return mask;  // more cores than cpu_set_t holds: unknown
  }
  for (int core = 0; core < CPU_SETSIZE; ++core) { mask += CPU_ISSET(core, &set) ? '1' : '0'; }
  mask.erase(mask.find_last_not_of('0') + 1);
  return mask;
}

int thread_count(int requested, int ranks_sharing) {
  if (requested > 0) { return requested; }
  const std::string mask = affinity_mask();
  const auto cores = mask.empty() ? std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN))
                                  : std::count(mask.begin(), mask.end(), '1');
  return std::max<long>(1, cores / std::max(1, ranks_sharing));
}

}  // namespace srl
