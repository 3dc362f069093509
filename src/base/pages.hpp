#pragma once
// Large memory straight from the system, zero at first, that goes straight back. Blocks of some megabytes
// that come and go or grow leave holes in the heap: a training process held half as much again as it used.
#include <cstddef>
#include <utility>

namespace srl {

class Pages {
 public:
  Pages() = default;
  explicit Pages(std::size_t bytes);  ///< std::bad_alloc when there is none
  ~Pages();
  Pages(Pages&& other) noexcept
      : start_(std::exchange(other.start_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Pages& operator=(Pages&& other) noexcept {
    std::swap(start_, other.start_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  void* data() const { return start_; }

 private:
  void* start_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace srl
