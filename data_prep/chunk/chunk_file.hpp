#pragma once
// What pass 1 leaves for pass 2: one file a chunk of input (rows that begin in the same few megabytes), with
// a small record a row and its text. Chunks do not depend on the number of ranks; a chunk file is whole or
// absent, so a run that was killed goes on from those it finds.
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

/// A row's fate and what global decisions need to know of it. Written as it lies in memory: never leaves the
/// machine's kind.
struct RowRecord {
  std::uint64_t offset = 0, body = 0;  ///< in the unpacked input; in the chunk's bodies
  std::uint64_t content[2] = {0, 0};   ///< hash of question and steps (kept rows)
  std::uint64_t question = 0;          ///< hash of the normalised question, seed holdout.seed
  Sketch sketch{};                     ///< of the question (near_duplicates.hpp)
  std::uint32_t line = 0, body_bytes = 0, text_bytes = 0, steps = 0;
  std::uint8_t kind = 0, reason = 0, splitter = 0, contaminated = 0;
  std::uint32_t turns_left_out = 0;
};

/// Names of reasons and splitters by their number in a record.
std::uint8_t reason_number(const std::string& reason);
const std::string& reason_name(std::uint8_t number);
std::uint8_t splitter_number(const std::string& splitter);
std::string splitter_name(std::uint8_t number);

struct ChunkHeader {
  std::int64_t file = 0, chunk = 0;
  std::int64_t first_line =
      -1;  ///< line where the chunk begins; -1 = the sum of `lines` of the file's earlier chunks
  std::int64_t lines = 0;  ///< lines that begin in it
  std::uint64_t rows = 0, body_bytes = 0;
  std::uint64_t last = 0;  ///< 1: the file ends here
};

/// A chunk being made.
class ChunkWriter {
 public:
  /// A kept solution, as bytes; or the id of another row and the begin of its text.
  void add(RowRecord record, const RowResult& result, std::string_view excerpt);
  /// Whole or absent. EnvironmentError with path and reason.
  void write(const std::filesystem::path& file, ChunkHeader header);
  /// Empty again, with its memory.
  void clear();

 private:
  std::vector<RowRecord> records_;
  std::string bodies_;
};

/// A finished chunk's file, mapped into memory while the reader lives; what it hands out points into it.
class ChunkReader {
 public:
  /// BadInput when the file is no whole chunk; `verify` reads it all and compares the checksum.
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

/// One text after another out of a body; nullopt = absent.
class BodyReader {
 public:
  explicit BodyReader(std::string_view body) : body_(body) {}
  std::optional<std::string_view> text();
  std::uint32_t number();

 private:
  std::string_view body_;
};

/// A solution's texts in the order of a body: id source domain question reasoning answer, then steps of title
/// thought action observation.
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
/// The body of a row that was not kept: its id, and the begin of its text.
struct OtherBody {
  std::string_view id, excerpt;
};
OtherBody read_other_body(std::string_view body);

}  // namespace srl::data_prep
