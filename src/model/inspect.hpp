#pragma once
// Inspection of a model by a user: a description, and the likeliest next tokens of sequences of ids.
#include <cstdint>
#include <iosfwd>
#include <string>

#include "model/pack.hpp"

namespace srl::model {

/// Architecture, sizes, rope, number of parameters, and one line per tensor: name, shape, smallest, largest,
/// root mean square.
std::string describe(const ModelConfig& config, const Parameters& parameters);

struct TopLogprobs {
  std::int64_t top = 10;      ///< tokens per position
  bool all = false;           ///< every position, not only the last
  std::int64_t most_ids = 0;  ///< per line
};
/// JSON lines {"ids": […]} → {"top": [[id, log-probability], …]} of the last position, or with `all` a list
/// of these, one per position. Likeliest first, ties by id. An invalid line gives {"line": n, "error": "…"}
/// and makes the result false.
bool top_logprobs_stream(std::istream& in, std::ostream& out, PackModel& model, const ModelConfig& config,
                         const TopLogprobs& options);

}  // namespace srl::model
