#include "comm/agreed_failure.hpp"

#include "base/error.hpp"

namespace srl::comm {

void throw_if_any(const std::string& error, const Communicator& world) {
  if (world.all_reduce(static_cast<std::int64_t>(!error.empty()), Reduce::max) == 0) { return; }
  for (const std::string& text : world.all_gather(error)) {
    if (!text.empty()) { throw BadInput(text); }
  }
}

}  // namespace srl::comm
