#include "jobs/score/lines.hpp"

#include <limits>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "grading/grading.hpp"
#include "reward/format.hpp"
#include "reward/similarity.hpp"

namespace srl::score_job {

const Json& field(const Json& line, std::string_view name) {
  const Json* value = line.find(name);
  if (value == nullptr) { throw BadInput(cat("is not an object with \"", name, "\"")); }
  return *value;
}

std::vector<std::int32_t> ids_of(const Json& value) {
  std::vector<std::int32_t> ids;
  for (const Json& id : value.as_array()) {
    const std::int64_t number = id.as_integer();
    if (number < 0 || number > std::numeric_limits<std::int32_t>::max()) {
      throw BadInput(cat("token id ", number, " is out of range"));
    }
    ids.push_back(static_cast<std::int32_t>(number));
  }
  return ids;
}

Scored scored(std::string_view line, const std::function<Json(const Json&)>& score) {
  try {
    return {score(Json::parse(line, "line")), ""};
  } catch (const BadInput& error) { return {Json(), error.what()}; }
}

namespace {

/// Lines that a thread takes at once.
constexpr std::size_t lines_per_piece = 16;

/// The result of one parsed line. A scorer of lines keeps what neighbours share (the index of an expert
/// step), so each thread makes its own.
using LineScorer = std::function<Json(const Json& line)>;
using MakeLineScorer = std::function<LineScorer()>;

Json with_ratio(double ratio, const std::vector<reward::Block>& blocks, bool show_blocks) {
  Json result = Json::object();
  result["ratio"] = ratio;
  if (show_blocks) {
    Json::Array list;
    for (const reward::Block& block : blocks) { list.push_back(Json::Array{block.a, block.b, block.size}); }
    result["blocks"] = std::move(list);
  }
  return result;
}

// {"a", "b"}: texts, or arrays of ids when the unit is token. Consecutive lines with the same b share its
// index.
class SimilarityLines {
 public:
  explicit SimilarityLines(const jobs::ScoreOptions& options)
      : options_(options.similarity), blocks_(options.blocks) {}

  Json operator()(const Json& line) {
    std::vector<reward::Block> found;
    if (options_.unit == reward::SimilarityUnit::token) {
      const double ratio = reward::similarity_of_ids(ids_of(field(line, "a")), ids_of(field(line, "b")),
                                                     options_, blocks_ ? &found : nullptr);
      return with_ratio(ratio, found, blocks_);
    }
    const std::string& a = field(line, "a").as_string();
    const std::string& b = field(line, "b").as_string();
    if (!step_ || b != target_) {
      target_ = b;
      step_ = std::make_shared<reward::ExpertStep>(target_, options_);
    }
    return with_ratio(blocks_ ? step_->similarity(a, found) : step_->similarity(a), found, blocks_);
  }

 private:
  reward::SimilarityOptions options_;
  bool blocks_;
  std::string target_;
  std::shared_ptr<reward::ExpertStep> step_;  // shared: std::function copies its target
};

Json format_line(const Json& line, bool solution_tags) {
  const reward::ParsedCompletion answer =
      reward::parse_completion(field(line, "text").as_string(), solution_tags);
  Json result = Json::object();
  if (answer.error != reward::FormatError::none) {
    result["reason"] = word(answer.error);
  } else {
    result["thought"] = answer.thought;
    result["action"] = answer.action;
  }
  return result;
}

Json extract_line(const Json& line) {
  const grading::Extracted found = grading::extract_answer(field(line, "text").as_string());
  Json result = Json::object();
  result["answer"] = found.found ? Json(found.answer) : Json();
  result["how"] = found.how;
  return result;
}

Json grade_line(const Json& line, const grading::GradingOptions& options) {
  const grading::Verdict verdict =
      grading::grade(field(line, "prediction").as_string(), field(line, "reference").as_string(), options);
  Json result = Json::object();
  result["correct"] = verdict.correct;
  result["how"] = verdict.how;
  return result;
}

MakeLineScorer line_scorer(const std::string& command, const jobs::ScoreOptions& options) {
  if (command == "similarity") {
    return [options] { return LineScorer(SimilarityLines(options)); };
  }
  if (command == "format") {
    const bool solution_tags = options.action_tags == trajectory::ActionTags::solution;
    return [solution_tags] {
      return LineScorer([solution_tags](const Json& line) { return format_line(line, solution_tags); });
    };
  }
  if (command == "extract") {
    return [] { return LineScorer(extract_line); };
  }
  return [grading = options.grading] {
    return LineScorer([grading](const Json& line) { return grade_line(line, grading); });
  };
}

}  // namespace

Scorer scorer(const std::string& command, const jobs::ScoreOptions& options) {
  return [make = line_scorer(command, options)](std::span<const std::string_view> lines, ThreadPool& pool) {
    std::vector<Scored> results(lines.size());
    pool.for_range(lines.size(), lines_per_piece, [&](std::size_t begin, std::size_t end) {
      const LineScorer score = make();
      for (std::size_t k = begin; k < end; ++k) { results[k] = scored(lines[k], score); }
    });
    return results;
  };
}

}  // namespace srl::score_job
