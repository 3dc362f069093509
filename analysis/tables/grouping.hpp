#pragma once
// Which records belong together: the questions, models, benchmarks and settings that they name.
#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/record.hpp"

namespace srl::analysis {

/// A question of one benchmark. The steps of one solution are a cluster, because they are not independent; a
/// question of other views is its own cluster. The number of a held-out step depends on the options that
/// select steps, so a step is known by its solution, its place and the expert's text.
struct QuestionKey {
  std::int64_t cluster = 0, number = 0;
  std::string reference = {};
  auto operator<=>(const QuestionKey&) const = default;
};
QuestionKey question_of(const evaluation::Record& record);

/// A name and the checksum of what it names.
using Content = std::pair<std::string, std::string>;

/// The text that shows each content: its name, with the first digits of the checksum where one name has
/// several contents ("older": a record without a checksum).
std::map<Content, std::string> labels_of(const std::set<Content>& contents);

/// What the model of a record is known by: the checksum of its content, in older records its path.
std::string model_of(const evaluation::Record& record);

/// The models of some records, each with the path under which it appeared first.
class Models {
 public:
  void add(const evaluation::Record& record);
  std::size_t size() const { return models_.size(); }
  std::map<std::string, std::string> labels() const;  ///< by model_of
  std::string list() const;                           ///< all labels, for messages
 private:
  std::map<std::string, Content> models_;
};

/// The settings without the seed: only records in which these are equal may be averaged.
std::string way_of_sampling(const Json& settings);
std::string way_of_sampling(const evaluation::Record& record);

/// The settings that greedy and sampled completions of one experiment share: without the options that only
/// sampling has.
std::string common_settings(const Json& settings);

/// Of a way_of_sampling, the options that only sampling has.
std::string sampling_only(const std::string& way);

/// The entries in which settings differ, one text per setting given: "max_new_tokens 512".
std::map<std::string, std::string> differences_of(const std::set<std::string>& settings);

/// The lengths of the runs of questions with one cluster.
std::vector<std::size_t> cluster_sizes(const std::set<QuestionKey>& questions);

}  // namespace srl::analysis
