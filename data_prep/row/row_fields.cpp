#include "data_prep/row/row_fields.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::data_prep {
namespace {

/// Whether a text may hold a JSON list or object: "[1, 2)" and "[asy] …" do not.
bool looks_like_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
  if (first == std::string_view::npos) { return false; }
  return (text[first] == '[' && text[last] == ']') || (text[first] == '{' && text[last] == '}');
}

}  // namespace

RowFields::RowFields(const Json& row) : row_(row) {
  if (!row.is_object()) { return; }
  for (const auto& [name, value] : row.as_object()) { beginnings_ |= beginning(name); }
}

const Json* RowFields::opened(const Json* value) const {
  if (value == nullptr || !value->is_string() || !looks_like_json(value->as_string())) { return value; }
  for (const auto& [text, json] : opened_) {
    if (text == value) { return json ? json.get() : value; }
  }
  std::unique_ptr<Json> json;
  try {
    json = std::make_unique<Json>(Json::parse(value->as_string(), "field"));
  } catch (const BadInput&) {}
  opened_.emplace_back(value, std::move(json));
  return opened_.back().second ? opened_.back().second.get() : value;
}

const Json* RowFields::inside(const Json& list, std::string_view part) const {
  const Json::Array& items = list.as_array();
  std::size_t i = items.size();
  if (part == "*") {
    i = chosen_;
  } else if (!part.empty() && part.size() < 9 &&
             part.find_first_not_of("0123456789") == std::string_view::npos) {
    i = std::stoul(std::string(part));
  }
  return i < items.size() ? &items[i] : nullptr;
}

const Json* RowFields::found_at(const std::string& path) const {
  const Json* value = row_.find(path);  // a field name may itself contain dots
  if (value == nullptr && path.find('.') != std::string::npos) {
    value = &row_;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('.', begin), path.size());
      const std::string_view part = std::string_view(path).substr(begin, end - begin);
      value = opened(value);
      value = value->is_array() ? inside(*value, part) : value->find(part);
      if (value == nullptr) { return nullptr; }
      begin = end + 1;
    }
  }
  return value != nullptr && !value->is_null() ? value : nullptr;
}

const Json* RowFields::first(const std::vector<std::string>& paths) const {
  const Json* empty = nullptr;
  for (const std::string& path : paths) {
    const Json* value = at(path);
    if (value == nullptr) { continue; }
    if (!value->is_string() || !value->as_string().empty()) { return value; }
    if (empty == nullptr) { empty = value; }
  }
  return empty;
}

std::string RowFields::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : row_.as_object()) {
    if (names.size() == 24) {
      names.emplace_back("…");
      break;
    }
    names.push_back(name.size() <= 60 ? name : "(a long name)");
  }
  return join(names, ", ");
}

}  // namespace srl::data_prep
