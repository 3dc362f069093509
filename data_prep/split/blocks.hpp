#pragma once
// Finds code and display mathematics in a solution. No step begins or ends inside them.
#include <string_view>

namespace srl::data_prep {

/// Takes the lines in order. Blocks are fenced code (``` or ~~~), $$ … $$, \[ … \] and \begin{…} … \end{…}.
class Blocks {
 public:
  bool inside() const { return fence_ || dollars_ || depth_ > 0; }
  void feed(std::string_view line);

 private:
  bool fence_ = false, dollars_ = false;
  int depth_ = 0;
};

}  // namespace srl::data_prep
