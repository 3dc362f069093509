#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>

#include "base/beside.hpp"
#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "store/hdf5.hpp"
#include "store/hdf5/filter.hpp"
#include "store/hdf5/handle.hpp"
#include "store/hdf5/pieces.hpp"

namespace srl::store {

static_assert(std::endian::native == std::endian::little,
              "checksums of datasets are over little-endian elements");

namespace {

/// Writes a scalar attribute of an open object. False if the library failed.
bool write_scalar(hid_t object, const std::string& name, hid_t file_type, hid_t memory_type,
                  const void* value) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  if (!space.valid()) { return false; }
  const Handle attribute(H5Acreate2(object, name.c_str(), file_type, space.get(), H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose);
  return attribute.valid() && H5Awrite(attribute.get(), memory_type, value) >= 0;
}

/// Writes a string attribute of fixed length, at least one byte.
bool write_text(hid_t object, const std::string& name, const std::string& value) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  return type.valid() && H5Tset_size(type.get(), std::max<std::size_t>(value.size(), 1)) >= 0 &&
         H5Tset_cset(type.get(), H5T_CSET_UTF8) >= 0 && H5Tset_strpad(type.get(), H5T_STR_NULLPAD) >= 0 &&
         write_scalar(object, name, type.get(), type.get(), value.empty() ? "" : value.data());
}

/// Writing to disk starts after each block of this many bytes, instead of only at the final fsync.
constexpr std::uint64_t write_back_bytes = 8 << 20;

}  // namespace

struct Writer::Impl {
  std::filesystem::path file, partial;
  Storage storage;
  Handle handle;
  std::uint64_t unstarted = 0;  ///< bytes written since the last start_writing_back()

  [[noreturn]] void fail(const std::string& what) const {
    throw EnvironmentError(cat("cannot write ", file.string(), " (", what, "): ", error_stack(),
                               "; does the folder exist? is the disk full?"));
  }
  Handle checked(hid_t id, Handle::Close close, const std::string& what) const {
    if (id < 0) { fail(what); }
    return Handle(id, close);
  }
  Handle open(const std::string& path) const {
    return checked(H5Oopen(handle.get(), path.c_str(), H5P_DEFAULT), H5Oclose, path);
  }
  Handle untimed(hid_t list_class) const {
    Handle list = checked(H5Pcreate(list_class), H5Pclose, "property list");
    if (H5Pset_obj_track_times(list.get(), false) < 0) { fail("switching off time stamps"); }
    return list;
  }
  void count_written(std::uint64_t bytes) {
    unstarted += bytes;
    if (unstarted < write_back_bytes) { return; }
    start_writing_back(handle);
    unstarted = 0;
  }
};

Writer::Writer(std::filesystem::path file, const Storage& storage) : impl_(std::make_unique<Impl>()) {
  impl_->storage = storage;
  std::lock_guard lock(library_lock());
  impl_->partial = own_name_beside(file);
  impl_->file = std::move(file);
  // The 1.10 format has checksums in its headers, so the library refuses a damaged header instead of reading
  // beyond it.
  const Handle access = impl_->checked(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "property list"),
               creation = impl_->untimed(H5P_FILE_CREATE);
  if (H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110) < 0) {
    impl_->fail("file format 1.10");
  }
  impl_->handle = impl_->checked(
      H5Fcreate(impl_->partial.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, "create");
}

Writer::~Writer() {
  std::lock_guard lock(library_lock());
  if (!impl_->handle.valid()) { return; }
  impl_->handle.reset();
  std::error_code ignored;
  std::filesystem::remove(impl_->partial, ignored);
}

void Writer::group(const std::string& path) {
  std::lock_guard lock(library_lock());
  const Handle list = impl_->untimed(H5P_GROUP_CREATE);
  impl_->checked(H5Gcreate2(impl_->handle.get(), path.c_str(), H5P_DEFAULT, list.get(), H5P_DEFAULT),
                 H5Gclose, path);
}

template <Element T>
void Writer::dataset(const std::string& path, std::span<const T> values,
                     const std::vector<std::uint64_t>& shape) {
  const std::uint64_t count =
      std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
  if (count != values.size()) { throw Bug(cat(path, ": ", values.size(), " values for a shape of ", count)); }
  std::lock_guard lock(library_lock());
  const std::vector<hsize_t> extent(shape.begin(), shape.end());
  const Handle space =
      impl_->checked(H5Screate_simple(std::ssize(extent), extent.data(), nullptr), H5Sclose, path);
  const Handle list = impl_->untimed(H5P_DATASET_CREATE);
  if (!set_storage(list.get(), impl_->storage, extent, sizeof(T))) {
    impl_->fail(path + ": setting chunks or compression");
  }
  const Handle set = impl_->checked(H5Dcreate2(impl_->handle.get(), path.c_str(), element_types<T>().file,
                                               space.get(), H5P_DEFAULT, list.get(), H5P_DEFAULT),
                                    H5Dclose, path);
  Checksum checksum;
  const bool written = in_pieces(
      set, shape, sizeof(T), [&](std::uint64_t first, std::uint64_t elements, hid_t memory, hid_t file) {
        if (H5Dwrite(set.get(), element_types<T>().memory, memory, file, H5P_DEFAULT, values.data() + first) <
            0) {
          return false;
        }
        checksum.add(values.data() + first, elements * sizeof(T));
        impl_->count_written(elements * sizeof(T));
        return true;
      });
  if (!written) { impl_->fail(path); }
  if (!write_text(set.get(), checksum_name, checksum.hex())) {
    impl_->fail(path + " attribute " + checksum_name);
  }
}

template void Writer::dataset(const std::string&, std::span<const std::uint8_t>,
                              const std::vector<std::uint64_t>&);
template void Writer::dataset(const std::string&, std::span<const std::uint64_t>,
                              const std::vector<std::uint64_t>&);
template void Writer::dataset(const std::string&, std::span<const std::int64_t>,
                              const std::vector<std::uint64_t>&);
template void Writer::dataset(const std::string&, std::span<const std::int32_t>,
                              const std::vector<std::uint64_t>&);
template void Writer::dataset(const std::string&, std::span<const float>, const std::vector<std::uint64_t>&);
template void Writer::dataset(const std::string&, std::span<const double>, const std::vector<std::uint64_t>&);

void Writer::dataset(const std::string& path, std::string_view bytes) {
  dataset<std::uint8_t>(path, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                        {bytes.size()});
}

void Writer::attribute(const std::string& path, const std::string& name, const std::string& value) {
  std::lock_guard lock(library_lock());
  if (!write_text(impl_->open(path).get(), name, value)) { impl_->fail(path + " attribute " + name); }
}

void Writer::attribute(const std::string& path, const std::string& name, std::int64_t value) {
  std::lock_guard lock(library_lock());
  if (!write_scalar(impl_->open(path).get(), name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value)) {
    impl_->fail(path + " attribute " + name);
  }
}

void Writer::attribute(const std::string& path, const std::string& name, double value) {
  std::lock_guard lock(library_lock());
  if (!write_scalar(impl_->open(path).get(), name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value)) {
    impl_->fail(path + " attribute " + name);
  }
}

Writer::Closed Writer::close() {
  {
    std::lock_guard lock(library_lock());
    const bool flushed = H5Fflush(impl_->handle.get(), H5F_SCOPE_LOCAL) >= 0;
    start_writing_back(impl_->handle);  // the disk writes while the file is read back for its checksum
    const std::string reason = flushed ? "" : error_stack();
    const bool closed = impl_->handle.reset();
    if (!flushed || !closed) {
      std::error_code ignored;
      std::filesystem::remove(impl_->partial, ignored);
      throw EnvironmentError(cat("cannot write ", impl_->file.string(),
                                 " completely: ", flushed ? error_stack() : reason, "; is the disk full?"));
    }
  }
  std::error_code error;
  try {
    Closed result{file_checksum(impl_->partial.string()), std::filesystem::file_size(impl_->partial)};
    fsync_file(impl_->partial);
    std::filesystem::rename(impl_->partial, impl_->file, error);
    if (error) {
      throw EnvironmentError(cat("cannot rename ", impl_->partial.string(), ": ", error.message()));
    }
    fsync_folder(impl_->file.parent_path());
    return result;
  } catch (...) {
    std::filesystem::remove(impl_->partial, error);
    throw;
  }
}

}  // namespace srl::store
