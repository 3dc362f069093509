#include "model/files/saved_head.hpp"

#include <functional>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/foreign_file.hpp"
#include "model/files/safetensors.hpp"

namespace srl::model {
namespace {

namespace fs = std::filesystem;

// The file with the tensor: the only one, or the one that the index names.
std::optional<fs::path> file_with(const fs::path& folder, const std::string& tensor) {
  if (const fs::path single = folder / "model.safetensors"; fs::exists(single)) { return single; }
  const fs::path index = folder / "model.safetensors.index.json";
  if (!fs::exists(index)) { return std::nullopt; }
  const Json json = read_json_file(index);
  const Json* map = json.find("weight_map");
  const Json* name = map != nullptr && map->is_object() ? map->find(tensor) : nullptr;
  if (name == nullptr || !name->is_string() || !fs::exists(folder / name->as_string())) {
    return std::nullopt;
  }
  return folder / name->as_string();
}

bool same_bytes(std::string_view a, std::string_view b, const std::function<void()>& tick) {
  constexpr std::size_t piece = std::size_t{16} << 20;
  for (std::size_t at = 0; at < a.size(); at += piece) {
    if (a.substr(at, piece) != b.substr(at, piece)) { return false; }
    if (tick) { tick(); }
  }
  return a.size() == b.size();
}

}  // namespace

bool saved_head_differs(const fs::path& model_folder, const std::function<void()>& tick) {
  constexpr const char *head_name = "lm_head.weight", *embedding_name = "model.embed_tokens.weight";
  try {
    const std::optional<fs::path> head_path = file_with(model_folder, head_name),
                                  embedding_path = file_with(model_folder, embedding_name);
    if (!head_path || !embedding_path) { return false; }
    const SafetensorsFile head_file(*head_path), embedding_file(*embedding_path);
    const SafetensorsEntry *head = head_file.find(head_name),
                           *embedding = embedding_file.find(embedding_name);
    if (head == nullptr || embedding == nullptr || head->shape != embedding->shape) { return false; }
    return head->dtype != embedding->dtype ||
           !same_bytes(head_file.bytes(*head), embedding_file.bytes(*embedding), tick);
  } catch (const BadInput&) { return false; }
}

}  // namespace srl::model
