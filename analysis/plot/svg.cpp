#include "analysis/plot/svg.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// In tenths of a pixel, without a zero at the end.
std::string coordinate(double value) {
  if (!std::isfinite(value)) { throw Bug("a plot has a coordinate that is not finite"); }
  std::string text = fixed(value, 1);
  if (text.ends_with(".0")) { text.resize(text.size() - 2); }
  return text == "-0" ? "0" : text;
}

std::string attribute(std::string_view name, double value) {
  return cat(" ", name, "=\"", coordinate(value), "\"");
}

std::string path_data(const std::vector<Point>& points) {
  std::string data;
  for (const Point& point : points) {
    data += cat(data.empty() ? "M" : "L", coordinate(point.x), " ", coordinate(point.y));
  }
  return data;
}

/// The bytes EF BF BE and EF BF BF are U+FFFE and U+FFFF, which are not characters.
bool is_no_character(std::string_view text, std::size_t place) {
  return text.substr(place, 3) == "\xEF\xBF\xBE" || text.substr(place, 3) == "\xEF\xBF\xBF";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else if (c == '\'') {
      result += "&#39;";
    } else if (byte < 0x20 && c != '\n' && c != '\t') {
      result += "\xE2\x90";  // U+2400 and the following: pictures of the control characters
      result += static_cast<char>(0x80 + byte);
    } else if (byte == 0x7F) {
      result += "\xE2\x90\xA1";
    } else if (is_no_character(text, i)) {
      result += "\xEF\xBF\xBD";
      i += 2;
    } else {
      result += c;
    }
  }
  return result;
}

Svg::Svg(double width, double height, std::string_view label)
    : svg_(cat("<svg role=\"img\" aria-label=\"", escaped(label), "\" viewBox=\"0 0 ", coordinate(width), " ",
               coordinate(height), "\"", attribute("width", width), attribute("height", height), ">")) {}

void Svg::line(Point from, Point to, std::string_view style) {
  svg_ += cat("<line class=\"", style, "\"", attribute("x1", from.x), attribute("y1", from.y),
              attribute("x2", to.x), attribute("y2", to.y), "/>");
}

void Svg::path(const std::vector<Point>& points, std::string_view style) {
  svg_ += cat("<path class=\"", style, "\" d=\"", path_data(points), "\"/>");
}

void Svg::area(const std::vector<Point>& corners, std::string_view style) {
  svg_ += cat("<path class=\"", style, "\" d=\"", path_data(corners), "Z\"/>");
}

void Svg::rectangle(Point corner, double width, double height, std::string_view style) {
  svg_ += cat("<rect class=\"", style, "\"", attribute("x", corner.x), attribute("y", corner.y),
              attribute("width", width), attribute("height", height), "/>");
}

void Svg::dot(Point centre, double radius, std::string_view style) {
  svg_ += cat("<circle class=\"", style, "\"", attribute("cx", centre.x), attribute("cy", centre.y),
              attribute("r", radius), "/>");
}

void Svg::text(Point at, std::string_view anchor, std::string_view text) {
  svg_ += cat("<text", attribute("x", at.x), attribute("y", at.y), " text-anchor=\"", anchor, "\">",
              escaped(text), "</text>");
}

std::string Svg::take() {
  svg_ += "</svg>";
  return std::move(svg_);
}

}  // namespace srl::analysis
