// Parameters to a safetensors file and to a whole Hugging Face folder.
#include "model/files/export.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>

#include "base/beside.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "model/files/dtype.hpp"
#include "model/files/safetensors.hpp"
#include "model/parameters.hpp"

namespace srl::model {
namespace fs = std::filesystem;

void write_parameters(const Parameters& parameters, const fs::path& file, Dtype dtype,
                      const std::function<void()>& tick) {
  std::vector<SafetensorsEntry> entries;
  for (const ParameterInfo& info : parameters.layout()) {
    entries.push_back({info.name, std::string(safetensors_name(dtype)), info.shape});
  }
  SafetensorsWriter writer(file, std::move(entries));
  constexpr std::int64_t piece = std::int64_t{1} << 22;  // elements; pieces may cross tensors
  for (std::int64_t begin = 0; begin < parameters.elements(); begin += piece) {
    const std::int64_t length = std::min(piece, parameters.elements() - begin);
    const at::Tensor converted = parameters.flat().narrow(0, begin, length).to(scalar_type(dtype));
    writer.write(converted.const_data_ptr(), length * element_bytes(dtype));
    if (tick) { tick(); }
  }
  writer.finish();
}

void carry_over(const fs::path& source, const fs::path& target) {
  for (const std::string& name : carried_names()) {
    if (!fs::exists(source / name)) { continue; }
    write_file_atomically(target / name, read_file(source / name));  // a copy would keep the source's mode
  }
}

void export_model(const Parameters& parameters, const fs::path& source_folder, const fs::path& target_folder,
                  Dtype dtype, const std::function<void()>& tick) {
  const fs::path source_config = source_folder / "config.json";
  Json config = Json::parse(read_file(source_config), source_config.string());
  // transformers 5 writes "dtype", 4 wrote "torch_dtype"; both read the older name.
  config[config.find("dtype") ? "dtype" : "torch_dtype"] = config_name(dtype);
  // The config may be wrong about a saved head (read_config).
  if (!parameters.config().tied_embeddings && config.find("tie_word_embeddings") != nullptr) {
    config["tie_word_embeddings"] = false;
  }
  if (same_file(source_folder, target_folder)) {
    throw BadOption(
        cat(target_folder.string(), ": the output is the model that is read; name another folder"));
  }
  NewFolder folder(target_folder);
  carry_over(source_folder, folder.path());
  write_file_atomically(folder.path() / "config.json", config.dump(2) + "\n");
  write_parameters(parameters, folder.path() / "model.safetensors", dtype, tick);
  folder.finish();
}

}  // namespace srl::model
