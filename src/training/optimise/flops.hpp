#pragma once
// Floating-point operations of a pack's forward and backward, and the peak rate that they are compared with
// (model FLOP utilisation).
#include "model/config.hpp"
#include "model/pack.hpp"

namespace srl::training {

/// Multiplications and additions of the model's matrix products, forward and backward (three times the
/// forward); recomputed activations do not count (Chowdhery et al. 2022, PaLM, appendix B).
double training_flops(const model::ModelConfig& config, const model::Pack& pack);

/// Measures the operations per second of a large product of fp32 (or fp64) matrices on this process's compute
/// threads. Takes a fraction of a second.
double product_rate(bool fp64);

}  // namespace srl::training
