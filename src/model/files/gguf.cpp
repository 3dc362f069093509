#include "model/gguf.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <set>
#include <tuple>

#include "base/error.hpp"
#include "base/foreign_file.hpp"
#include "base/strings.hpp"

namespace srl::model {
namespace {

/// Converts a float by its shortest decimal form: 1e-5, not 9.999999747378752e-06.
double plain_double(float value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  double result = value;
  std::from_chars(digits, end, result);
  return result;
}

/// A cursor over the file's bytes. Every read checks the remaining length.
class Reader {
 public:
  Reader(std::string_view bytes, const std::filesystem::path& path) : bytes_(bytes), path_(path) {}
  [[noreturn]] void refuse(std::string_view what) const {
    throw BadInput(cat(path_.string(), ": ", what, " (byte ", position_, ")"));
  }
  std::uint64_t position() const { return position_; }
  std::uint64_t left() const { return bytes_.size() - position_; }

  std::string_view take(std::uint64_t count, std::string_view what) {
    if (count > left()) { refuse(cat("ends inside ", what, ": it is truncated or not a GGUF file")); }
    const std::string_view piece = bytes_.substr(position_, count);
    position_ += count;
    return piece;
  }
  template <class T>
  T number(std::string_view what) {
    T value;
    std::memcpy(&value, take(sizeof(T), what).data(), sizeof(T));
    return value;
  }
  std::string text(std::string_view what) {
    const auto length = number<std::uint64_t>(what);
    return std::string(take(length, what));
  }
  /// Reads the number of items of at least `least` bytes each. Refuses it if the file is too short for them.
  std::uint64_t count(std::uint64_t least, std::string_view what) {
    const auto value = number<std::uint64_t>(what);
    if (value > left() / least) { refuse(cat("claims ", value, " ", what, ", more than the file can hold")); }
    return value;
  }

 private:
  std::string_view bytes_;
  const std::filesystem::path& path_;
  std::uint64_t position_ = 0;
};

// Reads a metadata value; `type` is the format's number of the value type.
Json read_value(Reader& in, std::uint32_t type, const std::string& key, int depth) {
  const std::string what = cat("metadata '", key, "'");
  switch (type) {
    case 0: return Json(std::int64_t{in.number<std::uint8_t>(what)});
    case 1: return Json(std::int64_t{in.number<std::int8_t>(what)});
    case 2: return Json(std::int64_t{in.number<std::uint16_t>(what)});
    case 3: return Json(std::int64_t{in.number<std::int16_t>(what)});
    case 4: return Json(std::int64_t{in.number<std::uint32_t>(what)});
    case 5: return Json(std::int64_t{in.number<std::int32_t>(what)});
    case 6: return Json(plain_double(in.number<float>(what)));
    case 7: return Json(in.number<std::uint8_t>(what) != 0);
    case 8: return Json(in.text(what));
    case 9: {
      const auto item_type = in.number<std::uint32_t>(what);
      const std::uint64_t count = in.count(1, cat("items of ", what));
      if (depth > 2) { in.refuse(cat(what, " has too deeply nested lists")); }
      Json::Array items;
      for (std::uint64_t i = 0; i < count; ++i) {
        items.push_back(read_value(in, item_type, key, depth + 1));
      }
      return Json(std::move(items));
    }
    case 10: {
      const auto value = in.number<std::uint64_t>(what);
      if (!std::in_range<std::int64_t>(value)) { in.refuse(cat(what, " is too large")); }
      return Json(value);
    }
    case 11: return Json(in.number<std::int64_t>(what));
    case 12: return Json(in.number<double>(what));
    default: in.refuse(cat(what, " has the unknown type ", type));
  }
}

struct Placed {
  GgufTensor tensor;
  std::uint64_t offset = 0, bytes = 0;
};

Placed read_tensor(Reader& in) {
  Placed placed;
  GgufTensor& tensor = placed.tensor;
  tensor.name = in.text("a tensor's name");
  const auto dimensions = in.number<std::uint32_t>("a tensor's shape");
  if (dimensions < 1 || dimensions > 4) {
    in.refuse(cat("tensor '", tensor.name, "' has ", dimensions, " dimensions"));
  }
  tensor.count = 1;
  for (std::uint32_t d = 0; d < dimensions; ++d) {
    const std::int64_t size = in.number<std::uint64_t>("a tensor's shape");  // from 2^63 on negative
    if (size < 1 || size > std::int64_t{1} << 40 || tensor.count > (std::int64_t{1} << 46) / size) {
      in.refuse(cat("tensor '", tensor.name, "' has an impossible shape"));
    }
    tensor.count *= size;
    tensor.shape.insert(tensor.shape.begin(), size);
  }
  const auto type = in.number<std::uint32_t>("a tensor's type");
  const GgmlBlock block = ggml_block(type);
  if (block.elements == 0) {
    in.refuse(cat("tensor '", tensor.name, "' has ggml type ", type,
                  "; supported: F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q4_K, Q6_K"));
  }
  if (tensor.shape.back() % block.elements != 0) {
    in.refuse(cat("tensor '", tensor.name, "' has rows whose length is not a multiple of its block size ",
                  block.elements));
  }
  tensor.type = GgmlType{type};
  placed.offset = in.number<std::uint64_t>("a tensor's offset");
  placed.bytes = tensor.count / block.elements * block.bytes;
  return placed;
}

}  // namespace

GgmlBlock ggml_block(std::uint32_t type) {
  switch (GgmlType{type}) {
    case GgmlType::f32: return {1, 4};
    case GgmlType::f16:
    case GgmlType::bf16: return {1, 2};
    case GgmlType::q4_0: return {32, 18};
    case GgmlType::q4_1: return {32, 20};
    case GgmlType::q8_0: return {32, 34};
    case GgmlType::q4_k: return {256, 144};
    case GgmlType::q6_k: return {256, 210};
  }
  return {};
}

GgufFile::GgufFile(const std::filesystem::path& path) : path_(path), file_(path) {
  static_assert(std::endian::native == std::endian::little, "GGUF data is little-endian");
  if (const std::string foreign = foreign_content(file_.bytes()); !foreign.empty()) {
    throw BadInput(cat(path_.string(), " ", foreign));
  }
  Reader in(file_.bytes(), path_);
  if (in.left() < 4 || in.take(4, "the magic") != "GGUF") { in.refuse("is not a GGUF file"); }
  const auto version = in.number<std::uint32_t>("the version");
  if (version != 2 && version != 3) {
    in.refuse(cat("has GGUF version ", version, "; supported: 2 and 3, little-endian"));
  }
  const std::uint64_t tensor_count = in.count(1, "tensors"), key_count = in.count(12, "metadata entries");
  std::set<std::string> keys;
  for (std::uint64_t i = 0; i < key_count; ++i) {
    std::string key = in.text("a metadata key");
    const auto type = in.number<std::uint32_t>("a metadata type");
    Json value = read_value(in, type, key, 0);
    if (!keys.insert(key).second) { in.refuse(cat("has metadata '", key, "' twice")); }
    metadata_.emplace_back(std::move(key), std::move(value));
  }
  std::vector<Placed> placed;
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < tensor_count; ++i) {
    placed.push_back(read_tensor(in));
    if (!names.insert(placed.back().tensor.name).second) {
      in.refuse(cat("has tensor '", placed.back().tensor.name, "' twice"));
    }
  }
  const std::int64_t alignment = integer("general.alignment", 32);
  const std::uint64_t step = alignment;
  if (alignment < 1 || alignment > 1 << 20 || !std::has_single_bit(step)) {
    in.refuse(cat("has the invalid alignment ", alignment));
  }
  const std::uint64_t start = (in.position() + step - 1) / step * step;
  const std::string_view bytes = file_.bytes();
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return std::tie(a.offset, a.tensor.name) < std::tie(b.offset, b.tensor.name);
  });
  std::uint64_t used = 0;
  for (Placed& each : placed) {
    const std::string& name = each.tensor.name;
    if (each.offset % step != 0) { in.refuse(cat("tensor '", name, "' is not aligned")); }
    if (each.offset < used) { in.refuse(cat("tensor '", name, "' overlaps the tensor before it")); }
    if (start > bytes.size() || each.offset > bytes.size() - start ||
        each.bytes > bytes.size() - start - each.offset) {
      throw BadInput(
          cat(path_.string(), ": tensor '", name, "' ends beyond the file's end: the file is truncated"));
    }
    each.tensor.bytes = bytes.substr(start + each.offset, each.bytes);
    used = each.offset + each.bytes;
    tensors_.push_back(std::move(each.tensor));
  }
}

const Json* GgufFile::find(std::string_view key) const {
  for (const auto& [name, value] : metadata_) {
    if (name == key) { return &value; }
  }
  return nullptr;
}

const Json& GgufFile::at(std::string_view key) const {
  if (const Json* value = find(key)) { return *value; }
  throw BadInput(cat(path_.string(), ": metadata '", key, "' is missing"));
}

std::int64_t GgufFile::integer(std::string_view key) const {
  const Json& value = at(key);
  if (!value.is_integer()) {
    throw BadInput(cat(path_.string(), ": metadata '", key, "' must be an integer"));
  }
  return value.as_integer();
}

std::int64_t GgufFile::integer(std::string_view key, std::int64_t fallback) const {
  return find(key) ? integer(key) : fallback;
}

double GgufFile::number(std::string_view key, double fallback) const {
  const Json* value = find(key);
  if (!value) { return fallback; }
  if (!value->is_number()) { throw BadInput(cat(path_.string(), ": metadata '", key, "' must be a number")); }
  return value->as_double();
}

std::string GgufFile::text(std::string_view key, const std::string& fallback) const {
  const Json* value = find(key);
  if (!value) { return fallback; }
  if (!value->is_string()) { throw BadInput(cat(path_.string(), ": metadata '", key, "' must be a string")); }
  return value->as_string();
}

const GgufTensor* GgufFile::tensor(std::string_view name) const {
  for (const GgufTensor& each : tensors_) {
    if (each.name == name) { return &each; }
  }
  return nullptr;
}

}  // namespace srl::model
