#pragma once
// Parts of a page as HTML. Every text that comes from data is escaped. A paragraph, a cell and a list entry
// hold one text each, so that a browser lays each out as one box.
#include <string>
#include <string_view>

#include "analysis/document/document.hpp"

namespace srl::analysis {

std::string paragraph(std::string_view text, std::string_view style = "");
/// Text that is closed until the reader opens it; not printed while closed.
std::string details(std::string_view summary, const std::string& content);
/// A text with its line ends, such as an answer.
std::string quotation(std::string_view text);
/// Plots beside each other, as many as fit; empty for no plots.
std::string plots(const std::string& figures);

/// On a narrow screen and in print, each row of a wide table becomes a list. At most 1,000 rows.
std::string html_of(const Table& table);
/// One plot per series (or per group of series) with all lines, a legend, and a table of some points.
std::string html_of(const Curve& curve);
/// Heading, warnings and blocks. A table with intervals is also drawn.
std::string html_of(const Section& section);

}  // namespace srl::analysis
