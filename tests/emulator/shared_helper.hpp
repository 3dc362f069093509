#pragma once
// A function that a kernel file shares with other files. The checks must see the kernel's copy.
#include "emulator/machine.hpp"

namespace srl::emulator::testing {

inline void put_number(int* numbers, int number) {
  for (int k = 0; k < 3; ++k) { numbers[number] = number + 100 * k; }  // long enough to be called
}

}  // namespace srl::emulator::testing
