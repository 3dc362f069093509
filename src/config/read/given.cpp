#include "config/read/given.hpp"

#include "base/characters.hpp"
#include "base/strings.hpp"
#include "config/shell.hpp"

namespace srl::config {

std::string shown(const std::vector<std::string>& values) {
  if (values.empty()) { return "an empty list"; }
  std::vector<std::string> quoted;
  for (const std::string& value : values) { quoted.push_back(shell_quoted(value)); }
  std::string text = join(quoted, " ");
  constexpr std::size_t most = 60;
  if (text.size() <= most) { return text; }
  std::size_t end = most;
  while (end > 0 && continues_code_point(text[end])) { --end; }
  return text.substr(0, end) + "…";
}

std::string Given::keep(const Entry& entry, const std::vector<std::string>& values) {
  const std::string name = entry.full_name();
  const auto [place, is_first] = values_.emplace(name, values);
  if (is_first || entry.same(place->second, values) || !refused_.insert(name).second) { return ""; }
  return cat("--", name, " is given twice, as ", shown(place->second), " and as ", shown(values),
             entry.kind == Kind::list ? cat(": give all values after one --", name)
                                      : std::string(": leave out one of them"));
}

std::string Given::add(const Entry& entry, const std::string& value) {
  if (entry.kind == Kind::list && !by_place_.insert(entry.full_name()).second) {
    values_[entry.full_name()].push_back(value);
    return "";
  }
  return keep(entry, {value});
}

const std::vector<std::string>* Given::values(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

}  // namespace srl::config
