#pragma once
// A move-only HDF5 handle and the room's lock; included only by this room's .cpp files.
#include <hdf5.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace srl::store {

/// The one lock around Debian's HDF5, which is not thread-safe. Recursive: public functions may call each
/// other.
std::recursive_mutex& library_lock();

/// The library's error stack as text, innermost last; the stack is cleared. The lock must be held.
std::string error_stack();

/// The attribute of a dataset that holds the checksum of its elements.
inline constexpr const char* checksum_name = "xxh3_128";

class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() { reset(); }
  hid_t get() const { return id_; }
  bool valid() const { return id_ >= 0; }
  /// False when the library could not close it (a file: its last blocks did not reach the disk).
  bool reset() {
    const hid_t id = std::exchange(id_, -1);
    return id < 0 || close_(id) >= 0;
  }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

/// The memory and file type of an element; native in memory, little-endian in the file.
template <class T>
hid_t memory_type();
template <class T>
hid_t file_type();
template <>
hid_t memory_type<std::uint8_t>();
template <>
hid_t memory_type<std::uint64_t>();
template <>
hid_t memory_type<std::int64_t>();
template <>
hid_t memory_type<std::int32_t>();
template <>
hid_t memory_type<float>();
template <>
hid_t memory_type<double>();
template <>
hid_t file_type<std::uint8_t>();
template <>
hid_t file_type<std::uint64_t>();
template <>
hid_t file_type<std::int64_t>();
template <>
hid_t file_type<std::int32_t>();
template <>
hid_t file_type<float>();
template <>
hid_t file_type<double>();

}  // namespace srl::store
