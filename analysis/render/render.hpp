#pragma once
// Renders a document in a format of srl_report. Each renderer has its own file.
#include <string>

#include "analysis/document/document.hpp"
#include "analysis/options.hpp"

namespace srl::analysis {

std::string render(const Document& document, ReportFormat format);

std::string render_text(const Document& document);      ///< columns aligned for a terminal
std::string render_markdown(const Document& document);  ///< pipe tables
std::string render_csv(const Document& document);       ///< one number per cell; remarks begin with #

}  // namespace srl::analysis
