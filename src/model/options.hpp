#pragma once
// Options of the backward.
#include "base/words.hpp"

namespace srl::model {

/// What the backward computes again instead of keeping it from the forward (Chen et al. 2016, "Training Deep
/// Nets with Sublinear Memory Cost").
enum class Recompute {
  nothing,
  gate_up,  ///< the gate and up projections: most of a layer's activations, for one product more
  layers    ///< all but the layers' inputs, for a second forward
};
SRL_WORDS(Recompute, "off", "gate_up", "on");

}  // namespace srl::model
