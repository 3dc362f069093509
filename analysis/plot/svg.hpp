#pragma once
// Writes SVG for inlining in a page. Colours and fonts come from classes of the page's style.
#include <string>
#include <string_view>
#include <vector>

namespace srl::analysis {

struct Point {
  double x = 0, y = 0;
};

/// The text with the characters escaped that mean something in HTML and SVG. Control characters become
/// visible symbols, because no document may hold them.
std::string escaped(std::string_view text);

/// A drawing of some width and height in pixels. Bug when a coordinate is not finite.
class Svg {
 public:
  /// `label` says what is drawn, for readers that cannot see it.
  Svg(double width, double height, std::string_view label);

  void line(Point from, Point to, std::string_view style);
  void path(const std::vector<Point>& points, std::string_view style);
  void area(const std::vector<Point>& corners, std::string_view style);
  void rectangle(Point corner, double width, double height, std::string_view style);
  void dot(Point centre, double radius, std::string_view style);
  /// `anchor`: start, middle or end of the text is at `at`.
  void text(Point at, std::string_view anchor, std::string_view text);

  std::string take();

 private:
  std::string svg_;
};

}  // namespace srl::analysis
