#pragma once
// Serializes numbers, arrays and strings into one byte string, so that the ranks of a job can send structures
// to each other. The bytes are in the machine's own order, so this is not a file format.
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl {

template <class T>
concept Plain = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>;

class BlobWriter {
 public:
  /// `mark` says what the blob holds; it comes first.
  explicit BlobWriter(std::uint64_t mark) {
    value(mark);
    value(std::uint64_t{0});  // space for the length, which take() fills in
  }
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  template <Plain T>
  void value(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  template <Plain T>
  void array(const std::vector<T>& values) {
    value(static_cast<std::uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  void text(std::string_view text) {
    value(static_cast<std::uint64_t>(text.size()));
    bytes_.append(text);
  }
  std::string take() {
    const std::uint64_t length = bytes_.size();
    std::memcpy(bytes_.data() + sizeof(length), &length, sizeof(length));
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

/// Reads what a BlobWriter wrote, in the same order. Throws BadInput with `where` and the byte position if
/// the blob has another mark, is truncated, or has bytes left over. A length that exceeds the blob is an
/// error before anything is allocated for it.
class BlobReader {
 public:
  BlobReader(std::string_view blob, std::uint64_t mark, std::string where)
      : blob_(blob), where_(std::move(where)) {
    if (blob.size() < 2 * sizeof(std::uint64_t)) { fail("truncated"); }
    if (value<std::uint64_t>() != mark) { fail("not what was expected here"); }
    if (value<std::uint64_t>() != blob.size()) { fail("truncated"); }
  }
  template <Plain T>
  T value() {
    T result;
    std::memcpy(&result, bytes(sizeof(T)), sizeof(T));
    return result;
  }
  template <Plain T>
  std::vector<T> array() {
    const std::size_t count = length(sizeof(T));
    std::vector<T> values(count);
    if (count > 0) { std::memcpy(values.data(), bytes(count * sizeof(T)), count * sizeof(T)); }
    return values;
  }
  std::string text() {
    const std::size_t count = length(1);
    return {bytes(count), count};
  }
  /// Reads the number of entries that follow. Each takes at least `least_bytes`.
  std::size_t length(std::size_t least_bytes) {
    const auto count = value<std::uint64_t>();
    if (count > (blob_.size() - at_) / least_bytes) { fail(cat("truncated: ", count, " entries announced")); }
    return static_cast<std::size_t>(count);
  }
  bool at_end() const { return at_ == blob_.size(); }
  void finish() {
    if (!at_end()) { fail("bytes left over"); }
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw BadInput(cat(where_, ": ", what, " (byte ", at_, " of ", blob_.size(), ")"));
  }

 private:
  const char* bytes(std::size_t count) {
    if (count > blob_.size() - at_) { fail("truncated"); }
    const char* begin = blob_.data() + at_;
    at_ += count;
    return begin;
  }

  std::string_view blob_;
  std::string where_;
  std::size_t at_ = 0;
};

}  // namespace srl
