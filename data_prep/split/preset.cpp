#include "data_prep/split/preset.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::data_prep {
namespace {

/// A text or a list of texts.
std::vector<std::string> texts(const Json& value, const std::string& where) {
  if (value.is_string()) { return {value.as_string()}; }
  std::vector<std::string> result;
  if (!value.is_array()) {
    throw BadOption(cat(where, " is ", value.type_name(), ", not a text or a list of texts"));
  }
  for (const Json& item : value.as_array()) {
    if (!item.is_string()) {
      throw BadOption(cat(where, " holds ", item.type_name(), "; only texts are allowed"));
    }
    result.push_back(item.as_string());
  }
  return result;
}

std::string built_in_names() {
  std::vector<std::string> names{"auto"};
  for (const auto& [name, text] : built_in_presets()) { names.push_back(name); }
  return join(names, ", ");
}

Preset built_in(const std::string& name) {
  for (const auto& [known, text] : built_in_presets()) {
    if (known == name) { return parse_preset(name, text); }
  }
  throw BadOption(cat("preset '", name, "' is not known; built in are: ", built_in_names(),
                      "; the name of a file contains a slash or ends in .json"));
}

}  // namespace

Preset parse_preset(const std::string& name, const std::string& json) {
  Preset preset;
  preset.name = name;
  const std::map<std::string, std::vector<std::string>*> lists{
      {"needs", &preset.needs},
      {"unless", &preset.unless},
      {"splitters", &preset.splitters},
      {"observation_prefixes", &preset.observation_prefixes}};
  const std::map<std::string, std::vector<std::string>*> fields{
      {"id", &preset.id},         {"question", &preset.question},   {"solution", &preset.solution},
      {"steps", &preset.steps},   {"turns", &preset.turns},         {"answer", &preset.answer},
      {"source", &preset.source}, {"reasoning", &preset.reasoning}, {"correct", &preset.correct}};
  Json parsed;
  try {
    parsed = Json::parse(json, cat("preset ", name));
  } catch (const BadInput& error) { throw BadOption(error.what()); }
  if (!parsed.is_object()) { throw BadOption(cat("preset ", name, ": not a JSON object")); }
  for (const auto& [key, value] : parsed.as_object()) {
    const std::string where = cat("preset ", name, ": ", key);
    if (key == "about") { continue; }
    if (key == "domain") {
      preset.domain = texts(value, where).at(0);
      if (preset.domain != "math" && preset.domain != "agent") {
        throw BadOption(cat(where, " is neither math nor agent"));
      }
    } else if (key == "question_between") {
      const std::vector<std::string> marks = texts(value, where);
      if (marks.size() != 2) { throw BadOption(cat(where, " must be a list of two texts")); }
      preset.question_from = marks[0], preset.question_to = marks[1];
    } else if (key == "fields") {
      if (!value.is_object()) { throw BadOption(cat(where, " is ", value.type_name(), ", not an object")); }
      for (const auto& [role, names] : value.as_object()) {
        const auto found = fields.find(role);
        if (found == fields.end()) { throw BadOption(cat(where, ": there is no field '", role, "'")); }
        *found->second = texts(names, cat(where, ".", role));
      }
    } else if (const auto found = lists.find(key); found != lists.end()) {
      *found->second = texts(value, where);
    } else {
      throw BadOption(cat(where, ": unknown key"));
    }
  }
  if (preset.splitters.empty()) {
    throw BadOption(cat("preset ", name, ": the key splitters is missing or empty"));
  }
  return preset;
}

std::vector<Preset> load_presets(const std::string& name_or_file) {
  if (name_or_file == "auto") { return {built_in("swe_agent"), built_in("messages"), built_in("usual")}; }
  if (name_or_file.find('/') == std::string::npos && !name_or_file.ends_with(".json")) {
    return {built_in(name_or_file)};
  }
  try {
    return {parse_preset(name_or_file, read_file(name_or_file))};
  } catch (const EnvironmentError& error) {
    throw BadOption(cat("--preset: ", error.what(), "; built in are: ", built_in_names()));
  }
}

const Preset& preset_for(const Json& row, const std::vector<Preset>& presets) {
  for (const Preset& preset : presets) {
    const auto has = [&](const std::string& path) {
      const Json* value = value_at(row, path);
      return value != nullptr && value->is_array();
    };
    const auto is_there = [&](const std::string& path) { return value_at(row, path) != nullptr; };
    if (std::any_of(preset.needs.begin(), preset.needs.end(), has) &&
        std::none_of(preset.unless.begin(), preset.unless.end(), is_there)) {
      return preset;
    }
  }
  return presets.back();
}

const Json* value_at(const Json& row, const std::string& path) {
  const Json* value = row.find(path);  // a field name may itself contain dots
  if (value == nullptr && path.find('.') != std::string::npos) {
    value = &row;
    for (const std::string& part : split(path, '.')) {
      if (value->is_array()) {
        const bool index =
            !part.empty() && part.size() < 9 && part.find_first_not_of("0123456789") == std::string::npos;
        const std::size_t i = index ? std::stoul(part) : value->as_array().size();
        value = i < value->as_array().size() ? &value->as_array()[i] : nullptr;
      } else {
        value = value->find(part);
      }
      if (value == nullptr) { return nullptr; }
    }
  }
  return value != nullptr && !(*value == Json()) ? value : nullptr;
}

const Json* first_value(const Json& row, const std::vector<std::string>& paths) {
  const Json* empty = nullptr;
  for (const std::string& path : paths) {
    const Json* value = value_at(row, path);
    if (value == nullptr) { continue; }
    if (!value->is_string() || !value->as_string().empty()) { return value; }
    if (empty == nullptr) { empty = value; }
  }
  return empty;
}

}  // namespace srl::data_prep
