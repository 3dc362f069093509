#pragma once
// Stop strings (sampling.stop).
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rollout/options.hpp"

namespace srl::rollout {

/// Whether the newest token completes a stop string. Decodes only the end of the completion.
bool hits_stop_string(const std::vector<std::int32_t>& ids, const SamplingOptions& sampling,
                      const std::function<std::string(const std::vector<std::int32_t>&)>& decode);

}  // namespace srl::rollout
