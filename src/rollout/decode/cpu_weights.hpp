#pragma once
// The weights of a model as decoding on the CPU multiplies with them.
#include <vector>

#include "compute/kv_writes.hpp"
#include "model/parameters.hpp"
#include "rollout/decode/linear.hpp"

namespace srl::rollout {

/// Rows per product on machines that fail the row test (CpuWeights::test_rows).
inline constexpr std::int64_t fixed_rows = 32;

struct CpuLayer {
  Linear qkv, attention_out, gate_up, down;
  const float* norm_in;
  const float* norm_middle;
  compute::QkvWeights<float> extra;
};

/// Keeps references to the parameters.
class CpuWeights {
 public:
  explicit CpuWeights(const model::Parameters& parameters);
  CpuLayer& layer(std::int64_t index) { return layers_[static_cast<std::size_t>(index)]; }
  Linear& head() { return head_; }

  /// Packs the weights as they are now, unless they are packed. It costs as much as a decode step or two.
  void pack();
  void unpack();  ///< frees the copies; pack() makes new ones
  /// Whether each row of the products has the same bits in any batch: of products with packed weights, or
  /// else with the weights in place, which are used from then on.
  bool test_rows(std::int64_t most_rows);

 private:
  template <class Body>
  void each(const Body& body);
  bool test_rows_now(std::int64_t most_rows);

  std::vector<CpuLayer> layers_;
  Linear head_;
  bool packs_, packed_ = false;
};

}  // namespace srl::rollout
