#include <simdjson.h>

#include <algorithm>
#include <vector>

#include "base/json.hpp"

namespace srl {
namespace {

namespace dom = simdjson::dom;
constexpr int deepest = 500;  // below the limit of Json::parse, and safe for recursion

bool convert(const dom::element& element, int depth, Json& result);

bool convert_object(const dom::object& object, int depth, Json& result) {
  Json::Object made;
  made.reserve(object.size());
  for (const auto [key, value] : object) {
    made.emplace_back(key, Json());
    if (!convert(value, depth + 1, made.back().second)) { return false; }
  }
  result = Json(std::move(made));
  const Json::Object& members = result.as_object();
  if (members.size() <= 16) {
    for (std::size_t i = 1; i < members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (members[i].first == members[j].first) { return false; }
      }
    }
    return true;
  }
  std::vector<std::string_view> keys;
  for (const auto& [key, value] : members) { keys.push_back(key); }
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
}

/// False when Json::parse has to decide: nesting too deep, a duplicate key, a number that does not fit into
/// 64 bits.
bool convert(const dom::element& element, int depth, Json& result) {
  if (depth > deepest) { return false; }
  switch (element.type()) {
    case dom::element_type::OBJECT: {
      dom::object object;
      return element.get(object) == simdjson::SUCCESS && convert_object(object, depth, result);
    }
    case dom::element_type::ARRAY: {
      dom::array array;
      if (element.get(array) != simdjson::SUCCESS) { return false; }
      Json::Array items;
      for (const dom::element item : array) {
        items.emplace_back();
        if (!convert(item, depth + 1, items.back())) { return false; }
      }
      result = Json(std::move(items));
      return true;
    }
    case dom::element_type::STRING: {
      const std::string_view text = element.get_string().value_unsafe();
      result = Json(std::string(text));
      return true;
    }
    case dom::element_type::INT64: result = Json(element.get_int64().value_unsafe()); return true;
    case dom::element_type::UINT64: return false;  // above 2^63 - 1
    case dom::element_type::DOUBLE: result = Json(element.get_double().value_unsafe()); return true;
    case dom::element_type::BOOL: result = Json(element.get_bool().value_unsafe()); return true;
    case dom::element_type::NULL_VALUE: result = Json(); return true;
  }
  return false;
}

}  // namespace

struct JsonParser::Impl {
  dom::parser parser;
};

JsonParser::JsonParser() : impl_(std::make_unique<Impl>()) {}
JsonParser::~JsonParser() = default;

Json JsonParser::parse(std::string_view text, std::string_view where) {
  static_assert(simdjson::SIMDJSON_PADDING <= padding);
  dom::element root;
  Json result;
  if (impl_->parser.parse(text.data(), text.size(), false).get(root) == simdjson::SUCCESS &&
      convert(root, 0, result)) {
    return result;
  }
  return Json::parse(text, where);
}

}  // namespace srl
