#pragma once
// One graded completion: a line of results/NAME/records_00003.jsonl (docs/design.md, "Files"). Written by
// srl_eval, read by srl_report.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "text/finish.hpp"

namespace srl::evaluation {

struct Record {
  std::string model;               ///< name of the model: the path of its folder, as given
  std::string model_checksum;      ///< of its content (model_content.hpp); empty in older records
  std::string benchmark;           ///< file name without extension, or the data folder's name
  std::string benchmark_checksum;  ///< xxh3_128 of the benchmark file
  std::int64_t question = 0;       ///< 0-based row of the benchmark file
  std::string id;           ///< the benchmark's own id of the question, or of the solution; may be empty
  std::int64_t sample = 0;  ///< 0-based; greedy has only sample 0
  std::string view;         ///< "whole" | "stepwise" | "step"
  Json settings;            ///< options that affect text or verdict; {"greedy": true, …}
  std::string setting;      ///< its name in a sweep file; may be empty
  std::string text;         ///< what the model wrote
  std::string answer;       ///< extracted from the text; view step: the action; may be empty
  std::string reference;    ///< the benchmark's answer
  bool correct = false;     ///< view step: the action is exactly the expert's step
  std::optional<double> similarity;            ///< to the expert's step; only in view step with right format
  std::optional<double> similarity_unrelated;  ///< to a step of another solution: a control
  std::optional<std::int64_t> solution;        ///< view step: the held-out solution of the step
  std::optional<std::int64_t> step;            ///< view step: 0-based place in the solution
  std::string how;                             ///< the grader's rule
  std::int64_t tokens = 0;                     ///< sampled tokens, stop token included
  text::Finish finish = text::Finish::unfinished;  ///< field finish_reason
  double seconds = 0;                              ///< share of the batch's time, proportional to tokens
};

bool is_greedy(const Record& record);
/// A short name for settings, field settings_key: equal for equal settings.
std::string settings_key(const Json& settings);
Json to_json(const Record& record);
/// BadInput naming `where` and the field.
Record record_from_json(const Json& json, const std::string& where);

struct RecordFile {
  std::vector<Record> records;
  bool torn_last_line = false;  ///< left out: a job was killed while writing it
};
/// BadInput naming file and line for any other line that is not a record.
RecordFile read_records(const std::filesystem::path& file);

}  // namespace srl::evaluation
