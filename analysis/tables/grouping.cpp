#include "analysis/tables/grouping.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

template <class Names>
std::string settings_without(const Json& settings, const Names& left_out) {
  Json kept = Json::object();
  for (const auto& [key, value] : settings.as_object()) {
    if (std::find(left_out.begin(), left_out.end(), key) == left_out.end()) { kept[key] = value; }
  }
  return kept.dump();
}

constexpr std::array<std::string_view, 7> of_sampling{"greedy", "temperature", "top_p",  "top_k",
                                                      "min_p",  "seed",        "samples"};

}  // namespace

QuestionKey question_of(const evaluation::Record& record) {
  if (record.view != "step") { return {record.question, record.question}; }
  return {record.solution.value_or(record.question), record.step.value_or(record.question), record.reference};
}

std::string model_of(const evaluation::Record& record) {
  return record.model_checksum.empty() ? record.model : record.model_checksum;
}

std::map<Content, std::string> labels_of(const std::set<Content>& contents) {
  std::map<std::string, int> of_name;
  for (const auto& [name, checksum] : contents) { ++of_name[name]; }
  std::map<Content, std::string> labels;
  for (const Content& content : contents) {
    const auto& [name, checksum] = content;
    labels[content] =
        of_name[name] == 1 ? name : cat(name, " [", checksum.empty() ? "older" : checksum.substr(0, 8), "]");
  }
  return labels;
}

void Models::add(const evaluation::Record& record) {
  models_.try_emplace(model_of(record), record.model, record.model_checksum);
}

std::map<std::string, std::string> Models::labels() const {
  std::set<Content> contents;
  for (const auto& [identity, content] : models_) { contents.insert(content); }
  const auto names = labels_of(contents);
  std::map<std::string, std::string> labels;
  for (const auto& [identity, content] : models_) { labels[identity] = names.at(content); }
  return labels;
}

std::string Models::list() const {
  std::vector<std::string> names;
  for (const auto& [identity, label] : labels()) { names.push_back(label); }
  return join(names, "; ");
}

std::string way_of_sampling(const Json& settings) {
  return settings_without(settings, std::array<std::string_view, 1>{"seed"});
}

std::string way_of_sampling(const evaluation::Record& record) {
  return way_of_sampling(record.settings);
}

std::string common_settings(const Json& settings) {
  return settings_without(settings, of_sampling);
}

std::string sampling_only(const std::string& way) {
  Json only = Json::object();
  const Json settings = Json::parse(way, "settings");
  for (const auto& [key, value] : settings.as_object()) {
    if (std::find(of_sampling.begin(), of_sampling.end(), key) != of_sampling.end()) { only[key] = value; }
  }
  return only.dump();
}

std::map<std::string, std::string> differences_of(const std::set<std::string>& settings) {
  std::map<std::string, std::set<std::string>> values;  // by entry; "-" where a setting lacks it
  std::map<std::string, std::map<std::string, std::string>> entries;
  for (const std::string& text : settings) {
    const Json json = Json::parse(text, "settings");
    for (const auto& [key, value] : json.as_object()) {
      entries[text][key] = value.is_string() ? value.as_string() : value.dump();
      values[key];
    }
  }
  const auto value_of = [&](const std::string& text, const std::string& key) {
    const auto found = entries[text].find(key);
    return found == entries[text].end() ? "default" : found->second;
  };
  std::map<std::string, std::string> differences;
  for (auto& [key, found] : values) {
    for (const std::string& text : settings) { found.insert(value_of(text, key)); }
  }
  for (const std::string& text : settings) {
    std::vector<std::string> parts;
    for (const auto& [key, found] : values) {
      if (found.size() > 1) { parts.push_back(cat(key, " ", value_of(text, key))); }
    }
    differences[text] = join(parts, ", ");
  }
  return differences;
}

std::vector<std::size_t> cluster_sizes(const std::set<QuestionKey>& questions) {
  std::vector<std::size_t> sizes;
  const QuestionKey* last = nullptr;
  for (const QuestionKey& question : questions) {
    if (last == nullptr || last->cluster != question.cluster) { sizes.push_back(0); }
    ++sizes.back();
    last = &question;
  }
  return sizes;
}

}  // namespace srl::analysis
