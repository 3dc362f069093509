#pragma once
// Where in a solution the text is code or display mathematics: nothing in there begins or ends a step.
#include <string_view>

namespace srl::data_prep {

/// Fed line by line, in order: fenced code (``` or ~~~), $$ … $$, \[ … \] and \begin{…} … \end{…}.
class Blocks {
 public:
  bool inside() const { return fence_ || dollars_ || depth_ > 0; }
  void feed(std::string_view line);

 private:
  bool fence_ = false, dollars_ = false;
  int depth_ = 0;
};

}  // namespace srl::data_prep
