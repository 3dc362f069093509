#pragma once
// The content of a report, independent of any format. The builders in analysis/tables make its sections from
// records and runs. Each renderer in analysis/render writes the document in one format.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/document/cell.hpp"
#include "base/json.hpp"

namespace srl::analysis {

struct Column {
  std::string name;           ///< "stepwise avg@8"
  std::string unit = {};      ///< "%"; empty: a plain number, or text
  std::string interval = {};  ///< "95%" when the heading names the interval of the cells
};

/// The first cell of a row is its name.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  ///< each row has one cell per column
  // Shown in text and Markdown, and on the page. CSV and JSON have all rows.
  std::size_t text_rows = SIZE_MAX, page_rows = 1000;
};

struct Series {
  std::string name;
  int digits = 0;                             ///< shown after the point
  std::vector<std::optional<double>> values;  ///< by point; empty where nothing was measured
  std::string plot = {};                      ///< series with the same name here share a plot
};

/// The points of one line, such as those of one run, begin at `first` and end where the next line begins.
struct Line {
  std::string name;
  std::size_t first = 0;
};

/// Series over the same points. A curve holds all points; the renderer decides how many to show.
struct Curve {
  std::string title;
  Series x;
  std::vector<Series> series;
  std::vector<Line> lines = {};  ///< empty: all points are one line without a name
};

struct Prose {
  std::string text;  ///< whole sentences
};
/// A remark on the block before it.
struct Note {
  std::string text;  ///< whole sentences
};

using Block = std::variant<Prose, Table, Curve, Note>;

struct Section {
  std::string title;
  std::vector<Block> blocks;
  std::vector<std::string> warnings = {};  ///< reasons why the figures may be wrong
  Json measures = {};                      ///< all numbers, for programs; null: the blocks hold them
};

/// Text, Markdown and CSV go to stdout and hold only the blocks. The job writes the warnings to stderr.
struct Document {
  std::vector<Section> sections;
};

}  // namespace srl::analysis
