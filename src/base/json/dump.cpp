// Writing JSON text.
#include <array>
#include <charconv>
#include <cmath>

#include "base/characters.hpp"
#include "base/json.hpp"
#include "base/unicode.hpp"

namespace srl {

void append_json_string(std::string& out, std::string_view bytes) {
  out += '"';
  constexpr std::string_view escaped = "\"\\\n\r\t", letters = "\"\\nrt", digits = "0123456789abcdef";
  for (const char c : bytes) {
    if (const std::size_t known = escaped.find(c); known != escaped.npos) {
      out += '\\';
      out += letters[known];
    } else if (byte_of(c) < 0x20) {
      out += "\\u00";
      out += digits[byte_of(c) >> 4];
      out += digits[byte_of(c) & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

namespace {

void dump_string(std::string& out, std::string_view text) {
  std::string repaired;
  if (!is_valid_utf8(text)) {
    repaired = repair_utf8(text);  // a sampled completion may be invalid UTF-8, JSON text must not
    text = repaired;
  }
  append_json_string(out, text);
}

void dump_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view text(digits.data(), end - digits.data());
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) {
    out += ".0";  // so that it reads back as a double
  }
}

void dump_value(std::string& out, const Json& value, int indent, int depth);

/// What arrays and objects have in common: `count` elements between two brackets.
template <class Element>
void dump_container(std::string& out, char open, char close, std::size_t count, int indent, int depth,
                    const Element& element) {
  const auto new_line = [&](int level) {
    if (indent < 0) { return; }
    out += '\n';
    out.append(indent * level, ' ');
  };
  out += open;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) { out += ','; }
    new_line(depth + 1);
    element(i);
  }
  if (count > 0) { new_line(depth); }
  out += close;
}

void dump_value(std::string& out, const Json& value, int indent, int depth) {
  if (value.is_null()) {
    out += "null";
  } else if (value.is_bool()) {
    out += value.as_bool() ? "true" : "false";
  } else if (value.is_integer()) {
    out += std::to_string(value.as_integer());
  } else if (value.is_number()) {
    dump_double(out, value.as_double());
  } else if (value.is_string()) {
    dump_string(out, value.as_string());
  } else if (value.is_array()) {
    const Json::Array& array = value.as_array();
    dump_container(out, '[', ']', array.size(), indent, depth,
                   [&](std::size_t i) { dump_value(out, array[i], indent, depth + 1); });
  } else {
    const Json::Object& object = value.as_object();
    dump_container(out, '{', '}', object.size(), indent, depth, [&](std::size_t i) {
      dump_string(out, object[i].first);
      out += indent < 0 ? ":" : ": ";
      dump_value(out, object[i].second, indent, depth + 1);
    });
  }
}

}  // namespace

std::string Json::dump(int indent) const {
  std::string out;
  dump_value(out, *this, indent, 0);
  return out;
}

}  // namespace srl
