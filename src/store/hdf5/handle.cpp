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
  // Errors become exceptions, so the library must not print them. A thread-safe build of the library needs
  // this setting in every thread.
  static thread_local const herr_t quiet = [] {
    const std::lock_guard guard(lock);
    return H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }();
  static const bool zstd = register_zstd();
  static_cast<void>(quiet);
  static_cast<void>(zstd);  // if it failed, the library refuses zstd datasets later
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
  std::replace(text.begin(), text.end(), '\n', ' ');  // some descriptions include the time with a line end
  H5Eclear2(H5E_DEFAULT);
  return text.empty() ? "HDF5 reported no reason" : text;
}

}  // namespace srl::store
