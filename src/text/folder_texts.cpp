#include "text/folder_texts.hpp"

#include <utility>

#include "base/blob.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/foreign_file.hpp"
#include "base/strings.hpp"
#include "text/tokenizer.hpp"

namespace srl::text {
namespace {

constexpr std::uint64_t blob_mark = 0x7374786554726c46;

}  // namespace

FolderTexts::FolderTexts(std::filesystem::path folder, const std::string& packed)
    : folder_(std::move(folder)), packed_(std::in_place) {
  BlobReader blob(packed, blob_mark, folder_.string());
  while (!blob.at_end()) {
    std::string name = blob.text();
    packed_->emplace(std::move(name), blob.text());
  }
}

std::string FolderTexts::packed(const std::filesystem::path& folder, const std::string& other) {
  std::vector<std::string> names = Tokenizer::file_names();
  names.insert(names.end(), {"config.json", "generation_config.json"});
  BlobWriter blob(blob_mark);
  for (const std::string& name : names) {
    if (!std::filesystem::exists(folder / name)) { continue; }
    blob.text(name);
    blob.text(read_file(folder / name));
  }
  if (!other.empty()) {
    blob.text(other);
    blob.text(read_file(other));
  }
  return blob.take();
}

bool FolderTexts::has(const std::string& name) const {
  return packed_ ? packed_->contains(name) : std::filesystem::exists(folder_ / name);
}

std::string FolderTexts::text(const std::string& name) const {
  if (!packed_) { return read_file(folder_ / name); }
  const auto found = packed_->find(name);
  if (found == packed_->end()) { throw EnvironmentError(cat((folder_ / name).string(), " does not exist")); }
  return found->second;
}

Json FolderTexts::json(const std::string& name) const {
  return parse_json_file(text(name), folder_ / name);
}

std::string FolderTexts::other(const std::string& file) const {
  return packed_ ? packed_->at(file) : read_file(file);
}

}  // namespace srl::text
