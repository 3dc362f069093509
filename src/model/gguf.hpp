#pragma once
// The GGUF file format (versions 2 and 3, little-endian): metadata and tensors in ggml's block formats, read
// from a memory map with checks of every length and offset. Also the import of a GGUF file into a Hugging
// Face folder. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.hpp"
#include "base/json.hpp"

namespace srl::model {

/// Supported block formats, with ggml's numbers.
enum class GgmlType : std::uint32_t {
  f32 = 0,
  f16 = 1,
  q4_0 = 2,
  q4_1 = 3,
  q8_0 = 8,
  q4_k = 12,
  q6_k = 14,
  bf16 = 30
};

struct GgufTensor {
  std::string name;
  std::vector<std::int64_t> shape;  ///< as in PyTorch: rows first (reversed in the file)
  GgmlType type = GgmlType::f32;
  std::int64_t count = 0;  ///< elements
  std::string_view bytes;
};

class GgufFile {
 public:
  /// BadInput naming the file and what is wrong: not GGUF, truncated, lengths or offsets beyond the file,
  /// overlapping tensors, an unsupported block format (names the tensor).
  explicit GgufFile(const std::filesystem::path& path);
  const std::filesystem::path& path() const { return path_; }
  const Json* find(std::string_view key) const;      ///< nullptr when absent
  const Json& at(std::string_view key) const;        ///< BadInput naming file and key
  std::int64_t integer(std::string_view key) const;  ///< BadInput when absent or of another type
  std::int64_t integer(std::string_view key, std::int64_t fallback) const;
  double number(std::string_view key, double fallback) const;
  std::string text(std::string_view key, const std::string& fallback) const;
  const std::vector<std::pair<std::string, Json>>& metadata() const { return metadata_; }
  const std::vector<GgufTensor>& tensors() const { return tensors_; }
  const GgufTensor* tensor(std::string_view name) const;

 private:
  std::filesystem::path path_;
  MappedFile file_;
  std::vector<std::pair<std::string, Json>> metadata_;
  std::vector<GgufTensor> tensors_;
};

/// Elements and bytes per block; {0, 0} for an unsupported type number.
struct GgmlBlock {
  std::int64_t elements = 0, bytes = 0;
};
GgmlBlock ggml_block(std::uint32_t type);
/// `count` elements (whole blocks) as floats, rounded as in ggml's dequantize_row functions.
void dequantize(GgmlType type, const char* bytes, std::int64_t count, float* out);

/// Writes config.json, generation_config.json, model.safetensors (fp32) and the tokenizer's files.
/// Architectures llama, qwen2 and qwen3. The folder is either complete or absent. BadInput naming the file
/// and what is missing or not supported.
void import_gguf(const std::filesystem::path& file, const std::filesystem::path& target_folder);

}  // namespace srl::model
