#pragma once
// Questions with the reference that a completion is compared with. Here from benchmark files (JSONL with a
// question and a final answer, in the usual field names). From held-out instances: held_out.hpp.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/options.hpp"
#include "trajectory/instance.hpp"

namespace srl::evaluation {

struct Question {
  std::int64_t number = 0;  ///< 0-based row of the file (blank lines not counted)
  std::string id = {};      ///< the benchmark's own id, or the expert solution's; may be empty
  std::string where = {};   ///< for messages: "FILE line 3"
  std::string question;
  /// The benchmark's own text of the question, where `question` says more: choices, or a request for a patch.
  std::string statement = {};
  std::string
      reference;  ///< final answer as text; of a held-out instance: its target; of a choice: its letter
  std::vector<std::string> choices = {};  ///< multiple choice: the texts of A, B, C …
  // Held-out instances only:
  std::shared_ptr<const trajectory::Solution> expert = {};  ///< null in benchmark files
  std::int64_t step = 0;                                    ///< 0-based
  std::int64_t solution = -1;  ///< the expert solution's number; steps of one solution are not independent
  std::string previous = {};   ///< the step before, as a control; may be empty
  std::optional<std::string> unrelated = {};  ///< as a control: target of another solution, if any

  const std::string& own_text() const { return statement.empty() ? question : statement; }
};

struct Benchmark {
  std::string name;      ///< file name without extension ("gsm8k_test"), or the data folder's name
  std::string checksum;  ///< xxh3_128 of the file, or the fingerprint of the folder's validation solutions
  std::vector<Question> questions = {};
};

/// What the rows of a file hold.
enum class RowForm { answers, instances };

/// How a file is read.
struct Reading {
  std::int64_t limit = 0;  ///< > 0: only the first questions
  FieldNames fields = {};
  RowForm form = RowForm::answers;
};

/// JSON lines. The question is field `question`, else `problem`. The reference is the first of these that is
/// present: `answer` (after GSM8K's last "####" if any), `final_answer`, `expected_answer`, the last \boxed{}
/// of `solution`. A list is joined by ", "; numbers are kept as written. With a list `choices` or `options`
/// the choices are written below the question, and the reference is the letter of `answer` or `answerKey`.
/// The benchmark's own id is the first of `id`, `unique_id`, `question_id`, `problem_id`, `task_id`,
/// `instance_id`, `idx`. Instances have `instance_id`, and `text` or `problem_statement`. Fields of the user
/// replace these names, and make another content. BadInput names file and line of a row that lacks something.
Benchmark read_benchmark(const std::filesystem::path& file, const Reading& reading = {});
/// The checksum of a benchmark with these fields, from the xxh3_128 of its file.
std::string benchmark_checksum(const std::string& of_file, const FieldNames& fields);
/// The same from the content of the file, with the usual names of fields.
Benchmark parse_benchmark(const std::string& content, const std::filesystem::path& file, std::int64_t limit);

/// The rows of a file as examples: the questions with a worked answer that ends in \boxed{}.
struct Example {
  std::string question, answer;
};
/// The user's names of fields count in the rows that have them.
std::vector<Example> read_examples(const std::filesystem::path& file, const FieldNames& fields);

}  // namespace srl::evaluation
