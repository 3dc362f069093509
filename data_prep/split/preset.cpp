#include "data_prep/split/preset.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "data_prep/split/forms.hpp"

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

std::string one_text(const Json& value, const std::string& where) {
  const std::vector<std::string> all = texts(value, where);
  if (all.size() != 1) { throw BadOption(cat(where, " is not one text")); }
  return all[0];
}

std::vector<Need> needs_of(const Json& value, const std::string& where) {
  std::vector<Need> needs;
  for (const std::string& text : texts(value, where)) {
    const std::size_t colon = text.rfind(':');
    const std::string kind = colon == std::string::npos ? "any" : text.substr(colon + 1);
    const auto known = value_of_word<Need::Kind>(kind);
    if (!known) {
      throw BadOption(
          cat(where, ": there is no kind '", kind, "'; kinds are any, text, list, object, number"));
    }
    needs.push_back({text.substr(0, colon), *known});
  }
  return needs;
}

/// One pair of marks, or a list of pairs.
std::vector<std::pair<std::string, std::string>> pairs_of(const Json& value, const std::string& where) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (value.is_array() && !value.as_array().empty() && value.as_array()[0].is_array()) {
    for (const Json& pair : value.as_array()) { pairs.push_back(pairs_of(pair, where).at(0)); }
    return pairs;
  }
  const std::vector<std::string> marks = texts(value, where);
  if (marks.size() != 2) { throw BadOption(cat(where, " must be a list of two texts, or of such lists")); }
  return {{marks[0], marks[1]}};
}

void read_fields(Preset& preset, const Json& value, const std::string& where) {
  const std::map<std::string, std::vector<std::string>*> fields{{"id", &preset.id},
                                                                {"question", &preset.question},
                                                                {"question_more", &preset.question_more},
                                                                {"solution", &preset.solution},
                                                                {"steps", &preset.steps},
                                                                {"turns", &preset.turns},
                                                                {"turns_before", &preset.turns_before},
                                                                {"answer", &preset.answer},
                                                                {"source", &preset.source},
                                                                {"reasoning", &preset.reasoning},
                                                                {"correct", &preset.correct},
                                                                {"first_error", &preset.first_error},
                                                                {"chosen_by", &preset.chosen_by}};
  if (!value.is_object()) { throw BadOption(cat(where, " is ", value.type_name(), ", not an object")); }
  for (const auto& [role, names] : value.as_object()) {
    const auto found = fields.find(role);
    if (found == fields.end()) { throw BadOption(cat(where, ": there is no field '", role, "'")); }
    *found->second = texts(names, cat(where, ".", role));
  }
}

bool truth(const Json& value, const std::string& where) {
  if (!value.is_bool()) { throw BadOption(cat(where, " is ", value.type_name(), ", not true or false")); }
  return value.as_bool();
}

/// Reads one key. False when the key is not known.
bool read_key(Preset& preset, const std::string& key, const Json& value, const std::string& where) {
  const std::map<std::string, std::string*> words{
      {"name", &preset.name}, {"about", &preset.about}, {"domain", &preset.domain}, {"form", &preset.form}};
  const std::map<std::string, std::vector<std::string>*> lists{
      {"unless", &preset.unless},
      {"splitters", &preset.splitters},
      {"observation_prefixes", &preset.observation_prefixes}};
  if (const auto word = words.find(key); word != words.end()) {
    *word->second = one_text(value, where);
  } else if (const auto list = lists.find(key); list != lists.end()) {
    *list->second = texts(value, where);
  } else if (key == "needs") {
    preset.needs = needs_of(value, where);
  } else if (key == "question_between") {
    preset.question_between = pairs_of(value, where);
  } else if (key == "fields") {
    read_fields(preset, value, where);
  } else if (key == "only") {
    preset.only = truth(value, where);
  } else if (key == "plain_fences") {
    preset.plain_fences = truth(value, where);
  } else {
    return false;
  }
  return true;
}

Preset preset_of(const std::string& name, const Json& json) {
  Preset preset;
  if (!json.is_object()) { throw BadOption(cat("preset ", name, ": not a JSON object")); }
  for (const auto& [key, value] : json.as_object()) {
    const std::string where = cat("preset ", name, ": ", key);
    if (!read_key(preset, key, value, where)) { throw BadOption(cat(where, ": unknown key")); }
  }
  preset.name = name;
  for (const Need& need : preset.needs) { preset.needed_beginnings |= RowFields::beginning(need.path); }
  if (preset.domain != "math" && preset.domain != "agent") {
    throw BadOption(cat("preset ", name, ": domain is neither math nor agent"));
  }
  if (!preset.form.empty() && !is_form(preset.form)) {
    throw BadOption(cat("preset ", name, ": there is no form '", preset.form, "'"));
  }
  if (preset.splitters.empty()) {
    throw BadOption(cat("preset ", name, ": the key splitters is missing or empty"));
  }
  return preset;
}

/// The built-in presets, in the order in which "auto" tries them.
const std::vector<Preset>& built_in() {
  static const std::vector<Preset> presets = [] {
    std::vector<Preset> all;
    for (const std::string& list : built_in_presets()) {
      const Json parsed = Json::parse(list, "built-in presets");
      for (const Json& one : parsed.as_array()) { all.push_back(preset_of(one.at("name").as_string(), one)); }
    }
    return all;
  }();
  return presets;
}

std::string built_in_names() {
  std::vector<std::string> names{"auto"};
  for (const Preset& preset : built_in()) { names.push_back(preset.name); }
  std::sort(names.begin() + 1, names.end());
  return join(names, ", ");
}

bool is_kind(const Json& value, Need::Kind kind) {
  switch (kind) {
    case Need::Kind::any: return true;
    case Need::Kind::text: return value.is_string();
    case Need::Kind::list: return value.is_array();
    case Need::Kind::object: return value.is_object();
    case Need::Kind::number: return value.is_number();
  }
  return false;
}

bool meets(const RowFields& row, const Need& need) {
  const Json* value = row.at(need.path);
  if (value == nullptr) { return false; }
  const bool of_json = need.kind == Need::Kind::list || need.kind == Need::Kind::object;
  return is_kind(of_json ? *row.opened(value) : *value, need.kind);
}

bool has_no_other_field(const RowFields& row, const std::vector<Need>& needs) {
  const Json::Object& fields = row.row().as_object();
  return std::all_of(fields.begin(), fields.end(), [&](const auto& field) {
    return std::any_of(needs.begin(), needs.end(),
                       [&](const Need& need) { return need.path == field.first; });
  });
}

}  // namespace

Preset parse_preset(const std::string& name, const std::string& json) {
  Json parsed;
  try {
    parsed = Json::parse(json, cat("preset ", name));
  } catch (const BadInput& error) { throw BadOption(error.what()); }
  return preset_of(name, parsed);
}

std::vector<Preset> load_presets(const std::string& name_or_file) {
  std::vector<Preset> chosen;
  if (name_or_file == "auto") {
    std::copy_if(built_in().begin(), built_in().end(), std::back_inserter(chosen),
                 [](const Preset& preset) { return !preset.needs.empty() || preset.name == "usual"; });
    return chosen;
  }
  if (name_or_file.find('/') == std::string::npos && !name_or_file.ends_with(".json")) {
    const auto found = std::find_if(built_in().begin(), built_in().end(),
                                    [&](const Preset& preset) { return preset.name == name_or_file; });
    if (found != built_in().end()) { return {*found}; }
    throw BadOption(cat("preset '", name_or_file, "' is not known; built in are: ", built_in_names(),
                        "; the name of a file contains a slash or ends in .json"));
  }
  try {
    return {parse_preset(name_or_file, read_file(name_or_file))};
  } catch (const EnvironmentError& error) {
    throw BadOption(cat("--preset: ", error.what(), "; built in are: ", built_in_names()));
  }
}

const Preset& preset_for(const RowFields& row, const std::vector<Preset>& presets) {
  for (const Preset& preset : presets) {
    if (!preset.needs.empty() && row.may_have(preset.needed_beginnings) &&
        std::all_of(preset.needs.begin(), preset.needs.end(),
                    [&](const Need& need) { return meets(row, need); }) &&
        std::none_of(preset.unless.begin(), preset.unless.end(),
                     [&](const std::string& path) { return row.at(path) != nullptr; }) &&
        (!preset.only || has_no_other_field(row, preset.needs))) {
      return preset;
    }
  }
  return presets.back();
}

}  // namespace srl::data_prep
