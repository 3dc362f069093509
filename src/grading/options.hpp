#pragma once
// Options of grading (docs/method.md, "Final answers").

#include "config/options.hpp"

namespace srl::grading {

struct GradingOptions {
  bool percent_or_fraction = false;  ///< also accept x100 and /100, as the Qwen2.5-Math package
  void visit(config::Visitor& v);    ///< section "grading"
};

}  // namespace srl::grading
