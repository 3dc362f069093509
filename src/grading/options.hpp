#pragma once
// Options of grading (docs/method.md, "Final answers").

#include "config/options.hpp"

namespace srl::grading {

struct GradingOptions {
  bool percent_or_fraction =
      false;  ///< also right after x100 or /100; only to reproduce the Qwen2.5-Math package's tables
  void visit(config::Visitor& v);  ///< section "grading"
};

}  // namespace srl::grading
