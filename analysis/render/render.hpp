#pragma once
// A document in a format that srl_report prints. Each renderer stands in a file of its own.
#include <string>

#include "analysis/document/document.hpp"
#include "analysis/options.hpp"

namespace srl::analysis {

std::string render(const Document& document, ReportFormat format);

std::string render_text(const Document& document);      ///< columns aligned for a terminal
std::string render_markdown(const Document& document);  ///< pipe tables
std::string render_csv(const Document& document);       ///< a line per row; commas, quotes where needed

}  // namespace srl::analysis
