#include <set>

#include "analysis/page/clipped.hpp"
#include "analysis/page/html.hpp"
#include "analysis/page/parts.hpp"
#include "analysis/page/shell.hpp"
#include "analysis/plot/svg.hpp"
#include "base/strings.hpp"
#include "base/version.hpp"

namespace srl::analysis {
namespace {

constexpr std::size_t most_runs = 40, most_groups = 200;

std::string text_of(const Json* value) {
  if (value == nullptr || value->is_null()) { return ""; }
  return value->is_string() ? value->as_string() : value->dump();
}

/// One row per field that is there.
Table fields_of(const Json& provenance) {
  Table table{{{"field"}, {"value"}}, {}};
  for (const char* field : {"code_version", "compiler", "system", "started", "folder", "slurm_job_id",
                            "restart", "ranks", "threads", "hosts", "libraries"}) {
    const std::string text = clipped(text_of(provenance.find(field)), 400);
    if (!text.empty()) { table.rows.push_back({std::string(field), text}); }
  }
  return table;
}

std::string options_of(const Json& provenance) {
  std::string text;
  const Json* options = provenance.find("options");
  if (options == nullptr || !options->is_object()) { return ""; }
  for (const auto& [name, value] : options->as_object()) { text += cat(name, " = ", text_of(&value), "\n"); }
  return details("All options", quotation(clipped(text, 12000)));
}

std::string html_of(const TrainingRun& run) {
  std::string html = cat("<h3>", escaped(run.name), "</h3>\n");
  if (!run.provenance.is_object()) { return html + paragraph("The run has no provenance.json.", "note"); }
  html += quotation(clipped(command_of(run.provenance), 4000));
  const Json* earlier = run.provenance.find("earlier_starts");
  if (earlier != nullptr && earlier->is_array() && !earlier->as_array().empty()) {
    html += paragraph(cat("Earlier starts: ", earlier->as_array().size(), "."), "note");
  }
  return html + srl::analysis::html_of(fields_of(run.provenance)) + options_of(run.provenance);
}

Table table_of(const std::vector<RecordGroup>& groups) {
  Table table{{{"benchmark"}, {"its checksum"}, {"model"}, {"its checksum"}, {"view"}, {"settings"}}, {}};
  for (const RecordGroup& group : groups) {
    if (table.rows.size() == most_groups) { break; }
    table.rows.push_back({group.benchmark, group.benchmark_checksum, group.model,
                          group.model_checksum.empty() ? Cell(Absent{}) : Cell(group.model_checksum),
                          group.view, clipped(group.settings, 480)});
  }
  return table;
}

}  // namespace

std::string provenance_html(const PageContent& content) {
  std::string html = cat("<h3>This page</h3>\n", quotation(content.command),
                         paragraph(cat("srl_report ", code_version(), ", ", compiler_version())));
  if (content.records.completions() > 0) {
    html += "<h3>Records</h3>\n" + html_of(table_of(content.records.groups()));
  }
  for (std::size_t r = 0; r < content.runs.size() && r < most_runs; ++r) { html += html_of(content.runs[r]); }
  return html;
}

}  // namespace srl::analysis
