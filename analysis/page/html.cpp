#include "analysis/page/html.hpp"

#include <cmath>

#include "analysis/page/clipped.hpp"
#include "analysis/plot/plots.hpp"
#include "analysis/render/cell_text.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

constexpr std::size_t cell_bytes = 500;
/// A longer text may break anywhere.
constexpr std::size_t long_text = 20;
/// A wider table is shown as lists on a narrow screen, and in print.
constexpr std::size_t narrow_columns = 4, print_columns = 5;

bool is_text(const Cell& cell) {
  return std::holds_alternative<std::string>(cell);
}

std::string row_html(const Table& table, const std::vector<Cell>& row, std::size_t number) {
  std::string html = "<tr>";
  for (std::size_t c = 0; c < row.size(); ++c) {
    const std::string heading = escaped(heading_text(table.columns[c]));
    const std::string text =
        clipped(c == 0 && number > 0 ? cat(number, ". ", cell_text(row[c])) : cell_text(row[c]), cell_bytes);
    const std::string style = !is_text(row[c])          ? " class=\"n\""
                              : text.size() > long_text ? " class=\"long\""
                                                        : "";
    html += cat("<td", style, " data-h=\"", heading, "\"><span>", escaped(text), "</span></td>");
  }
  return html + "</tr>\n";
}

bool has_intervals(const Table& table) {
  for (const auto& row : table.rows) {
    for (const Cell& cell : row) {
      if (std::holds_alternative<Estimate>(cell)) { return true; }
    }
  }
  return false;
}

/// One plot per column with intervals. Rows carry the numbers that the table shows.
std::string intervals_html(const Table& table) {
  constexpr std::size_t most_drawn = 40;
  std::string figures;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    IntervalPlot plot{cat(column.name, ", value and interval by row of the table"),
                      column.unit.empty() ? column.name : cat(column.name, " ", column.unit),
                      {}};
    if (plot.x_name.size() > 40) { plot.x_name = column.unit; }
    for (std::size_t r = 0; r < table.rows.size() && plot.rows.size() < most_drawn; ++r) {
      const auto* estimate = std::get_if<Estimate>(&table.rows[r][c]);
      if (estimate == nullptr) { continue; }
      const Interval& interval = estimate->interval;
      if (!std::isfinite(estimate->value + interval.low + interval.high)) { continue; }
      plot.rows.push_back({estimate->value, interval, r + 1});
    }
    figures += interval_plot(plot);
  }
  return plots(figures);
}

}  // namespace

std::string paragraph(std::string_view text, std::string_view style) {
  return cat("<p", style.empty() ? "" : cat(" class=\"", style, "\""), ">", escaped(text), "</p>\n");
}

std::string details(std::string_view summary, const std::string& content) {
  return cat("<details><summary>", escaped(summary), "</summary>\n", content, "</details>\n");
}

std::string quotation(std::string_view text) {
  return cat("<pre>", escaped(text), "</pre>\n");
}

std::string plots(const std::string& figures) {
  return figures.empty() ? "" : cat("<div class=\"plots\">\n", figures, "</div>\n");
}

std::string html_of(const Table& table) {
  const bool numbered = has_intervals(table);
  std::string html =
      cat("<div class=\"wide\"><table class=\"", table.columns.size() > narrow_columns ? "stack" : "",
          table.columns.size() > print_columns ? " printstack" : "", "\"><thead><tr>");
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const bool text = table.rows.empty() || is_text(table.rows[0][c]);
    html += cat("<th", text ? "" : " class=\"n\"", ">", escaped(heading_text(table.columns[c])), "</th>");
  }
  html += "</tr></thead>\n<tbody>\n";
  for (std::size_t r = 0; r < table.rows.size() && r < table.page_rows; ++r) {
    html += row_html(table, table.rows[r], numbered ? r + 1 : 0);
  }
  html += "</tbody></table></div>\n";
  if (table.rows.size() > table.page_rows) {
    html += paragraph(
        cat("The first ", table.page_rows, " of ", table.rows.size(), " rows. --format csv prints all."),
        "note");
  }
  return html + (numbered ? intervals_html(table) : "");
}

std::string html_of(const Section& section) {
  std::string html = cat("<section>\n<h2>", escaped(section.title), "</h2>\n");
  for (const std::string& warning : section.warnings) {
    html += paragraph("Warning: " + clipped(warning, 1000), "warning");
  }
  for (const Block& block : section.blocks) {
    if (const auto* table = std::get_if<Table>(&block)) { html += html_of(*table); }
    if (const auto* curve = std::get_if<Curve>(&block)) { html += html_of(*curve); }
    if (const auto* prose = std::get_if<Prose>(&block)) { html += paragraph(prose->text); }
    if (const auto* note = std::get_if<Note>(&block)) { html += paragraph(note->text, "note"); }
  }
  return html + "</section>\n";
}

}  // namespace srl::analysis
