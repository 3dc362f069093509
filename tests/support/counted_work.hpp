#pragma once
// Work that is counted, not timed: the same on every machine, loaded or not. A test that links
// srl_ROOM_counted (srl_counted in cmake/SrlTest.cmake) counts the basic blocks that the room's code runs,
// and 16 bytes that it searches, compares or copies as one.
#include <cstdint>

namespace srl::test {

/// All work counted so far. One thread's only.
std::uint64_t counted_work();

}  // namespace srl::test
