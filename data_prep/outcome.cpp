#include "data_prep/outcome.hpp"

#include <algorithm>
#include <numeric>

#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

const char* kind_name(RowResult::Kind kind) {
  return kind == RowResult::Kind::kept ? "kept" : kind == RowResult::Kind::rejected ? "rejected" : "dropped";
}

Json reasons_json(const std::map<std::string, std::int64_t>& reasons) {
  Json json = Json::object();
  for (const auto& [reason, number] : reasons) json[reason] = number;
  return json;
}

/// Counts in bins as bars of at most 50 characters.
std::string histogram(const std::vector<std::int64_t>& values, const std::vector<std::int64_t>& bounds) {
  std::vector<std::int64_t> bins(bounds.size(), 0);
  for (std::int64_t v : values) {
    const auto above = std::upper_bound(bounds.begin(), bounds.end(), v);
    ++bins[static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - bounds.begin() - 1, 0))];
  }
  const std::int64_t most = std::max<std::int64_t>(1, *std::max_element(bins.begin(), bins.end()));
  std::string text = "```\n";
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const std::string range = i + 1 == bounds.size() ? cat(bounds[i], "+") : bounds[i + 1] == bounds[i] + 1 ? cat(bounds[i]) : cat(bounds[i], "-", bounds[i + 1] - 1);
    text += cat(std::string(12 - std::min<std::size_t>(12, range.size()), ' '), range, " ", std::string(static_cast<std::size_t>(50 * bins[i] / most), '#'), " ", bins[i], "\n");
  }
  return text + "```\n";
}

void add_reasons(std::string& text, const std::vector<Outcome>& outcomes, const std::vector<InputFile>& files, RowResult::Kind kind,
                 const std::map<std::string, std::int64_t>& reasons) {
  if (reasons.empty()) return;
  text += cat("\n## ", kind == RowResult::Kind::rejected ? "Rejected: no readable record" : "Dropped: readable, not used", "\n\n| reason | rows | first example |\n|---|---|---|\n");
  for (const auto& [reason, number] : reasons) {
    const auto first = std::find_if(outcomes.begin(), outcomes.end(), [&](const Outcome& o) { return o.result.kind == kind && o.result.reason == reason; });
    text += cat("| ", reason, " | ", number, " | ", files[static_cast<std::size_t>(first->file)].file, " line ", first->line, " |\n");
  }
}

}  // namespace

std::int64_t Counts::rejected_rows() const {
  return std::accumulate(rejected.begin(), rejected.end(), std::int64_t{0}, [](std::int64_t sum, const auto& entry) { return sum + entry.second; });
}

Counts count(const std::vector<Outcome>& outcomes) {
  Counts counts;
  for (const Outcome& outcome : outcomes) {
    ++counts.read;
    const RowResult& r = outcome.result;
    if (r.kind == RowResult::Kind::rejected) ++counts.rejected[r.reason];
    if (r.kind == RowResult::Kind::dropped) ++counts.dropped[r.reason];
    if (r.kind != RowResult::Kind::kept) continue;
    ++counts.kept;
    ++(r.solution.split == trajectory::Split::train ? counts.train : counts.validation);
    ++counts.splitters[r.splitter];
    counts.instances += static_cast<std::int64_t>(r.solution.steps.size()) - 1;
  }
  return counts;
}

Json counts_json(const Counts& counts) {
  Json json = Json::object();
  json["read"] = counts.read;
  json["kept"] = counts.kept;
  json["train"] = counts.train;
  json["validation"] = counts.validation;
  json["instances"] = counts.instances;
  json["rejected"] = reasons_json(counts.rejected);
  json["dropped"] = reasons_json(counts.dropped);
  json["splitters"] = reasons_json(counts.splitters);
  return json;
}

std::string reject_lines(const std::vector<Outcome>& outcomes, const std::vector<InputFile>& files) {
  std::string lines;
  for (const Outcome& outcome : outcomes) {
    if (outcome.result.kind == RowResult::Kind::kept) continue;
    Json line = Json::object();
    line["file"] = files[static_cast<std::size_t>(outcome.file)].file;
    line["line"] = outcome.line;
    line["offset"] = outcome.offset;
    line["kind"] = kind_name(outcome.result.kind);
    line["reason"] = outcome.result.reason;
    line["id"] = outcome.result.id;
    lines += line.dump() + "\n";
  }
  return lines;
}

std::string report_text(const std::vector<Outcome>& outcomes, const Counts& counts, const std::vector<InputFile>& files) {
  std::string text = "# Data preparation report\n\n| | |\n|---|---|\n";
  text += cat("| rows read | ", counts.read, " |\n| solutions kept | ", counts.kept, " |\n| of them training | ", counts.train,
              " |\n| of them validation | ", counts.validation, " |\n| instances (all steps but the last) | ", counts.instances, " |\n");
  for (const auto& [name, number] : counts.splitters) text += cat("| split as ", name, " | ", number, " |\n");
  add_reasons(text, outcomes, files, RowResult::Kind::rejected, counts.rejected);
  add_reasons(text, outcomes, files, RowResult::Kind::dropped, counts.dropped);
  std::vector<std::int64_t> steps, characters;
  for (const Outcome& outcome : outcomes) {
    if (outcome.result.kind != RowResult::Kind::kept) continue;
    steps.push_back(static_cast<std::int64_t>(outcome.result.solution.steps.size()));
    for (const auto& step : outcome.result.solution.steps) characters.push_back(static_cast<std::int64_t>(decode_utf8_lossy(step.action).size()));
  }
  text += "\n## Steps a solution\n\n" + histogram(steps, {2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24});
  text += "\n## Characters a step\n\n" + histogram(characters, {0, 50, 100, 200, 300, 500, 800, 1200, 2000, 4000});
  return text;
}

std::string outcomes_to_lines(const std::vector<Outcome>& outcomes) {
  std::string lines;
  for (const Outcome& o : outcomes) {
    Json line = Json::object();
    line["at"] = Json(std::vector<std::int64_t>{o.file, o.line, static_cast<std::int64_t>(o.offset), static_cast<std::int64_t>(o.result.kind)});
    line["reason"] = o.result.reason;
    line["id"] = o.result.id;
    line["splitter"] = o.result.splitter;
    if (o.result.kind == RowResult::Kind::kept) {
      const trajectory::Solution& s = o.result.solution;
      line["source"] = s.source;
      line["question"] = s.question;
      line["answer"] = s.answer ? Json(*s.answer) : Json();
      Json steps = Json::array();
      const auto maybe = [](const std::optional<std::string>& text) { return text ? Json(*text) : Json(); };
      for (const auto& step : s.steps) steps.push_back(Json(Json::Array{maybe(step.title), Json(step.action), maybe(step.thought), maybe(step.observation)}));
      line["domain"] = s.domain;
      line["reasoning"] = maybe(s.reasoning);
      line["steps"] = std::move(steps);
    }
    lines += line.dump() + "\n";
  }
  return lines;
}

std::vector<Outcome> outcomes_from_lines(const std::string& lines) {
  std::vector<Outcome> outcomes;
  for (const std::string& text : split(lines, '\n')) {
    if (text.empty()) continue;
    const Json line = Json::parse(text, "rows of another rank");
    const Json::Array& at = line.at("at").as_array();
    Outcome o;
    o.file = at[0].as_integer();
    o.line = at[1].as_integer();
    o.offset = static_cast<std::uint64_t>(at[2].as_integer());
    o.result.kind = static_cast<RowResult::Kind>(at[3].as_integer());
    o.result.reason = line.at("reason").as_string();
    o.result.id = line.at("id").as_string();
    o.result.splitter = line.at("splitter").as_string();
    if (o.result.kind == RowResult::Kind::kept) {
      trajectory::Solution& s = o.result.solution;
      s.id = o.result.id;
      s.source = line.at("source").as_string();
      s.domain = line.at("domain").as_string();
      if (!line.at("reasoning").is_null()) s.reasoning = line.at("reasoning").as_string();
      s.question = line.at("question").as_string();
      if (!line.at("answer").is_null()) s.answer = line.at("answer").as_string();
      for (const Json& step : line.at("steps").as_array()) {
        trajectory::Step one;
        if (!step.as_array()[0].is_null()) one.title = step.as_array()[0].as_string();
        if (!step.as_array()[2].is_null()) one.thought = step.as_array()[2].as_string();
        if (!step.as_array()[3].is_null()) one.observation = step.as_array()[3].as_string();
        one.action = step.as_array()[1].as_string();
        s.steps.push_back(std::move(one));
      }
    }
    outcomes.push_back(std::move(o));
  }
  return outcomes;
}

}  // namespace srl::data_prep
