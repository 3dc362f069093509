// The tensors of a Hugging Face folder's safetensors files, one after the other.
#include "model/files/tensors.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/foreign_file.hpp"
#include "base/strings.hpp"
#include "model/files/dtype.hpp"
#include "model/files/safetensors.hpp"

namespace srl::model {
namespace {

/// Whether a file may have the tensor although the model does not use it: rope buffers, and the head of a
/// model with tied embeddings.
bool is_superfluous(const std::string& name, const ModelConfig& config) {
  return name.ends_with(".rotary_emb.inv_freq") || (config.tied_embeddings && name == "lm_head.weight");
}

/// The folder's weight files in order, and, with an index, the tensors of each.
struct WeightFiles {
  std::vector<std::filesystem::path> paths;
  std::map<std::string, std::string> index;  ///< tensor → file name; empty for a single file
  std::filesystem::path index_path;
};

WeightFiles find_files(const std::filesystem::path& folder) {
  WeightFiles files;
  const std::filesystem::path single = folder / "model.safetensors";
  files.index_path = folder / "model.safetensors.index.json";
  if (std::filesystem::exists(single)) {
    files.paths = {single};
    return files;
  }
  if (!std::filesystem::exists(files.index_path)) {
    const bool pickled = std::filesystem::exists(folder / "pytorch_model.bin") ||
                         std::filesystem::exists(folder / "pytorch_model.bin.index.json");
    throw BadInput(cat(folder.string(), " has no model.safetensors and no model.safetensors.index.json: ",
                       pickled ? "its weights are PyTorch files (*.bin); convert them: docs/models.md"
                               : "it has no weights"));
  }
  const std::string where = files.index_path.string();
  const Json json = read_json_file(files.index_path);
  const Json* map = json.find("weight_map");
  if (!map || !map->is_object()) { throw BadInput(cat(where, ": field 'weight_map' must be an object")); }
  std::set<std::string> names;
  for (const auto& [tensor, file] : map->as_object()) {
    if (!file.is_string() || file.as_string().empty() || file.as_string().find('/') != std::string::npos) {
      throw BadInput(cat(where, ": tensor '", tensor, "' must name a file in the same folder"));
    }
    names.insert(file.as_string());
    files.index.emplace(tensor, file.as_string());
  }
  for (const std::string& name : names) {
    if (!std::filesystem::exists(folder / name)) {
      throw BadInput(cat(where, ": names ", name, ", which is missing"));
    }
    files.paths.push_back(folder / name);
  }
  return files;
}

at::ScalarType stored_type(const SafetensorsFile& file, const SafetensorsEntry& entry) {
  if (entry.dtype == "F32") { return at::kFloat; }
  if (entry.dtype == "BF16") { return at::kBFloat16; }
  if (entry.dtype == "F16") { return at::kHalf; }
  if (entry.dtype == "F64") { return at::kDouble; }
  throw BadInput(cat(file.path().string(), ": tensor '", entry.name, "' has dtype ", entry.dtype,
                     "; supported: F32, BF16, F16, F64"));
}

}  // namespace

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::vector<std::string> sizes;
  for (const std::int64_t size : shape) { sizes.push_back(cat(size)); }
  return cat("[", join(sizes, ", "), "]");
}

void copy_elements(const SafetensorsFile& file, const SafetensorsEntry& entry, std::int64_t begin,
                   const at::Tensor& target, const std::function<void()>& tick) {
  const at::ScalarType type = stored_type(file, entry);
  const std::int64_t unit = c10::elementSize(type), count = target.numel();
  const char* data = file.bytes(entry).data() + begin * unit;
  at::Tensor flat = target.view({count});
  const bool aligned = reinterpret_cast<std::uintptr_t>(data) % unit == 0;
  const auto options = at::TensorOptions().dtype(type);
  constexpr std::int64_t piece = tick_elements;
  at::Tensor buffer = at::empty({aligned ? 0 : std::min(piece, count)}, options);
  for (std::int64_t done = 0; done < count; done += piece) {
    const std::int64_t length = std::min(piece, count - done);
    const char* const from = data + done * unit;
    at::Tensor stored;
    if (aligned) {
      stored = at::from_blob(const_cast<char*>(from), {length}, options);
    } else {
      std::memcpy(buffer.data_ptr(), from, length * unit);
      stored = buffer.narrow(0, 0, length);
    }
    flat.narrow(0, done, length).copy_(stored);
    if (tick) { tick(); }
  }
}

void for_each_tensor(const std::filesystem::path& model_folder, const ModelConfig& config,
                     const std::vector<ParameterInfo>& layout, const OnTensor& on_tensor) {
  const WeightFiles files = find_files(model_folder);
  std::map<std::string, std::size_t, std::less<>> wanted;
  for (std::size_t i = 0; i < layout.size(); ++i) { wanted.emplace(layout[i].name, i); }
  std::set<std::string> seen;
  for (const std::filesystem::path& path : files.paths) {
    const SafetensorsFile file(path);
    for (const SafetensorsEntry& entry : file.entries()) {
      const auto found = wanted.find(entry.name);
      if (found == wanted.end()) {
        if (is_superfluous(entry.name, config)) { continue; }
        throw BadInput(cat(path.string(), ": tensor '", entry.name, "' is not a tensor of ",
                           config.architecture, " with this config.json"));
      }
      const ParameterInfo& info = layout[found->second];
      if (entry.shape != info.shape) {
        throw BadInput(cat(path.string(), ": tensor '", entry.name, "' has shape ", shape_text(entry.shape),
                           ", but by config.json it must be ", shape_text(info.shape)));
      }
      const auto listed = files.index.find(entry.name);
      if (!files.index.empty() && (listed == files.index.end() || listed->second != path.filename())) {
        throw BadInput(cat(path.string(), ": tensor '", entry.name, "' is not in the file that ",
                           files.index_path.string(), " names"));
      }
      on_tensor(file, entry, found->second);
      seen.insert(entry.name);
    }
  }
  for (const ParameterInfo& info : layout) {
    if (!seen.contains(info.name)) {
      throw BadInput(cat(files.index.empty() ? files.paths[0].string() : files.index_path.string(),
                         ": tensor '", info.name, "' is missing"));
    }
  }
}

}  // namespace srl::model
