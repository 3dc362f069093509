#pragma once
// Checks of the arguments of this room's GPU functions.
#include <cstddef>
#include <string>

#include "base/error.hpp"
#include "device/span.hpp"

namespace srl::compute {

/// Throws Bug, naming the operation and the array, if `size` is not as expected.
inline void check_size(const char* operation, std::size_t size, std::size_t expected, const char* array) {
  if (size != expected) {
    throw Bug(std::string(operation) + ": " + std::to_string(size) + " elements of " + array + ", expected " +
              std::to_string(expected));
  }
}

/// The elements of an array that may be absent: null if it is empty.
template <class T>
T* or_null(device::Span<T> array) {
  return array.empty() ? nullptr : array.data();
}

}  // namespace srl::compute
