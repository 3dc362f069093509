#pragma once
// A JSON value whose objects keep their order and whose integers stay integers. json/parse.cpp parses it with
// nlohmann_json.
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace srl {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(unsigned value) : value_(std::int64_t{value}) {}
  Json(long value) : value_(std::int64_t{value}) {}
  Json(long long value) : value_(std::int64_t{value}) {}
  Json(unsigned long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(unsigned long long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  template <class T>
  Json(const std::vector<T>& values) : value_(Array(values.begin(), values.end())) {}
  static Json object() { return Json(Object{}); }
  static Json array() { return Json(Array{}); }

  /// Throws BadInput with `where` (file, line) and the byte position. Duplicate keys, invalid UTF-8 and
  /// nesting deeper than 512 are errors.
  static Json parse(std::string_view text, std::string_view where);
  /// One line without spaces after separators if indent < 0. Doubles are printed as the shortest text that
  /// reads back to the same value. NaN and infinities become null.
  std::string dump(int indent = -1) const;

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // Typed access. Throws BadInput that says what was expected and what was found.
  bool as_bool() const;
  std::int64_t as_integer() const;
  double as_double() const;  ///< also accepts integers
  const std::string& as_string() const;
  const Array& as_array() const;
  Array& as_array();
  const Object& as_object() const;

  const Json* find(std::string_view key) const;  ///< nullptr when absent or not an object
  const Json& at(std::string_view key) const;    ///< BadInput naming the key when absent
  Json& operator[](std::string_view key);        ///< inserts at the end; null becomes an object
  void push_back(Json value);                    ///< null becomes an array
  void append_member(std::string key,
                     Json value);      ///< to an object, without checking whether it has the key already
  std::string_view type_name() const;  ///< "an integer", for messages
  bool operator==(const Json&) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

/// Parses many JSON texts fast: it keeps its buffers. simdjson parses what it accepts; Json::parse decides
/// about everything else, so both give the same values and errors.
class JsonParser {
 public:
  static constexpr std::size_t padding = 64;  ///< readable bytes, of any value, that must follow the text

  JsonParser();
  ~JsonParser();
  /// Throws BadInput with `where` as Json::parse does.
  Json parse(std::string_view text, std::string_view where);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Appends a JSON string with these bytes, quoted and escaped. Invalid UTF-8 stays as it is; Json::dump
/// repairs it first.
void append_json_string(std::string& out, std::string_view bytes);

/// A line of a file of JSON lines, and its number there from 1. Blank lines count, but are not returned.
struct JsonLine {
  std::int64_t number = 0;
  std::string text = {};
};
/// Reads the next line that is not blank (blanks, tabs, a carriage return). `line` is the one before it, or a
/// new one at the beginning. False at the end.
bool next_json_line(std::istream& in, JsonLine& line);

}  // namespace srl
