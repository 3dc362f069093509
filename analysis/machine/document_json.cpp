#include "analysis/machine/document_json.hpp"

namespace srl::analysis {
namespace {

struct CellJson {
  Json operator()(const Absent&) const { return {}; }
  Json operator()(const std::string& text) const { return text; }
  Json operator()(const Number& number) const { return number.value; }
  Json operator()(const Estimate& estimate) const {
    Json json = Json::object();
    json["value"] = estimate.value;
    json["low"] = estimate.interval.low;
    json["high"] = estimate.interval.high;
    return json;
  }
  Json operator()(const Count& count) const { return count.value; }
  Json operator()(const CountOf& count) const {
    Json json = Json::object();
    json["part"] = count.part;
    json["whole"] = count.whole;
    return json;
  }
  Json operator()(const PValue& p) const { return p.value; }
};

Json values_json(const Series& series) {
  Json values = Json::array();
  for (const auto& value : series.values) { values.push_back(value ? Json(*value) : Json()); }
  return values;
}

struct BlockJson {
  Json operator()(const Prose& prose) const { return named("text", prose.text); }
  Json operator()(const Note& note) const { return named("note", note.text); }
  Json operator()(const Table& table) const {
    Json columns = Json::array(), rows = Json::array();
    for (const Column& column : table.columns) {
      Json json = named("name", column.name);
      if (!column.unit.empty()) { json["unit"] = column.unit; }
      if (!column.interval.empty()) { json["interval"] = column.interval; }
      columns.push_back(std::move(json));
    }
    for (const auto& row : table.rows) {
      Json cells = Json::array();
      for (const Cell& cell : row) { cells.push_back(std::visit(CellJson{}, cell)); }
      rows.push_back(std::move(cells));
    }
    Json json = named("columns", std::move(columns));
    json["rows"] = std::move(rows);
    return json;
  }
  Json operator()(const Curve& curve) const {
    Json json = named("title", curve.title), series = Json::object();
    json["x"] = named(curve.x.name, values_json(curve.x));
    for (const Series& one : curve.series) { series[one.name] = values_json(one); }
    json["series"] = std::move(series);
    if (!curve.lines.empty()) {
      Json lines = Json::array();
      for (const Line& line : curve.lines) {
        Json one = named("name", line.name);
        one["first"] = static_cast<std::int64_t>(line.first);
        lines.push_back(std::move(one));
      }
      json["lines"] = std::move(lines);
    }
    return json;
  }
  static Json named(const std::string& name, Json value) {
    Json json = Json::object();
    json[name] = std::move(value);
    return json;
  }
};

}  // namespace

std::string render_json(const Document& document) {
  Json sections = Json::array();
  for (const Section& section : document.sections) {
    Json json = BlockJson::named("title", section.title), blocks = Json::array();
    json["warnings"] = section.warnings;
    for (const Block& block : section.blocks) { blocks.push_back(std::visit(BlockJson{}, block)); }
    json["blocks"] = std::move(blocks);
    if (!section.measures.is_null()) { json["measures"] = section.measures; }
    sections.push_back(std::move(json));
  }
  return BlockJson::named("sections", std::move(sections)).dump(2) + "\n";
}

}  // namespace srl::analysis
