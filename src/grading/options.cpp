#include "grading/options.hpp"

namespace srl::grading {

void GradingOptions::visit(config::Visitor& v) {
  v.section("grading");
  v.option("percent_or_fraction", percent_or_fraction,
           "also accept an answer that is 100 times too large or too small, as the Qwen2.5-Math package "
           "does; it would reward wrong answers in RLVR");
}

}  // namespace srl::grading
