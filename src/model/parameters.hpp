#pragma once
// All parameters of a model in one flat contiguous buffer with named views (Hugging Face names), in a fixed
// order.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "device/dtype.hpp"
#include "model/config.hpp"

namespace at {
class Tensor;
}

namespace srl::model {

using device::Dtype;

struct ParameterInfo {
  std::string name;  ///< "model.layers.0.self_attn.q_proj.weight"
  std::vector<std::int64_t> shape;
  std::int64_t offset = 0, count = 0;  ///< elements, into the flat buffer
  bool decays = false;                 ///< weight decay applies: not to norms, biases, embeddings
};
/// Names, shapes and offsets in the buffer's order: embedding, layers 0..L-1, final norm, head when untied.
std::vector<ParameterInfo> parameter_layout(const ModelConfig& config);

/// A range of the flat buffer, in elements.
struct Bucket {
  std::int64_t offset = 0, count = 0;
};
/// [layers + 2]: embedding, layers 0..L-1, final norm with the head. The backward finishes the last bucket
/// first and the embedding last.
std::vector<Bucket> buckets_of(const ModelConfig& config, const std::vector<ParameterInfo>& layout);

/// Flat buffer [elements] on the CPU with one view per parameter. Move-only. Used for weights and, with the
/// same layout, for gradients.
class Parameters {
 public:
  Parameters(const ModelConfig& config, Dtype dtype);  ///< zeros
  /// Only the layout: flat() and the views have no elements. For ranks that keep their weights on a GPU.
  static Parameters without_memory(const ModelConfig& config, Dtype dtype);
  /// Buffer for gradients with memory for two layers only. The user must process the gradients of layer l
  /// before the backward starts layer l - 2. Offsets in the layout repeat, so flat() does not hold all
  /// parameters. Zeros.
  static Parameters two_layers_at_a_time(const ModelConfig& config, Dtype dtype);
  ~Parameters();
  Parameters(Parameters&&) noexcept;
  Parameters& operator=(Parameters&&) noexcept;
  const ModelConfig& config() const;
  const std::vector<ParameterInfo>& layout() const;
  std::int64_t elements() const;  ///< of the buffer, also without memory
  Dtype dtype() const;
  at::Tensor& flat();  ///< [elements], or [0] without memory
  const at::Tensor& flat() const;
  const at::Tensor& view(std::string_view name) const;  ///< Bug for an unknown name
  const at::Tensor& view(std::size_t index) const;      ///< in layout order

 private:
  struct Impl;
  explicit Parameters(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Weights from model.safetensors or its shards with index (bf16, f16, f32, f64 → dtype). BadInput naming
/// file and tensor when a tensor is missing, unexpected or has a wrong shape.
/// `tick` is called after each piece, because a slow disk takes minutes for one tensor.
Parameters load_parameters(const std::filesystem::path& model_folder, const ModelConfig& config, Dtype dtype,
                           const std::function<void()>& tick = {});
/// How often load_parameters calls `tick`.
std::int64_t load_pieces(const ModelConfig& config);
/// Name of the first tensor with a NaN or infinite value; empty when all are finite.
std::string first_nonfinite(const Parameters& parameters);
/// Random weights: normal(0, 0.02) from counter-based random numbers (stream initialisation); norms 1, biases
/// 0.
Parameters random_parameters(const ModelConfig& config, Dtype dtype, std::uint64_t seed);

/// Writes one safetensors file with all tensors in `dtype` and their Hugging Face names. The file is either
/// complete or absent.
/// `tick` is called between pieces; what it throws ends the writing and leaves no file.
void write_parameters(const Parameters& parameters, const std::filesystem::path& file, Dtype dtype,
                      const std::function<void()>& tick = {});
/// Writes a Hugging Face folder: config.json, generation_config.json, tokenizer files from `source_folder`,
/// model.safetensors in `dtype`. The folder is either complete or absent. An existing model of that name is
/// replaced; BadOption when the folder holds anything else (replace.hpp).
void export_model(const Parameters& parameters, const std::filesystem::path& source_folder,
                  const std::filesystem::path& target_folder, Dtype dtype,
                  const std::function<void()>& tick = {});

}  // namespace srl::model
