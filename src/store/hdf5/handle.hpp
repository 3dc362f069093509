#pragma once
// A move-only HDF5 handle and the room's lock. Included only by this room's .cpp files.
#include <hdf5.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>

namespace srl::store {

/// The single lock around HDF5, because Debian's build is not thread-safe. It is recursive, because public
/// functions call each other.
std::recursive_mutex& library_lock();

/// Returns the library's error stack as text, innermost last, and clears it. The lock must be held.
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
  /// False if the library could not close it (for a file: its last blocks did not reach the disk).
  bool reset() {
    const hid_t id = std::exchange(id_, -1);
    return id < 0 || close_(id) >= 0;
  }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

struct ElementTypes {
  hid_t memory, file;
};

/// Native type in memory, little-endian type in the file. The lock must be held.
template <class T>
ElementTypes element_types() {
  if constexpr (std::is_same_v<T, std::uint8_t>) { return {H5T_NATIVE_UINT8, H5T_STD_U8LE}; }
  if constexpr (std::is_same_v<T, std::uint64_t>) { return {H5T_NATIVE_UINT64, H5T_STD_U64LE}; }
  if constexpr (std::is_same_v<T, std::int64_t>) { return {H5T_NATIVE_INT64, H5T_STD_I64LE}; }
  if constexpr (std::is_same_v<T, std::int32_t>) { return {H5T_NATIVE_INT32, H5T_STD_I32LE}; }
  if constexpr (std::is_same_v<T, float>) { return {H5T_NATIVE_FLOAT, H5T_IEEE_F32LE}; }
  if constexpr (std::is_same_v<T, double>) { return {H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE}; }
}

}  // namespace srl::store
