#pragma once
// A fixed pool of threads for loops. Work is split by index, never by measured time, so results do not depend
// on timing.
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/not_copied.hpp"

namespace srl {

class ThreadPool : NotCopied {
 public:
  explicit ThreadPool(int threads);  ///< >= 1, including the calling thread
  ~ThreadPool();
  int threads() const;
  /// Calls body(begin, end) over [0, count) in pieces of at most `grain` and returns when all are done.
  /// Rethrows the exception of the lowest piece that failed.
  void for_range(std::size_t count, std::size_t grain,
                 const std::function<void(std::size_t, std::size_t)>& body);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The cores this process may run on, as one '0' or '1' per core number. Ranks that share their cores get the
/// same string. Empty = unknown.
std::string affinity_mask();
/// Threads for this rank: `requested` if > 0, else the number of cores it may use divided by the number of
/// ranks that share exactly these cores.
int thread_count(int requested, int ranks_sharing);

}  // namespace srl
