#pragma once
// A pack with every kind of segment, a model with lively weights, and a loss, for tests of PackModel.
#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <random>
#include <string>

#include "model/pack.hpp"
#include "tiny_folder.hpp"

namespace srl::model {

/// Random weights, norms and biases, so large that attention is far from uniform.
inline Parameters lively_parameters(const ModelConfig& config, Dtype dtype) {
  Parameters parameters(config, dtype);
  std::mt19937_64 engine(7);
  std::normal_distribution<double> normal;
  at::Tensor values = at::empty({parameters.elements()}, at::kDouble);
  double* data = values.data_ptr<double>();
  for (const ParameterInfo& info : parameters.layout()) {
    const bool norm = info.name.find("norm") != std::string::npos;
    for (std::int64_t i = 0; i < info.count; ++i) {
      data[info.offset + i] = norm ? 1 + 0.2 * normal(engine) : 0.3 * normal(engine);
    }
  }
  parameters.flat().copy_(values);
  return parameters;
}

/// Two prompts and a single sequence. The first prompt has completions of lengths 4, 4 and 3, one of which
/// has two continuations.
inline Pack tree_pack(std::int64_t vocab) {
  Pack pack;
  const std::vector<std::array<std::int64_t, 2>> shape = {{5, -1}, {4, 0},  {4, 0}, {3, 0}, {2, 3},
                                                          {3, 3},  {6, -1}, {2, 6}, {1, -1}};
  for (const auto& [length, parent] : shape) {
    Segment segment{std::ssize(pack.ids), length, parent, 0};
    if (parent >= 0) {
      const Segment& above = pack.segments[parent];
      segment.position = above.position + above.length;
    } else {
      segment.position = std::ssize(pack.segments) == 6 ? 3 : 0;  // positions need not begin at 0
    }
    for (std::int64_t i = 0; i < length; ++i) {
      pack.ids.push_back(static_cast<std::int32_t>((std::ssize(pack.ids) * 7 + 3) % vocab));
    }
    pack.segments.push_back(segment);
  }
  // The prompt's last token predicts the first tokens of three completions. Other rows may have several
  // targets too.
  for (const std::int64_t row : {4, 4, 4, 5, 6, 7, 9, 10, 13, 14, 15, 17, 22, 22, 26, 27}) {
    pack.rows.push_back(row);
    pack.targets.push_back(static_cast<std::int32_t>((std::ssize(pack.rows) * 11 + row) % vocab));
  }
  return pack;
}

inline ModelConfig config_of(const std::string& type) {
  return parse_config(tiny_config(type), "config.json");
}

/// A loss that is nonlinear in the predictions.
inline double loss_of(const Predictions& predictions) {
  double loss = 0;
  for (std::size_t i = 0; i < predictions.logprob.size(); ++i) {
    loss += (0.3 + 0.1 * static_cast<double>(i % 5)) * std::exp(0.5 * predictions.logprob[i]) -
            0.2 * predictions.entropy[i] * predictions.entropy[i];
  }
  return loss;
}
inline PredictionGradients gradients_of(const Predictions& predictions) {
  PredictionGradients gradients;
  for (std::size_t i = 0; i < predictions.logprob.size(); ++i) {
    gradients.logprob.push_back(0.5 * (0.3 + 0.1 * static_cast<double>(i % 5)) *
                                std::exp(0.5 * predictions.logprob[i]));
    gradients.entropy.push_back(-0.4 * predictions.entropy[i]);
  }
  return gradients;
}

inline double relative(const at::Tensor& a, const at::Tensor& b) {
  return ((a.to(at::kDouble) - b.to(at::kDouble)).norm() / b.to(at::kDouble).norm()).item<double>();
}

}  // namespace srl::model
