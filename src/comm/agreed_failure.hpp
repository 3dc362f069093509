#pragma once
// A failure of one rank as a failure of all, so that no rank waits in a collective for one that has thrown.
#include <string>

#include "comm/communicator.hpp"

namespace srl::comm {

/// Collective. `error`: of this rank, empty without one. BadInput on all ranks, with the first rank's text,
/// when any rank has one.
void throw_if_any(const std::string& error, const Communicator& world);

}  // namespace srl::comm
