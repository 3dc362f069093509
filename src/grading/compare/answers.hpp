#pragma once
// Comparison of two extracted answers within a budget that others share. Private to the room.
#include "grading/compare/budget.hpp"
#include "grading/grading.hpp"

namespace srl::grading {

Verdict same_answer(std::string_view prediction, std::string_view reference, const GradingOptions& options,
                    Budget& work);

}  // namespace srl::grading
