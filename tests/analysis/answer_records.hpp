#pragma once
// Records for tests of tables.
#include <string>

#include "evaluation/record.hpp"

namespace srl::analysis {

/// A completion of benchmark "bench" with 10 tokens; its answer is "1" when correct, else "0".
inline evaluation::Record completion(const std::string& model, std::int64_t question, std::int64_t sample,
                                     bool correct, bool greedy = false) {
  evaluation::Record record;
  record.model = model;
  record.model_checksum = "sum of " + model;
  record.benchmark = "bench";
  record.benchmark_checksum = "c0";
  record.view = "whole";
  record.question = question;
  record.sample = sample;
  record.settings = Json::object();
  record.settings["greedy"] = greedy;
  record.text = model + std::to_string(question) + "/" + std::to_string(sample);
  record.answer = correct ? "1" : "0";
  record.reference = "1";
  record.correct = correct;
  record.tokens = 10;
  record.finish = text::Finish::stop;
  return record;
}

}  // namespace srl::analysis
