#pragma once
// Work is counted instead of timed, so it is the same on every machine, loaded or not. A test that links
// srl_ROOM_counted (srl_counted in cmake/SrlTest.cmake) counts the basic blocks that the room's code runs.
// Every 16 bytes that the code searches, compares or copies count as one block.
#include <cstdint>

namespace srl::test {

/// All work counted so far. The counter is not thread-safe.
std::uint64_t counted_work();

}  // namespace srl::test
