#include "grading/options.hpp"

namespace srl::grading {

void GradingOptions::visit(config::Visitor& v) {
  v.section("grading");
  v.option("percent_or_fraction", percent_or_fraction,
           "also right after x100 or /100, as the Qwen2.5-Math package has it; would pay wrong answers in RLVR");
}

}  // namespace srl::grading
