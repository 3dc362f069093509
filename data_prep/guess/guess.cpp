#include "data_prep/guess.hpp"

#include <algorithm>
#include <iostream>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "data_prep/guess/ways.hpp"
#include "data_prep/read/input_files.hpp"
#include "data_prep/read/parquet_rows.hpp"
#include "data_prep/row/explain.hpp"

namespace srl::data_prep {
namespace {

struct FirstRows {
  std::vector<Json> rows;
  std::int64_t unreadable = 0;
  std::string first_fault;
};

FirstRows first_rows(const InputFile& file, std::int64_t most) {
  FirstRows found;
  if (is_parquet(file.path)) {
    if (parquet_groups(file.path) > 0) {
      read_parquet(file.path, 0, [&](const Json& row, std::int64_t number) {
        if (number < most) { found.rows.push_back(row); }
      });
    }
    return found;
  }
  JsonParser parser;
  RowReader reader = row_reader(file, std::size_t{32} << 20);
  RowText row;
  while (std::ssize(found.rows) + found.unreadable < most && reader.next(row)) {
    std::string fault = row.fault == nullptr ? "" : row.fault;
    if (fault.empty()) {
      try {
        found.rows.push_back(parser.parse(row.text, "row"));
      } catch (const BadInput&) { fault = cat("bad_json: ", explain_text(row.text)); }
    }
    if (fault.empty()) { continue; }
    ++found.unreadable;
    if (found.first_fault.empty()) { found.first_fault = cat("line ", row.line + 1, ": ", fault); }
  }
  return found;
}

std::string form_name(const InputFile& file) {
  const std::string packed = file.packing == Packing::gzip   ? ", packed with gzip"
                             : file.packing == Packing::zstd ? ", packed with zstd"
                                                             : "";
  if (is_parquet(file.path)) { return "Parquet"; }
  if (file.separator != '\0') { return (file.separator == '\t' ? "TSV" : "CSV") + packed; }
  return (file.form == Form::lines ? "JSON lines" : "JSON values or an array") + packed;
}

/// One line of at most 90 characters.
std::string shortened(const std::string& text) {
  const std::u32string characters = decode_utf8_lossy(text);
  std::u32string line;
  for (const char32_t c : std::u32string_view(characters).substr(0, 90)) { line += c < 0x20 ? U' ' : c; }
  return encode_utf8(line) + (characters.size() > 90 ? "…" : "");
}

std::string value_text(const RowFields& row, const Json& value) {
  const Json& opened = *row.opened(&value);
  const std::string stored = &opened != &value ? " in JSON text" : "";
  if (opened.is_array()) { return cat("list of ", opened.as_array().size(), stored); }
  if (opened.is_object()) { return cat("object {", RowFields(opened).names(), "}", stored); }
  if (value.is_string()) {
    return value.as_string().empty() ? "empty text" : "\"" + shortened(value.as_string()) + "\"";
  }
  return value.dump();
}

std::string fields_text(const Json& row) {
  if (!row.is_object()) { return cat("the first row is ", row.type_name(), ", not an object\n"); }
  const RowFields fields(row);
  std::string text = "fields of the first row:\n";
  for (const auto& [name, value] : row.as_object()) {
    text += cat("  ", name, ": ", value_text(fields, value), "\n");
  }
  return text;
}

std::string counts_text(const std::map<std::string, std::int64_t>& counts) {
  std::vector<std::string> parts;
  for (const auto& [name, rows] : counts) { parts.push_back(cat(name, " ", rows)); }
  return parts.empty() ? "none" : join(parts, ", ");
}

/// The presets of the rows under "auto", with their descriptions.
std::string presets_text(const std::vector<Json>& rows) {
  const std::vector<Preset> presets = load_presets("auto");
  std::map<std::string, std::int64_t> counts;
  std::map<std::string, std::string> about;
  for (const Json& row : rows) {
    if (!row.is_object()) { continue; }
    const Preset& preset = preset_for(RowFields(row), presets);
    ++counts[preset.name];
    about[preset.name] = preset.about;
  }
  std::string text;
  for (const auto& [name, number] : counts) {
    text += cat("preset by the fields: ", name, ", ", counted(number, "row"), " (", about[name], ")\n");
  }
  return text;
}

std::string solution_text(const RowResult& row) {
  const trajectory::Solution& s = row.solution;
  std::string text = cat("first row kept:\n  question: ", shortened(s.question), "\n");
  for (std::size_t k = 0; k < std::min<std::size_t>(s.steps.size(), 4); ++k) {
    text += cat("  step ", k + 1, " of ", s.steps.size(), ": ", shortened(s.steps[k].action), "\n");
    if (s.steps[k].thought) { text += cat("    thought: ", shortened(*s.steps[k].thought), "\n"); }
  }
  if (s.reasoning) { text += cat("  reasoning: ", shortened(*s.reasoning), "\n"); }
  return text + cat("  answer: ", s.answer ? shortened(*s.answer) : "none", "\n");
}

/// The word as a shell takes it.
std::string quoted(const std::string& word) {
  const bool plain = word.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                         "_./-+=:@%") == std::string::npos;
  if (plain && !word.empty()) { return word; }
  std::string text = "'";
  for (const char c : word) { text += c == '\'' ? std::string("'\\''") : std::string(1, c); }
  return text + "'";
}

std::string outcome_text(const Outcome& outcome) {
  std::string text =
      cat("kept: ", counted(outcome.with_steps, "row"), " with steps, ", counted(outcome.whole, "row"),
          " for outcome rewards; splitters: ", counts_text(outcome.splitters),
          "\ndropped: ", counts_text(outcome.dropped), "\nrejected: ", counts_text(outcome.rejected), "\n");
  for (const auto& [notice, rows] : texts_of(outcome.notices)) {
    text += cat("notice, ", counted(rows, "row"), ": ", notice, "\n");
  }
  if (!outcome.first_fault.empty()) { text += cat("first row not kept: ", outcome.first_fault, "\n"); }
  return text;
}

bool guess_file(const std::string& path, std::int64_t most) {
  const InputFile file = described(path);
  const FirstRows first = first_rows(file, most);
  std::string text = cat(path, ": ", form_name(file), ", ", human_bytes(static_cast<double>(file.bytes)),
                         "; looked at ", counted(std::ssize(first.rows) + first.unreadable, "row"), "\n");
  if (first.unreadable > 0) {
    text += cat("unreadable: ", first.unreadable, ", the first in ", first.first_fault, "\n");
  }
  if (first.rows.empty()) {
    std::cout << text << "no row can be read\n";
    return false;
  }
  const Outcome outcome = best_outcome(first.rows);
  text += fields_text(first.rows.front()) + presets_text(first.rows) + outcome_text(outcome);
  if (outcome.first) { text += solution_text(*outcome.first); }
  const bool kept = outcome.with_steps + outcome.whole > 0;
  if (kept) {
    text +=
        cat("command:\n  srl_prep --input ", quoted(path), " --output data", outcome.way.arguments(), "\n");
  } else {
    text +=
        "no way was found that keeps a row: name the fields with --fields.question and --fields.solution "
        "(or --fields.steps, --fields.answer), or write a preset (docs/data-preparation.md)\n";
  }
  std::cout << text;
  return kept;
}

}  // namespace

int guess(const GuessOptions& options, job::Context& context) {
  if (options.file.empty()) { throw BadOption("the file is missing: srl_prep guess FILE"); }
  if (!context.world.is_root()) { return 0; }
  bool all = true;
  for (const std::filesystem::path& path : expand_inputs(options.file)) {
    all = guess_file(path.string(), options.rows) && all;
  }
  return all ? 0 : 1;
}

}  // namespace srl::data_prep
