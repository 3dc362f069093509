#pragma once
// Solutions as one text, for other ranks of the same job.
#include <string>
#include <vector>

#include "trajectory/solution.hpp"

namespace srl::trajectory {

std::string pack_solutions(const std::vector<Solution>& solutions);
/// The inverse. BadInput for anything else.
std::vector<Solution> unpack_solutions(const std::string& packed);

}  // namespace srl::trajectory
