#pragma once
// Collectives that run while the ranks compute. They advance only inside MPI calls: call test() now and then,
// and wait() before the result is used.
#include <memory>
#include <span>

#include "comm/communicator.hpp"

namespace srl::comm {

/// One collective in progress. Every rank of the communicator must start the same collectives in the same
/// order and wait for each. The buffer must not be touched until then. Destroying an unfinished one (during
/// stack unwinding) does not block.
class Pending {
 public:
  Pending();
  ~Pending();
  Pending(Pending&&) noexcept;
  Pending& operator=(Pending&&) noexcept;
  bool test();  ///< advances the collective; true if it is done
  void wait();

  struct Impl;
  explicit Pending(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

/// On `root` the values become the sum over all ranks, in place. On other ranks they are only read. Any
/// length.
Pending start_reduce(const Communicator& world, std::span<float> values, int root);
Pending start_reduce(const Communicator& world, std::span<double> values, int root);

}  // namespace srl::comm
