#include "text/jsonl.hpp"

#include <functional>
#include <istream>
#include <ostream>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::text {
namespace {

const Json& field(const Json& row, std::string_view name) {
  const Json* value = row.find(name);
  if (!value) { throw BadInput(cat("is not an object with \"", name, "\"")); }
  return *value;
}

bool each_line(std::istream& in, std::ostream& out, const std::function<std::string(const Json&)>& answer) {
  bool all_good = true;
  for (JsonLine line; next_json_line(in, line);) {
    std::string result;
    try {
      result = answer(Json::parse(line.text, "line"));
    } catch (const BadInput& error) {
      all_good = false;
      result = Json(Json::Object{{"line", line.number}, {"error", error.what()}}).dump();
    }
    out << result << '\n';
  }
  out.flush();
  if (!out) { throw EnvironmentError("the output cannot be written; is the disk full?"); }
  return all_good;
}

}  // namespace

bool tokenize_stream(std::istream& in, std::ostream& out, const Tokenizer& tokenizer) {
  return each_line(in, out, [&](const Json& row) {
    std::string result = "{\"ids\":[";
    bool first = true;
    for (const TokenId id : tokenizer.encode(field(row, "text").as_string())) {
      if (!first) { result += ','; }
      first = false;
      result += std::to_string(id);
    }
    return result + "]}";
  });
}

bool detokenize_stream(std::istream& in, std::ostream& out, const Tokenizer& tokenizer) {
  return each_line(in, out, [&](const Json& row) {
    std::vector<TokenId> ids;
    for (const Json& value : field(row, "ids").as_array()) {
      const std::int64_t id = value.as_integer();
      if (id < 0 || id >= std::ssize(tokenizer) || !tokenizer.has(id)) {
        throw BadInput(cat("id ", id, " has no token"));
      }
      ids.push_back(id);
    }
    return Json(Json::Object{{"text", repair_utf8(tokenizer.decode(ids))}}).dump();
  });
}

}  // namespace srl::text
