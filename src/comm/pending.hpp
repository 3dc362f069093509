#pragma once
// Collectives that go on while the ranks compute. They advance only inside MPI calls: test() now and then,
// wait() before the result is used.
#include <memory>
#include <span>

#include "comm/communicator.hpp"

namespace srl::comm {

/// One collective under way. Every rank of the communicator must start the same ones in the same order and
/// wait for each. The memory handed over must stay untouched until then. Destroying an unfinished one (while
/// unwinding) does not block.
class Pending {
 public:
  Pending();
  ~Pending();
  Pending(Pending&&) noexcept;
  Pending& operator=(Pending&&) noexcept;
  bool test();  ///< advances; true when done
  void wait();

  struct Impl;
  explicit Pending(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

/// On `root` the values become the sum of everyone's, in place; on other ranks they are read and left as they
/// are. Any length.
Pending start_reduce(const Communicator& world, std::span<float> values, int root);
Pending start_reduce(const Communicator& world, std::span<double> values, int root);

}  // namespace srl::comm
