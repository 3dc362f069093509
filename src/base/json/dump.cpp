// Writing JSON text.
#include <array>
#include <charconv>
#include <cmath>

#include "base/json.hpp"
#include "base/unicode.hpp"

namespace srl {
namespace {

void dump_string(std::string& out, std::string_view text) {
  std::string repaired;
  if (!is_valid_utf8(text)) {
    repaired = repair_utf8(text);  // JSON text is UTF-8, whatever a model has sampled
    text = repaired;
  }
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          constexpr std::string_view digits = "0123456789abcdef";
          out += "\\u00";
          out += digits[static_cast<unsigned char>(c) >> 4];
          out += digits[static_cast<unsigned char>(c) & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void dump_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) {
    out += ".0";  // stays a double when read back
  }
}

void dump_value(std::string& out, const Json& value, int indent, int depth);

/// The common shape of arrays and objects: `count` elements between two brackets.
template <class Element>
void dump_container(std::string& out, char open, char close, std::size_t count, int indent, int depth,
                    const Element& element) {
  const auto new_line = [&](int level) {
    if (indent < 0) { return; }
    out += '\n';
    out.append(static_cast<std::size_t>(indent * level), ' ');
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
