#include "store/hdf5/handle.hpp"

#include <algorithm>
#include <cstdint>

#include "base/strings.hpp"
#include "store/hdf5.hpp"
#include "store/hdf5/filter.hpp"

namespace srl::store {
namespace {

herr_t add_entry(unsigned, const H5E_error2_t* entry, void* text) {
  std::string& out = *static_cast<std::string*>(text);
  if (!out.empty()) { out += "; "; }
  out += cat(entry->func_name != nullptr ? entry->func_name : "?", ": ",
             entry->desc != nullptr ? entry->desc : "?");
  return 0;
}

}  // namespace

std::recursive_mutex& library_lock() {
  static std::recursive_mutex lock;
  // Errors are returned and turned into exceptions; the library must not print them by itself, which a
  // thread-safe build asks of every thread.
  static thread_local const herr_t quiet = [] {
    const std::lock_guard guard(lock);
    return H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }();
  static const bool zstd = register_zstd();
  static_cast<void>(quiet);
  static_cast<void>(zstd);  // without it a zstd dataset is refused when it is made or read
  return lock;
}

std::string hdf5_version() {
  unsigned major = 0, minor = 0, release = 0;
  const std::lock_guard lock(library_lock());
  H5get_libversion(&major, &minor, &release);
  return cat(major, ".", minor, ".", release);
}

std::string error_stack() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, add_entry, &text);
  std::replace(text.begin(), text.end(), '\n', ' ');  // some descriptions hold the time with its line end
  H5Eclear2(H5E_DEFAULT);
  return text.empty() ? "HDF5 gave no reason" : text;
}

template <>
hid_t memory_type<std::uint8_t>() {
  return H5T_NATIVE_UINT8;
}
template <>
hid_t memory_type<std::uint64_t>() {
  return H5T_NATIVE_UINT64;
}
template <>
hid_t memory_type<std::int64_t>() {
  return H5T_NATIVE_INT64;
}
template <>
hid_t memory_type<std::int32_t>() {
  return H5T_NATIVE_INT32;
}
template <>
hid_t memory_type<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t memory_type<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
hid_t file_type<std::uint8_t>() {
  return H5T_STD_U8LE;
}
template <>
hid_t file_type<std::uint64_t>() {
  return H5T_STD_U64LE;
}
template <>
hid_t file_type<std::int64_t>() {
  return H5T_STD_I64LE;
}
template <>
hid_t file_type<std::int32_t>() {
  return H5T_STD_I32LE;
}
template <>
hid_t file_type<float>() {
  return H5T_IEEE_F32LE;
}
template <>
hid_t file_type<double>() {
  return H5T_IEEE_F64LE;
}

}  // namespace srl::store
