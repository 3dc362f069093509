#pragma once
// A fixed pool of threads for loops. Work is cut by index, never by measured time, so results cannot depend
// on timing.
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace srl {

class ThreadPool {
 public:
  explicit ThreadPool(int threads);  ///< >= 1; the caller is one of them
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  int threads() const;
  /// body(begin, end) over [0, count) in pieces of at most `grain`; returns when all are done; the first
  /// exception is rethrown.
  void for_range(std::size_t count, std::size_t grain,
                 const std::function<void(std::size_t, std::size_t)>& body);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The cores this process may run on, as '0' and '1' by core number; equal on ranks that share their cores.
/// Empty = unknown.
std::string affinity_mask();
/// Threads for this rank: `requested` when > 0, else the cores it may use divided by the ranks that share
/// exactly these cores.
int thread_count(int requested, int ranks_sharing);

}  // namespace srl
