#include "model/files/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <tuple>

#include "base/error.hpp"
#include "base/foreign_file.hpp"
#include "base/strings.hpp"

namespace srl::model {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");
constexpr std::uint64_t longest_header = 100'000'000;  // limit of the reference implementation

struct ElementType {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array<ElementType, 14> element_types = {{{"F32", 4},
                                                        {"BF16", 2},
                                                        {"F16", 2},
                                                        {"F64", 8},
                                                        {"F8_E4M3", 1},
                                                        {"F8_E5M2", 1},
                                                        {"I64", 8},
                                                        {"I32", 4},
                                                        {"I16", 2},
                                                        {"I8", 1},
                                                        {"U8", 1},
                                                        {"BOOL", 1},
                                                        {"U16", 2},
                                                        {"U32", 4}}};

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& tensor,
                         std::string_view what) {
  throw BadInput(cat(path.string(), ": ", tensor.empty() ? "" : cat("tensor '", tensor, "' "), what));
}

/// Number of elements times `unit`. Refuses a product that does not fit into 63 bits.
std::uint64_t checked_bytes(const std::filesystem::path& path, const SafetensorsEntry& entry,
                            std::uint64_t unit) {
  std::uint64_t bytes = unit;
  bool empty = false;
  for (const std::int64_t size : entry.shape) {
    if (size < 0) { refuse(path, entry.name, "has a negative dimension"); }
    empty |= size == 0;
  }
  if (empty) { return 0; }
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t size : entry.shape) {
    if (bytes > most / size) { refuse(path, entry.name, "has a shape too large for any file"); }
    bytes *= size;
  }
  return bytes;
}

std::uint64_t offset_of(const std::filesystem::path& path, const std::string& tensor, const Json& value) {
  if (!value.is_integer() || value.as_integer() < 0) {
    refuse(path, tensor, "has a data offset that is not a non-negative integer");
  }
  return value.as_integer();
}

SafetensorsEntry parse_entry(const std::filesystem::path& path, const std::string& name, const Json& json,
                             std::uint64_t data_bytes) {
  const Json* dtype = json.find("dtype");
  const Json* shape = json.find("shape");
  const Json* offsets = json.find("data_offsets");
  if (!dtype || !dtype->is_string() || !shape || !shape->is_array() || !offsets || !offsets->is_array() ||
      offsets->as_array().size() != 2) {
    refuse(path, name,
           "needs dtype (a string), shape (a list) and data_offsets (two integers) in the header");
  }
  SafetensorsEntry entry;
  entry.name = name;
  entry.dtype = dtype->as_string();
  const std::uint64_t unit = safetensors_element_bytes(entry.dtype);
  if (unit == 0) { refuse(path, name, cat("has the unknown dtype '", entry.dtype, "'")); }
  for (const Json& size : shape->as_array()) {
    if (!size.is_integer()) { refuse(path, name, "has a dimension that is not an integer"); }
    entry.shape.push_back(size.as_integer());
  }
  entry.begin = offset_of(path, name, offsets->as_array()[0]);
  entry.end = offset_of(path, name, offsets->as_array()[1]);
  if (entry.begin > entry.end) { refuse(path, name, "ends before it begins"); }
  if (entry.end > data_bytes) {
    refuse(path, name,
           cat("ends at byte ", entry.end, " of the data, but the file has only ", data_bytes,
               ": it is truncated"));
  }
  const std::uint64_t bytes = checked_bytes(path, entry, unit);
  if (entry.end - entry.begin != bytes) {
    refuse(path, name, cat("has ", entry.end - entry.begin, " bytes, but its dtype and shape need ", bytes));
  }
  return entry;
}

}  // namespace

std::uint64_t safetensors_element_bytes(std::string_view dtype) {
  for (const ElementType& type : element_types) {
    if (type.name == dtype) { return type.bytes; }
  }
  return 0;
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : path_(path), file_(path) {
  const std::string_view bytes = file_.bytes();
  if (const std::string foreign = foreign_content(bytes); !foreign.empty()) { refuse(path, "", foreign); }
  std::uint64_t header = 0;
  if (bytes.size() < sizeof(header)) { refuse(path, "", "is too short for a safetensors file"); }
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header > longest_header) {
    refuse(path, "", cat("claims a header of ", header, " bytes: it is not a safetensors file"));
  }
  if (header > bytes.size() - sizeof(header)) {
    refuse(path, "", cat("ends inside its header of ", header, " bytes: it is truncated"));
  }
  data_ = bytes.substr(sizeof(header) + header);
  const Json json = Json::parse(bytes.substr(sizeof(header), header), cat(path.string(), ": header"));
  if (!json.is_object()) { refuse(path, "", "has a header that is not a JSON object"); }
  for (const auto& [name, value] : json.as_object()) {
    if (name != "__metadata__") { entries_.push_back(parse_entry(path, name, value, data_.size())); }
  }
  std::sort(entries_.begin(), entries_.end(), [](const SafetensorsEntry& a, const SafetensorsEntry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  std::uint64_t position = 0;
  for (const SafetensorsEntry& entry : entries_) {
    if (entry.begin < position) { refuse(path, entry.name, "overlaps the tensor before it"); }
    if (entry.begin > position) { refuse(path, entry.name, "has a gap before it"); }
    position = entry.end;
  }
  if (position != data_.size()) {
    refuse(path, "", cat("has ", data_.size() - position, " bytes after the last tensor"));
  }
}

const SafetensorsEntry* SafetensorsFile::find(std::string_view name) const {
  for (const SafetensorsEntry& entry : entries_) {
    if (entry.name == name) { return &entry; }
  }
  return nullptr;
}

}  // namespace srl::model
