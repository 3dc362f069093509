#pragma once
// Benchmark files: JSONL with a question and a final answer, in the usual field names.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace srl::evaluation {

struct Question {
  std::int64_t number = 0;   ///< 0-based row of the file (blank lines not counted)
  std::string question;
  std::string reference;     ///< final answer as text
};

struct Benchmark {
  std::string name;          ///< file name without extension: "gsm8k_test"
  std::string checksum;      ///< xxh3_128 of the file
  std::vector<Question> questions;
};

/// The question is `question` or else `problem`; the answer the first present of `answer` (text after GSM8K's last "####" where there is
/// one), `final_answer` (a list is joined by ", "), `expected_answer`, or the last \boxed{} of `solution`. Numbers are taken as written.
/// `limit` > 0 keeps only the first questions. BadInput names file and line of a row without question or answer.
Benchmark read_benchmark(const std::filesystem::path& file, std::int64_t limit = 0);

}  // namespace srl::evaluation
