#include "data_prep/write/report.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/beside.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

/// Bins as bars of at most 50 characters.
std::string histogram(const std::vector<std::int64_t>& bins, const std::vector<std::int64_t>& bounds) {
  const std::int64_t most = std::max<std::int64_t>(1, *std::max_element(bins.begin(), bins.end()));
  std::string text = "```\n";
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const std::string range = i + 1 == bounds.size()           ? cat(bounds[i], "+")
                              : bounds[i + 1] == bounds[i] + 1 ? cat(bounds[i])
                                                               : cat(bounds[i], "-", bounds[i + 1] - 1);
    text += cat(std::string(12 - std::min<std::size_t>(12, range.size()), ' '), range, " ",
                std::string(50 * bins[i] / most, '#'), " ", bins[i], "\n");
  }
  return text + "```\n";
}

struct Place {
  const InputFile& file;
  std::int64_t line;
};
Place place_of(std::size_t chunk, const RowRecord& record, const Chunks& chunks,
               const std::vector<InputFile>& files) {
  return {files[chunks.headers[chunk].file], chunks.first_lines[chunk] + record.line};
}

/// The row's id, and its question or the start of its text.
std::pair<std::string, std::string> id_and_text(const ChunkReader& reader, const RowRecord& record,
                                                const Place& place) {
  const std::string_view body = reader.body(record);
  std::string id, text;
  if (record.kind == Kind::kept) {
    SolutionBody solution;
    read_body(body, solution);
    id = solution.id.value_or("");
    text = solution.question;
  } else {
    const OtherBody other = read_other_body(body);
    id = other.id;
    text = other.excerpt;
  }
  return {id.empty() ? cat(place.file.source, ":", place.line) : id, text};
}

/// Shortens a text to one line for a table cell.
std::string cell(const std::string& text) {
  const std::u32string characters = decode_utf8_lossy(text);
  std::u32string result;
  for (const char32_t c : std::u32string_view(characters).substr(0, 70)) {
    if (c == U'|') { result += U'\\'; }
    result += c < 0x20 || c == 0x7F || c == U'`' ? U' ' : c;
  }
  return encode_utf8(result) + (characters.size() > 70 ? "…" : "");
}

void add_reasons(std::string& text, const char* heading, const std::map<std::string, std::int64_t>& reasons,
                 const Counts& counts, const Chunks& chunks, const std::vector<InputFile>& files) {
  if (reasons.empty()) { return; }
  text += cat("\n## ", heading, "\n\n| reason | rows | examples | |\n|---|---|---|---|\n");
  for (const auto& [reason, number] : reasons) {
    bool first = true;
    for (const RowNumber row : counts.examples.at(reason)) {
      const ChunkReader reader = chunks.open(chunk_of(row));
      const RowRecord record = reader.records()[row_of(row)];
      const Place place = place_of(chunk_of(row), record, chunks, files);
      text += cat("| ", first ? reason : "", " | ", first ? cat(number) : "", " | ", place.file.name,
                  " line ", place.line, " | `", cell(id_and_text(reader, record, place).second), "` |\n");
      first = false;
    }
  }
}

}  // namespace

void write_rejects(const std::filesystem::path& file, const Chunks& chunks, const RowStatuses& statuses,
                   const std::vector<InputFile>& files) {
  const std::filesystem::path beside = own_name_beside(file);
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  for (std::size_t c = 0; c < chunks.size(); ++c) {
    const ChunkReader reader = chunks.open(c);
    const std::span<const RowRecord> records = reader.records();
    for (std::size_t i = 0; i < records.size(); ++i) {
      const RowStatus status = statuses.at(c, i);
      if (is_kept(status)) { continue; }
      const Place place = place_of(c, records[i], chunks, files);
      Json line = Json::object();
      line["file"] = place.file.name;
      line["line"] = place.line;
      line["offset"] = records[i].offset;
      line["kind"] = records[i].kind == Kind::rejected ? "rejected" : "dropped";
      line["reason"] = reason_name(reason_of(status));
      line["id"] = id_and_text(reader, records[i], place).first;
      if (records[i].kind != Kind::kept) {
        const std::string_view detail = read_other_body(reader.body(records[i])).detail;
        if (!detail.empty()) { line["detail"] = detail; }
      }
      out << line.dump() << '\n';
    }
  }
  out.close();
  if (!out) {
    throw EnvironmentError(
        cat("cannot write ", beside.string(), ": ", reason_of(errno), "; is the disk full?"));
  }
  fsync_file(beside);
  std::filesystem::rename(beside, file);
}

std::string first_rejected(const Counts& counts, const Chunks& chunks, const std::vector<InputFile>& files) {
  RowNumber first = ~RowNumber{0};
  for (const auto& [reason, rows] : counts.rejected) {
    first = std::min(first, counts.examples.at(reason).front());
  }
  if (counts.rejected.empty()) { return ""; }
  const ChunkReader reader = chunks.open(chunk_of(first));
  const RowRecord record = reader.records()[row_of(first)];
  const Place place = place_of(chunk_of(first), record, chunks, files);
  const std::string_view detail = read_other_body(reader.body(record)).detail;
  return cat(place.file.name, " line ", place.line, ": ", reason_name(record.reason),
             detail.empty() ? "" : ": ", detail);
}

std::string report_text(const Counts& counts, const ReportFacts& facts, const Chunks& chunks,
                        const std::vector<InputFile>& files) {
  std::string text = "# Data preparation report\n\n| | |\n|---|---|\n";
  text += cat("| rows read | ", counts.read, " |\n| rejected | ", counts.rejected_rows(), " |\n| dropped | ",
              counts.dropped_rows(), " |\n| solutions kept | ", counts.kept, " |\n| of them training | ",
              counts.train, " |\n| of them validation | ", counts.validation, " |\n| steps | ", counts.steps,
              " |\n| instances (all steps except the last) | ", counts.instances, " |\n");
  if (facts.near_duplicates >= 0) {
    text += cat("| near duplicates of an earlier question | ", facts.near_duplicates, " |\n");
  }
  if (counts.contaminated_kept > 0) {
    text += cat("| benchmark questions kept | ", counts.contaminated_kept, " |\n");
  }
  if (counts.turns_left_out > 0) {
    text += cat("| agents' turns without a readable command, left out | ", counts.turns_left_out, " |\n");
  }
  text += "\n## Splitters\n\n| splitter | solutions |\n|---|---|\n";
  for (const auto& [splitter, number] : counts.splitters) {
    text += cat("| ", splitter, " | ", number, " |\n");
  }
  if (!counts.notices.empty()) {
    text += "\n## Notices\n\n| rows kept | notice |\n|---|---|\n";
    for (const auto& [notice, rows] : texts_of(counts.notices)) {
      text += cat("| ", rows, " | ", notice, " |\n");
    }
  }
  text += "\n## Files\n\n| file | bytes |\n|---|---|\n";
  for (const InputFile& file : files) { text += cat("| ", file.name, " | ", file.bytes, " |\n"); }
  add_reasons(text, "Rejected: not a readable record", counts.rejected, counts, chunks, files);
  add_reasons(text, "Dropped: readable, not used", counts.dropped, counts, chunks, files);
  if (counts.kept > 0) {
    text += cat("\n## Steps per solution\n\n", histogram(counts.solutions_by_steps, step_count_bounds()));
  }
  if (!facts.length_bins.empty()) {
    text += cat("\n## Characters per step\n\n", histogram(facts.length_bins, step_length_bounds()));
  }
  return text;
}

}  // namespace srl::data_prep
