#pragma once
// `srl_prep guess FILE`: looks at the first rows of a file and says how it would be prepared.
#include "data_prep/options.hpp"
#include "job/job.hpp"

namespace srl::data_prep {

/// Prints the fields of the first rows, the preset that fits them, how many of them would be kept, and the
/// command to use. Tries other splitters and fields when the default keeps few rows. Returns 1 when no way
/// keeps a row.
int guess(const GuessOptions& options, job::Context& context);

}  // namespace srl::data_prep
