#pragma once
// Chunk files: the output of pass 1 and the input of pass 2. A chunk is a range of a few megabytes of one
// input file. Its chunk file holds a small record and the text of every row that begins in the range. Chunks
// do not depend on the number of ranks. A chunk file is complete or absent, so a run that was killed resumes
// from the chunk files that exist.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"
#include "data_prep/chunk/near_duplicates.hpp"
#include "data_prep/split/solutions.hpp"

namespace srl::data_prep {

using Kind = RowResult::Kind;

/// The result of a row, and what the decisions over all rows need from it. Written as raw memory, so only the
/// same kind of machine can read it.
struct RowRecord {
  std::uint64_t offset = 0, body = 0;  ///< offset of the row in the unpacked input; of its text in the bodies
  std::uint64_t content[2] = {0, 0};   ///< hash of question and steps (kept rows)
  std::uint64_t question = 0;          ///< hash of the normalised question, seed holdout.seed
  Sketch sketch{};                     ///< of the question (near_duplicates.hpp)
  std::uint32_t line = 0, body_bytes = 0, text_bytes = 0, steps = 0;
  Kind kind = Kind::kept;
  std::uint8_t reason = 0, splitter = 0, contaminated = 0;
  std::uint32_t turns_left_out = 0;
  Notices notices = 0;
};

/// Records store reasons and splitters as numbers; these functions convert between numbers and names.
std::uint8_t reason_number(const std::string& reason);
const std::string& reason_name(std::uint8_t number);
std::uint8_t splitter_number(const std::string& splitter);
std::string splitter_name(std::uint8_t number);

struct ChunkHeader {
  std::int64_t file = 0, chunk = 0;
  /// Line where the chunk begins; -1 = the sum of `lines` of the file's earlier chunks.
  std::int64_t first_line = -1;
  std::int64_t lines = 0;  ///< lines that begin in the chunk
  std::uint64_t rows = 0, body_bytes = 0;
  std::uint64_t last = 0;  ///< 1: the last chunk of the file
};

/// Collects the rows of one chunk and writes the chunk file.
class ChunkWriter {
 public:
  /// Stores a kept solution in full; of any other row, its id, the start of its text and its detail.
  void add(RowRecord record, const RowResult& result, std::string_view excerpt);
  /// The file is complete or absent. EnvironmentError with path and reason.
  void write(const std::filesystem::path& file, ChunkHeader header);
  /// Removes all rows but keeps the allocated memory.
  void clear();

 private:
  std::vector<RowRecord> records_;
  std::string bodies_;
};

/// A finished chunk file, mapped into memory. What the reader returns points into the mapping and is valid
/// while the reader lives.
class ChunkReader {
 public:
  /// BadInput when the file is not a complete chunk file. `verify` also compares the checksum, which reads
  /// all of it.
  ChunkReader(const std::filesystem::path& file, bool verify);
  const ChunkHeader& header() const { return header_; }
  std::span<const RowRecord> records() const { return records_; }
  std::string_view body(const RowRecord& record) const;

 private:
  MappedFile file_;
  ChunkHeader header_;
  std::span<const RowRecord> records_;
  std::string_view bodies_;
};

/// Reads the texts of a body in order; nullopt = absent.
class BodyReader {
 public:
  explicit BodyReader(std::string_view body) : body_(body) {}
  std::optional<std::string_view> text();
  std::uint32_t number();

 private:
  std::string_view body_;
};

/// The texts of a solution, in the order in which a body stores them: id source domain question reasoning
/// answer, then title thought action observation of each step.
struct SolutionBody {
  std::optional<std::string_view> id;
  std::string_view source, domain, question;
  std::optional<std::string_view> reasoning, answer;
  struct Step {
    std::optional<std::string_view> title, thought;
    std::string_view action;
    std::optional<std::string_view> observation;
  };
  std::vector<Step> steps;
};
void read_body(std::string_view body, SolutionBody& into);
/// The body of a row that was not kept: its id, the start of its text, and why it was rejected.
struct OtherBody {
  std::string_view id, excerpt, detail;
};
OtherBody read_other_body(std::string_view body);

}  // namespace srl::data_prep
