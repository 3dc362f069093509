#include "analysis/tables/text_table.hpp"

#include <algorithm>

#include "base/strings.hpp"

namespace srl::analysis {
namespace {

std::string csv_quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) { return text; }
  std::string quoted = "\"";
  for (char c : text) { quoted += c == '"' ? std::string("\"\"") : std::string(1, c); }
  return quoted + "\"";
}

std::string aligned(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths(lines[0].size(), 0);
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) { widths[c] = std::max(widths[c], line[c].size()); }
  }
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) {
      text += line[c];
      if (c + 1 < line.size()) { text += std::string(widths[c] - line[c].size() + 2, ' '); }
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string render_lines(const std::vector<std::vector<std::string>>& lines, ReportFormat format) {
  if (format == ReportFormat::text) { return aligned(lines); }
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (format == ReportFormat::csv) {
      std::vector<std::string> quoted;
      for (const auto& cell : lines[i]) { quoted.push_back(csv_quoted(cell)); }
      text += join(quoted, ",") + "\n";
    } else {
      text += "| " + join(lines[i], " | ") + " |\n";
      if (i == 0) {
        text += "|";
        for (std::size_t c = 0; c < lines[i].size(); ++c) { text += "---|"; }
        text += "\n";
      }
    }
  }
  return text;
}

}  // namespace srl::analysis
