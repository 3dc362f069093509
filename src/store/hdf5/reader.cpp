#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"
#include "store/hdf5.hpp"
#include "store/hdf5/handle.hpp"
#include "store/hdf5/pieces.hpp"
#include "store/hdf5/reader_impl.hpp"

namespace srl::store {

namespace {

/// Requests pages of 2 MiB for memory that will be filled completely, which is faster. It has no effect if
/// the system has no large pages.
void take_in_large_pages(void* data, std::size_t bytes) {
  constexpr std::uintptr_t page = 2 << 20;
  const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(data) + page - 1) / page * page,
                       end = (reinterpret_cast<std::uintptr_t>(data) + bytes) / page * page;
  if (begin < end) { ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE); }
}

}  // namespace

Reader::Reader(std::filesystem::path file) : impl_(std::make_unique<Impl>()) {
  std::error_code missing;
  impl_->file_bytes = std::filesystem::file_size(file, missing);
  if (missing) { throw BadInput(cat(file.string(), ": ", missing.message())); }
  impl_->file = std::move(file);
  std::lock_guard lock(library_lock());
  const hid_t id = H5Fopen(impl_->file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id < 0) {
    // A file that cannot be opened is not damaged: too many open files, no permission.
    const int plain = ::open(impl_->file.c_str(), O_RDONLY | O_CLOEXEC);
    if (plain < 0) {
      throw EnvironmentError(cat(impl_->file.string(), ": cannot be read: ", reason_of(errno)));
    }
    ::close(plain);
    impl_->fail(cat("not a readable HDF5 file; it may be truncated or damaged: ", error_stack()));
  }
  impl_->handle = Handle(id, H5Fclose);
}

Reader::~Reader() {
  std::lock_guard lock(library_lock());
  impl_->sliced.clear();
  impl_->handle.reset();
}

bool Reader::has(const std::string& path) const {
  std::lock_guard lock(library_lock());
  for (std::size_t end = path.find('/', 1);;
       end = path.find('/', end + 1)) {  // H5Lexists fails if a parent group is missing: test each one
    if (H5Lexists(impl_->handle.get(), path.substr(0, end).c_str(), H5P_DEFAULT) <= 0) {
      H5Eclear2(H5E_DEFAULT);
      return false;
    }
    if (end == std::string::npos) { return true; }
  }
}

std::vector<std::uint64_t> Reader::shape(const std::string& path) const {
  std::lock_guard lock(library_lock());
  return impl_->extent(impl_->open_dataset(path), path);
}

template <Element T>
std::vector<T> Reader::dataset(const std::string& path) const {
  std::lock_guard lock(library_lock());
  const Handle set = impl_->open_dataset(path);
  impl_->expect_type<T>(set, path);
  const std::uint64_t count = impl_->checked_count(set, sizeof(T), path);
  std::vector<T> values;
  values.reserve(count);
  take_in_large_pages(values.data(), count * sizeof(T));
  impl_->read_whole<T>(set, path, [&](std::uint64_t first, std::uint64_t elements) {
    values.resize(
        first +
        elements);  // piece by piece, so that the zeros are still in the cache when they are overwritten
    return values.data() + first;
  });
  return values;
}

template <Element T>
void Reader::slice(const std::string& path, std::uint64_t begin, std::span<T> values) const {
  std::lock_guard lock(library_lock());
  const Handle& set = impl_->keep_open(path);
  impl_->expect_type<T>(set, path);
  const std::vector<std::uint64_t> shape = impl_->extent(set, path);
  const std::uint64_t row = std::accumulate(shape.begin() + (shape.empty() ? 0 : 1), shape.end(),
                                            std::uint64_t{1}, std::multiplies<>());
  const std::uint64_t rows = row == 0 ? 0 : values.size() / row;
  if (shape.empty() || begin > shape[0] || rows > shape[0] - begin || rows * row != values.size()) {
    impl_->fail(cat(path, ": ", values.size(), " elements from row ", begin, " lie outside the dataset"));
  }
  if (values.empty()) { return; }
  if (rows == shape[0]) {
    return impl_->read_whole<T>(set, path,
                                [&](std::uint64_t first, std::uint64_t) { return values.data() + first; });
  }
  const Rows selected = select_rows(set, shape, begin, rows);
  if (!selected.valid() || H5Dread(set.get(), element_types<T>().memory, selected.memory.get(),
                                   selected.file.get(), H5P_DEFAULT, values.data()) < 0) {
    impl_->fail(cat(path, " cannot be read: ", error_stack()));
  }
}

template std::vector<std::uint8_t> Reader::dataset(const std::string&) const;
template std::vector<std::uint64_t> Reader::dataset(const std::string&) const;
template std::vector<std::int64_t> Reader::dataset(const std::string&) const;
template std::vector<std::int32_t> Reader::dataset(const std::string&) const;
template std::vector<float> Reader::dataset(const std::string&) const;
template std::vector<double> Reader::dataset(const std::string&) const;
template void Reader::slice(const std::string&, std::uint64_t, std::span<std::uint8_t>) const;
template void Reader::slice(const std::string&, std::uint64_t, std::span<std::uint64_t>) const;
template void Reader::slice(const std::string&, std::uint64_t, std::span<std::int64_t>) const;
template void Reader::slice(const std::string&, std::uint64_t, std::span<std::int32_t>) const;
template void Reader::slice(const std::string&, std::uint64_t, std::span<float>) const;
template void Reader::slice(const std::string&, std::uint64_t, std::span<double>) const;

std::string Reader::bytes(const std::string& path) const {
  const std::vector<std::uint8_t> values = dataset<std::uint8_t>(path);
  return {values.begin(), values.end()};
}

namespace {

/// Opens a scalar attribute of the wanted class. Otherwise it returns an invalid handle, because reading an
/// array into one value would write past its end.
Handle open_scalar(hid_t file, const std::string& path, const std::string& name, H5T_class_t wanted) {
  Handle attribute(H5Aopen_by_name(file, path.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  if (!attribute.valid()) { return attribute; }
  const Handle space(H5Aget_space(attribute.get()), H5Sclose), type(H5Aget_type(attribute.get()), H5Tclose);
  const bool fits = space.valid() && type.valid() && H5Sget_simple_extent_npoints(space.get()) == 1 &&
                    H5Tget_class(type.get()) == wanted;
  return fits ? std::move(attribute) : Handle();
}

}  // namespace

std::string Reader::text_attribute(const std::string& path, const std::string& name) const {
  std::lock_guard lock(library_lock());
  const Handle attribute = open_scalar(impl_->handle.get(), path, name, H5T_STRING);
  if (!attribute.valid()) {
    impl_->fail(cat("attribute ", name, " of ", path, " is missing or is not a string"));
  }
  const Handle type = impl_->checked(H5Aget_type(attribute.get()), H5Tclose, name);
  const std::size_t size = H5Tget_size(type.get());
  if (H5Tis_variable_str(type.get()) > 0 || size > impl_->file_bytes) {
    impl_->fail(cat("attribute ", name, " is not a string of fixed length"));
  }
  std::string value(size, '\0');
  if (H5Aread(attribute.get(), type.get(), value.data()) < 0) {
    impl_->fail(cat("attribute ", name, " cannot be read: ", error_stack()));
  }
  value.resize(value.find_last_not_of('\0') + 1);
  return value;
}

std::int64_t Reader::integer_attribute(const std::string& path, const std::string& name) const {
  std::lock_guard lock(library_lock());
  const Handle attribute = open_scalar(impl_->handle.get(), path, name, H5T_INTEGER);
  std::int64_t value = 0;
  if (!attribute.valid() || H5Aread(attribute.get(), H5T_NATIVE_INT64, &value) < 0) {
    impl_->fail(cat("attribute ", name, " of ", path, " is missing or is not an integer: ", error_stack()));
  }
  return value;
}

double Reader::real_attribute(const std::string& path, const std::string& name) const {
  std::lock_guard lock(library_lock());
  const Handle attribute = open_scalar(impl_->handle.get(), path, name, H5T_FLOAT);
  double value = 0;
  if (!attribute.valid() || H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value) < 0) {
    impl_->fail(
        cat("attribute ", name, " of ", path, " is missing or is not a real number: ", error_stack()));
  }
  return value;
}

}  // namespace srl::store
