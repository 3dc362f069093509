// Parameters to a safetensors file and to a whole Hugging Face folder.
#include "model/files/export.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "model/files/dtype.hpp"
#include "model/files/safetensors.hpp"
#include "model/parameters.hpp"
#include "text/tokenizer.hpp"

namespace srl::model {
namespace fs = std::filesystem;

void write_parameters(const Parameters& parameters, const fs::path& file, Dtype dtype) {
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
  }
  writer.finish();
}

NewFolder::NewFolder(const fs::path& target) : target_(fs::absolute(target).lexically_normal()) {
  if (target_.filename().empty()) { target_ = target_.parent_path(); }
  partial_ = target_.string() + ".partial";
  std::error_code failure;
  fs::remove_all(partial_, failure);
  make_folders(partial_);
}

NewFolder::~NewFolder() {
  std::error_code ignored;
  if (!done_) { fs::remove_all(partial_, ignored); }
}

void NewFolder::finish() {
  for (const auto& entry : fs::directory_iterator(partial_)) { fsync_file(entry.path()); }
  fsync_folder(partial_);
  const fs::path old = target_.string() + ".old";
  try {
    fs::remove_all(old);
    if (fs::exists(target_)) { fs::rename(target_, old); }
    fs::rename(partial_, target_);
  } catch (const fs::filesystem_error& failure) {
    throw EnvironmentError(cat("cannot rename the new folder to its final name: ", failure.what()));
  }
  done_ = true;
  fsync_folder(target_.parent_path());
  std::error_code ignored;
  fs::remove_all(old, ignored);
}

void carry_over(const fs::path& source, const fs::path& target) {
  std::vector<std::string> names = text::Tokenizer::file_names();
  for (const char* extra : {"generation_config.json", "chat_template.jinja", "chat_template.json",
                            "special_tokens_map.json", "added_tokens.json", "tokenizer_config.json"}) {
    names.emplace_back(extra);
  }
  for (const std::string& name : std::set<std::string>(names.begin(), names.end())) {
    if (!fs::exists(source / name)) { continue; }
    std::error_code failure;
    fs::copy_file(source / name, target / name, fs::copy_options::overwrite_existing, failure);
    if (failure) {
      throw EnvironmentError(
          cat("cannot copy ", (source / name).string(), " to ", target.string(), ": ", failure.message()));
    }
  }
}

void export_model(const Parameters& parameters, const fs::path& source_folder, const fs::path& target_folder,
                  Dtype dtype) {
  const fs::path source_config = source_folder / "config.json";
  Json config = Json::parse(read_file(source_config), source_config.string());
  // transformers 5 writes "dtype", 4 wrote "torch_dtype"; both read the older name.
  config[config.find("dtype") ? "dtype" : "torch_dtype"] = config_name(dtype);
  NewFolder folder(target_folder);
  carry_over(source_folder, folder.path());
  write_file_atomically(folder.path() / "config.json", config.dump(2) + "\n");
  write_parameters(parameters, folder.path() / "model.safetensors", dtype);
  folder.finish();
}

}  // namespace srl::model
