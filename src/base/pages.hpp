#pragma once
// Zero-initialised memory that is mapped from the system directly and returned to it directly. Blocks of
// several megabytes that are freed or grow leave holes in the heap: with malloc, a training process held 50%
// more memory than it used.
#include <cstddef>
#include <utility>

namespace srl {

class Pages {
 public:
  Pages() = default;
  explicit Pages(std::size_t bytes);  ///< throws std::bad_alloc if the memory is not available
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
