#include "evaluation/model_content.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "text/tokenizer.hpp"

namespace srl::evaluation {
namespace {

namespace fs = std::filesystem;
using Checksums = std::map<std::string, std::string>;

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// Nothing where there is no such regular file; links are followed.
std::optional<FileStamp> stamp_of(const fs::path& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) { return {}; }
  return FileStamp{static_cast<std::int64_t>(info.st_size), static_cast<std::int64_t>(info.st_ino),
                   nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)};
}

bool shapes_texts(const std::string& name) {
  const std::vector<std::string> tokenizer = text::Tokenizer::file_names();
  return name.ends_with(".safetensors") || name.ends_with(".safetensors.index.json") ||
         name == "config.json" || name == "generation_config.json" ||
         std::find(tokenizer.begin(), tokenizer.end(), name) != tokenizer.end();
}

Json line_of(const FileStamp& stamp, const std::string& checksum) {
  Json line = Json::object();
  line["size"] = stamp.size;
  line["modified"] = stamp.modified;
  line["changed"] = stamp.changed;
  line["inode"] = stamp.inode;
  line["checksum"] = checksum;
  return line;
}

bool is_of(const Json& line, const FileStamp& stamp) {
  const auto is = [&](const char* key, std::int64_t value) {
    const Json* found = line.find(key);
    return found != nullptr && found->is_integer() && found->as_integer() == value;
  };
  const Json* checksum = line.find("checksum");
  return checksum != nullptr && checksum->is_string() && is("size", stamp.size) &&
         is("modified", stamp.modified) && is("changed", stamp.changed) && is("inode", stamp.inode);
}

std::int64_t latest(const FileStamp& stamp) {
  return std::max(stamp.modified, stamp.changed);
}

/// A file of kept checksums, by the path of the file that they are of.
struct Cache {
  fs::path file;
  Json lines = Json::object();
  std::int64_t written = 0;  ///< nanoseconds

  explicit Cache(const fs::path& folder) : file(folder / kept_checksums_name) {
    const auto stamp = stamp_of(file);
    if (!stamp) { return; }
    try {
      lines = Json::parse(read_file(file), file.string());
      written = stamp->modified;
    } catch (const Error&) { lines = Json::object(); }  // unreadable: as if there were none
  }
  std::optional<std::string> find(const fs::path& path, const FileStamp& stamp) const {
    const Json* line = lines.find(path.string());
    if (line == nullptr || !is_of(*line, stamp) || latest(stamp) >= written) { return {}; }
    return line->at("checksum").as_string();
  }
  /// Writes the file as it is. Its new time is later than every change made before.
  bool touch() {
    try {
      write_file_atomically(file, lines.dump(1) + "\n");
      written = stamp_of(file).value_or(FileStamp{}).modified;
      return true;
    } catch (const EnvironmentError&) { return false; }
  }
};

}  // namespace

ModelContent::ModelContent(fs::path folder) : folder_(std::move(folder)), at_first_(stamps()) {}

std::map<std::string, FileStamp> ModelContent::stamps() const {
  std::map<std::string, FileStamp> found;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder_, missing)) {
    const std::string name = entry.path().filename().string();
    if (!shapes_texts(name)) { continue; }
    if (const auto stamp = stamp_of(entry.path())) { found[name] = *stamp; }
  }
  return found;
}

std::string ModelContent::checksum(const fs::path& other_folder, const std::function<void()>& tick) const {
  const fs::path folder = fs::weakly_canonical(folder_);
  Cache own(folder), other(other_folder);
  Checksums known;
  for (const auto& [name, stamp] : at_first_) {
    for (const Cache* cache : {&own, &other}) {
      if (const auto kept = cache->find(folder / name, stamp)) { known[name] = *kept; }
    }
  }
  if (known.size() < at_first_.size()) {
    // The cache is written before the files are read. A file that is not older than this could change again
    // without a later time, so its checksum is not kept.
    Cache* cache = own.touch() ? &own : other.touch() ? &other : nullptr;
    for (const auto& [name, stamp] : at_first_) {
      if (known.contains(name)) { continue; }
      known[name] = file_checksum((folder / name).string(), tick);
      if (cache != nullptr && latest(stamp) < cache->written) {
        cache->lines[(folder / name).string()] = line_of(stamp, known[name]);
      }
    }
    if (stamps() == at_first_ && cache != nullptr) { cache->touch(); }
  }
  check_unchanged();
  std::string all;
  for (const auto& [name, checksum] : known) { all += cat(name, " ", checksum, "\n"); }
  return xxh3_128_hex(all);
}

void ModelContent::check_unchanged() const {
  if (stamps() != at_first_) {
    throw EnvironmentError(
        cat(folder_.string(),
            ": files of the model changed while it was loaded; run srl_eval again when they "
            "are complete"));
  }
}

std::uint64_t parameters_in(const fs::path& model) {
  std::error_code error;
  std::uint64_t weights = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(model, error)) {
    if (entry.path().extension() == ".safetensors") { weights += entry.file_size(error); }
  }
  const fs::path config = model / "config.json";
  if (weights == 0 || !fs::exists(config, error)) { return 0; }
  const Json values = Json::parse(read_file(config), config.string());
  const Json* dtype = values.find("dtype") != nullptr ? values.find("dtype") : values.find("torch_dtype");
  const std::uint64_t width =
      dtype != nullptr && dtype->is_string() && dtype->as_string() == "float32" ? 4 : 2;
  return weights / width;
}

}  // namespace srl::evaluation
