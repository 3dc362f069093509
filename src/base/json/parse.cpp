#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/characters.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl {
namespace {

constexpr std::size_t max_nesting = 512;

/// Builds a Json from nlohmann's events. It uses a stack instead of recursion, so that deep nesting cannot
/// overflow the call stack.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(std::string_view where) : where_(where) {}
  Json take() { return std::move(root_); }

  bool null() override { return put(Json()); }
  bool boolean(bool value) override { return put(Json(value)); }
  bool number_integer(number_integer_t value) override { return put(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    // Only a double can hold a value above 2^63 - 1.
    if (!std::in_range<std::int64_t>(value)) { return put(Json(1.0 * value)); }
    return put(Json(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return put(Json(value)); }
  bool string(string_t& value) override { return put(Json(std::move(value))); }
  bool binary(binary_t&) override { return false; }  // does not occur in text

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    if (repeats(open_.back(), value)) {
      throw BadInput(cat(where_, ": key '", value, "' occurs twice in one object"));
    }
    open_.back().key = std::move(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: what": keep only the last part.
    std::string what = error.what();
    if (const std::size_t at = what.find(": "); at != std::string::npos) { what.erase(0, at + 2); }
    throw BadInput(cat(where_, ": not valid JSON at byte ", position, ": ", repair(what)));
  }

 private:
  struct Open {
    Json value;
    std::string key;  ///< of the member being read, when value is an object
    std::unordered_set<std::string> keys =
        {};  ///< of all members, used from 16 members on (a vocabulary has 150,000)
  };

  static bool repeats(Open& open, const std::string& key) {
    constexpr std::size_t many = 16;
    const Json::Object& object = open.value.as_object();
    if (object.size() < many) {
      return std::any_of(object.begin(), object.end(),
                         [&](const auto& member) { return member.first == key; });
    }
    if (open.keys.empty()) {
      for (const auto& member : object) { open.keys.insert(member.first); }
    }
    return !open.keys.insert(key).second;
  }

  /// The library quotes its last input, which may end inside a UTF-8 character.
  static std::string repair(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return byte_of(c) < 0x20 || byte_of(c) > 0x7E; }, '?');
    return text;
  }
  bool put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.is_array()) {
      open_.back().value.as_array().push_back(std::move(value));
    } else {
      open_.back().value.append_member(std::move(open_.back().key), std::move(value));
    }
    return true;
  }
  bool open(Json value) {
    if (open_.size() == max_nesting) {
      throw BadInput(cat(where_, ": JSON nested deeper than ", max_nesting));
    }
    open_.push_back({std::move(value), {}});
    return true;
  }
  bool close() {
    Json done = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(done));
  }

  std::string where_;
  Json root_;
  std::vector<Open> open_;
};

}  // namespace

Json Json::parse(std::string_view text, std::string_view where) {
  Builder builder(where);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string_view Json::type_name() const {
  constexpr std::string_view names[] = {"null",     "a boolean", "an integer", "a number",
                                        "a string", "an array",  "an object"};
  return names[value_.index()];
}

namespace {
[[noreturn]] void wrong_type(std::string_view expected, const Json& found) {
  throw BadInput(cat("expected ", expected, ", found ", found.type_name()));
}
}  // namespace

bool Json::as_bool() const {
  if (!is_bool()) { wrong_type("a boolean", *this); }
  return std::get<bool>(value_);
}
std::int64_t Json::as_integer() const {
  if (!is_integer()) { wrong_type("an integer", *this); }
  return std::get<std::int64_t>(value_);
}
double Json::as_double() const {
  if (is_integer()) { return std::get<std::int64_t>(value_); }
  if (!is_number()) { wrong_type("a number", *this); }
  return std::get<double>(value_);
}
const std::string& Json::as_string() const {
  if (!is_string()) { wrong_type("a string", *this); }
  return std::get<std::string>(value_);
}
const Json::Array& Json::as_array() const {
  if (!is_array()) { wrong_type("an array", *this); }
  return std::get<Array>(value_);
}
Json::Array& Json::as_array() {
  if (!is_array()) { wrong_type("an array", *this); }
  return std::get<Array>(value_);
}
const Json::Object& Json::as_object() const {
  if (!is_object()) { wrong_type("an object", *this); }
  return std::get<Object>(value_);
}

const Json* Json::find(std::string_view key) const {
  if (!is_object()) { return nullptr; }
  for (const auto& [name, value] : std::get<Object>(value_)) {
    if (name == key) { return &value; }
  }
  return nullptr;
}

const Json& Json::at(std::string_view key) const {
  if (!is_object()) { wrong_type(cat("an object with key '", key, "'"), *this); }
  if (const Json* value = find(key)) { return *value; }
  throw BadInput(cat("key '", key, "' is missing"));
}

Json& Json::operator[](std::string_view key) {
  if (is_null()) { value_ = Object{}; }
  if (!is_object()) { wrong_type(cat("an object with key '", key, "'"), *this); }
  for (auto& [name, value] : std::get<Object>(value_)) {
    if (name == key) { return value; }
  }
  append_member(std::string(key), Json());
  return std::get<Object>(value_).back().second;
}

void Json::append_member(std::string key, Json value) {
  std::get<Object>(value_).emplace_back(std::move(key), std::move(value));
}

void Json::push_back(Json value) {
  if (is_null()) { value_ = Array{}; }
  as_array().push_back(std::move(value));
}

}  // namespace srl
