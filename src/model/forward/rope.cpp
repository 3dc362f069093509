// Rotary position tables of the four supported types. Formulas: RoFormer (Su et al. 2021) for default;
// position interpolation (Chen et al. 2023) for linear; YaRN (Peng et al. 2023) for yarn; Llama 3.1 for
// llama3. Rounding as in transformers 5.17.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/config.hpp"

namespace srl::model {
namespace {

double number(const Json& object, std::string_view name, double fallback) {
  const Json* value = object.find(name);
  return value && value->is_number() ? value->as_double() : fallback;
}

/// Divides frequencies of long wavelengths by `factor`, keeps those of short ones, and interpolates between.
void scale_llama3(const Json& scaling, std::vector<double>& frequencies) {
  const double factor = number(scaling, "factor", 1), low = number(scaling, "low_freq_factor", 1);
  const double high = number(scaling, "high_freq_factor", 4),
               context = number(scaling, "original_max_position_embeddings", 8192);
  for (double& frequency : frequencies) {
    const double wavelength = 2 * std::numbers::pi / frequency;
    if (wavelength > context / low) {
      frequency /= factor;
    } else if (wavelength >= context / high) {
      const double smooth = (context / wavelength - low) / (high - low);
      frequency = (1 - smooth) * frequency / factor + smooth * frequency;
    }
  }
}

/// Scales the frequencies; returns the scale of the cos and sin tables.
double scale_yarn(const ModelConfig& config, std::vector<double>& frequencies) {
  const Json& scaling = config.rope_scaling;
  const double original = number(scaling, "original_max_position_embeddings", config.max_positions);
  const double factor = number(scaling, "factor", config.max_positions / original);
  const double dim = config.head_dim;
  const auto magnitude = [&](double weight) {
    return factor <= 1 ? 1.0 : 0.1 * weight * std::log(factor) + 1.0;
  };
  const double scale = number(scaling, "mscale", 0), scale_all = number(scaling, "mscale_all_dim", 0);
  const double inferred = scale > 0 && scale_all > 0 ? magnitude(scale) / magnitude(scale_all) : magnitude(1);
  // The dimension that makes `rotations` full rotations over the original context.
  const auto dimension = [&](double rotations) {
    return dim * std::log(original / (rotations * 2 * std::numbers::pi)) / (2 * std::log(config.rope_theta));
  };
  double first = dimension(number(scaling, "beta_fast", 32)),
         last = dimension(number(scaling, "beta_slow", 1));
  const Json* truncate = scaling.find("truncate");
  if (!truncate || !truncate->is_bool() || truncate->as_bool()) {
    first = std::floor(first);
    last = std::ceil(last);
  }
  first = std::max(first, 0.0);
  last = std::min(last, dim - 1);
  if (first == last) { last += 0.001; }
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const double ramp = std::clamp((i - first) / (last - first), 0.0, 1.0);
    frequencies[i] = frequencies[i] / factor * ramp + frequencies[i] * (1 - ramp);
  }
  return number(scaling, "attention_factor", inferred);
}

}  // namespace

RopeTable rope_table(const ModelConfig& config) {
  RopeTable table;
  const double dim = config.head_dim;
  for (std::int64_t i = 0; i < config.head_dim; i += 2) {
    table.inverse_frequencies.push_back(1.0 / std::pow(config.rope_theta, i / dim));
  }
  if (config.rope_type == "linear") {
    for (double& frequency : table.inverse_frequencies) {
      frequency /= number(config.rope_scaling, "factor", 1);
    }
  } else if (config.rope_type == "llama3") {
    scale_llama3(config.rope_scaling, table.inverse_frequencies);
  } else if (config.rope_type == "yarn") {
    table.scale = scale_yarn(config, table.inverse_frequencies);
  }
  for (double& frequency : table.inverse_frequencies) { frequency = static_cast<float>(frequency); }
  return table;
}

void rope_row(const RopeTable& table, std::int64_t position, double* cosine, double* sine) {
  for (std::size_t i = 0; i < table.inverse_frequencies.size(); ++i) {
    const double angle = position * static_cast<float>(table.inverse_frequencies[i]);  // a product of floats
    cosine[i] = std::cos(angle) * table.scale;
    sine[i] = std::sin(angle) * table.scale;
  }
}

}  // namespace srl::model
