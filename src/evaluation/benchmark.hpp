#pragma once
// Questions with the reference that a completion is compared with. Here from benchmark files (JSONL with a
// question and a final answer, in the usual field names). From held-out instances: held_out.hpp.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trajectory/instance.hpp"

namespace srl::evaluation {

struct Question {
  std::int64_t number = 0;  ///< 0-based row of the file (blank lines not counted)
  std::string id = {};      ///< the benchmark's own id, or the expert solution's; may be empty
  std::string where = {};   ///< for messages: "FILE line 3"
  std::string question;
  std::string reference;  ///< final answer as text; of a held-out instance: its target
  // Held-out instances only:
  std::shared_ptr<const trajectory::Solution> expert = {};  ///< null in benchmark files
  std::int64_t step = 0;                                    ///< 0-based
  std::int64_t solution = -1;  ///< the expert solution's number; steps of one solution are not independent
  std::string previous = {};   ///< the step before, as a control; may be empty
  std::optional<std::string> unrelated = {};  ///< as a control: target of another solution, if any
};

struct Benchmark {
  std::string name;      ///< file name without extension ("gsm8k_test"), or the data folder's name
  std::string checksum;  ///< xxh3_128 of the file, or the fingerprint of the folder's validation solutions
  std::vector<Question> questions = {};
};

/// The question is field `question`, else `problem`. The reference is the first of these that is present:
/// `answer` (after GSM8K's last "####" if any), `final_answer`, `expected_answer`, the last \boxed{} of
/// `solution`. A list is joined by ", "; numbers are kept as written. `limit` > 0 keeps only the first
/// questions. The benchmark's own id is the first of `id`, `unique_id`, `question_id`, `problem_id`,
/// `task_id`, `instance_id`, `idx`. BadInput names file and line of a row without question or answer, or with
/// an empty one.
Benchmark read_benchmark(const std::filesystem::path& file, std::int64_t limit = 0);
/// The same from the content of the file.
Benchmark parse_benchmark(const std::string& content, const std::filesystem::path& file, std::int64_t limit);

}  // namespace srl::evaluation
