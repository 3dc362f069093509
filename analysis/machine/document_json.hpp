#pragma once
// Renders a document as one JSON object.
#include <string>

#include "analysis/document/document.hpp"

namespace srl::analysis {

/// {"sections": [{"title", "warnings", "blocks", "measures"}]}. A block is {"text"}, {"note"}, a table
/// {"columns", "rows"} or a curve {"title", "x", "series", "lines"}, where a line such as a run begins at the
/// point "first". The cells hold numbers in full: {"value", "low", "high"} with an interval, {"part",
/// "whole"}, null where nothing was measured. "measures" is there where a section has data.
std::string render_json(const Document& document);

}  // namespace srl::analysis
