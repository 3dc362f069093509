#pragma once
// Elements in the memory of a device. Only work in a stream of a GPU may access the GPU's memory. The host
// must not read or write through a Span; it copies (memory.hpp).
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "base/error.hpp"

namespace srl::device {

template <class T>
class Span {
 public:
  constexpr Span() = default;
  constexpr Span(T* data, std::size_t size) : data_(data), size_(size) {}
  /// Elements that may be written convert to elements that are only read.
  template <class U>
    requires(std::is_same_v<const U, T> && !std::is_const_v<U>)
  constexpr Span(Span<U> other) : Span(other.data(), other.size()) {}
  constexpr T* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr std::size_t bytes() const { return size_ * sizeof(T); }
  constexpr bool empty() const { return size_ == 0; }

  /// The `size` elements that start at `begin`. Throws Bug if they are not all inside.
  constexpr Span part(std::size_t begin, std::size_t size) const {
    if (begin > size_ || size > size_ - begin) {
      throw Bug("elements " + std::to_string(begin) + " to " + std::to_string(begin + size) + " of " +
                std::to_string(size_) + " in device memory");
    }
    return {data_ + begin, size};
  }
  constexpr Span first(std::size_t size) const { return part(0, size); }

  /// The same bytes as elements of another type. Throws Bug if the size or the alignment does not fit.
  template <class U>
  Span<U> as() const {
    if (bytes() % sizeof(U) != 0 || reinterpret_cast<std::uintptr_t>(data_) % alignof(U) != 0) {
      throw Bug(std::to_string(bytes()) + " bytes of device memory as elements of " +
                std::to_string(sizeof(U)));
    }
    return {reinterpret_cast<U*>(data_), bytes() / sizeof(U)};
  }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace srl::device
