#include <algorithm>

#include "analysis/page/clipped.hpp"
#include "analysis/page/html.hpp"
#include "analysis/page/parts.hpp"
#include "analysis/plot/svg.hpp"
#include "analysis/render/cell_text.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

constexpr std::size_t most_warnings = 20, most_facts = 16;

std::string list_of(const std::vector<std::string>& facts) {
  if (facts.empty()) { return ""; }
  std::string list = "<ul class=\"facts\">\n";
  for (const std::string& fact : facts) { list += cat("<li>", escaped(clipped(fact, 600)), "</li>\n"); }
  return list + "</ul>\n";
}

/// "aime24, base, whole: greedy % 25.0 [11.2, 46.9], avg % …": the texts that begin the row, and its values
/// with intervals; empty when it has none.
std::string fact_of(const Table& table, const std::vector<Cell>& row) {
  std::vector<std::string> names, values;
  for (std::size_t c = 0; c < row.size(); ++c) {
    const auto* text = std::get_if<std::string>(&row[c]);
    if (text != nullptr && names.size() == c) { names.push_back(*text); }
    if (std::holds_alternative<Estimate>(row[c]) && values.size() < 3) {
      values.push_back(cat(table.columns[c].name, " ", cell_text(row[c]), table.columns[c].unit));
    }
  }
  return values.empty() ? "" : cat(join(names, ", "), ": ", join(values, ", "));
}

void add_estimates(const Document& document, std::vector<std::string>& facts) {
  std::size_t left_out = 0;
  for (const Section& section : document.sections) {
    for (const Block& block : section.blocks) {
      const auto* table = std::get_if<Table>(&block);
      if (table == nullptr) { continue; }
      for (const auto& row : table->rows) {
        const std::string fact = fact_of(*table, row);
        if (fact.empty()) { continue; }
        if (facts.size() < most_facts) {
          facts.push_back(fact);
        } else {
          ++left_out;
        }
      }
    }
  }
  if (left_out > 0) { facts.push_back(cat(left_out, " more rows with intervals are in the tables below.")); }
}

std::string fact_of(const TrainingRun& run) {
  const Remaining left = remaining(run);
  std::string fact = cat(run.name, ": ", run.state().empty() ? "no STATUS" : run.state());
  if (run.updates.updates.empty()) { return fact + ", no updates yet"; }
  fact += cat(" at update ", run.updates.updates.back());
  if (left.updates) { fact += cat(" of ", fixed(*left.updates, 0)); }
  const auto reward = recent(run.updates.values[0], 10);
  if (reward) { fact += cat(", reward ", fixed(*reward, 4), " (last 10 updates)"); }
  for (std::size_t f = 0; f < validation_figures().size() && !run.validations.updates.empty(); ++f) {
    const auto& value = run.validations.values[f].back();
    const RunFigure& figure = validation_figures()[f];
    if (value && (figure.name == "similarity" || figure.name == "exact")) {
      fact += cat(", ", figure.name, " ", fixed(*value, figure.digits), " in the validation at update ",
                  run.validations.updates.back());
    }
  }
  if (run.state() == "running" && left.seconds_left) {
    fact += cat(", ", human_seconds(*left.seconds_left), " left");
  }
  return fact;
}

std::string fact_of(const RecordFigures& records) {
  std::array<std::int64_t, kinds> counts{};
  const auto groups = records.groups();
  for (const RecordGroup& group : groups) {
    for (std::size_t k = 0; k < kinds; ++k) { counts[k] += group.counts[k]; }
  }
  std::vector<std::string> parts;
  for (const auto& kind : words_of(Kind{})) {
    const std::int64_t count = counts[static_cast<std::size_t>(kind.value)];
    if (count > 0) { parts.push_back(cat(count, " ", kind.word)); }
  }
  return cat(records.completions(), " completions in ", groups.size(),
             " groups of one model, benchmark, view and setting: ", join(parts, ", "));
}

}  // namespace

std::string summary_html(const PageContent& content) {
  std::vector<std::string> facts;
  for (const TrainingRun& run : content.runs) {
    if (facts.size() < most_facts / 2) { facts.push_back(fact_of(run)); }
  }
  if (content.records.completions() > 0) { facts.push_back(fact_of(content.records)); }
  add_estimates(content.document, facts);
  std::string html = list_of(facts);
  std::size_t warnings = 0;
  for (const Section& section : content.document.sections) {
    for (const std::string& warning : section.warnings) {
      if (++warnings <= most_warnings) { html += paragraph("Warning: " + clipped(warning, 600), "warning"); }
    }
  }
  if (warnings > most_warnings) {
    html += paragraph(cat(warnings - most_warnings, " more warnings are in the sections below."), "warning");
  }
  return html + paragraph(cat("Made at ", utc_now(), ". Numbers in brackets are intervals of 95%."), "note");
}

}  // namespace srl::analysis
