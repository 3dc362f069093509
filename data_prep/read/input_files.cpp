#include "data_prep/read/input_files.hpp"

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/checksum.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/foreign_file.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "data_prep/read/csv_source.hpp"
#include "data_prep/read/file_kind.hpp"

namespace srl::data_prep {
namespace {

namespace fs = std::filesystem;
constexpr std::array<std::string_view, 8> endings{".jsonl",   ".ndjson", ".json", ".traj",
                                                  ".parquet", ".csv",    ".tsv",  ".txt"};
constexpr std::array<std::string_view, 4> packings{".gz", ".zst", ".zstd", ".gzip"};

std::string without_packing(std::string name) {
  for (const std::string_view packed : packings) {
    if (name.ends_with(packed) && name.size() > packed.size()) {
      return name.substr(0, name.size() - packed.size());
    }
  }
  return name;
}

bool is_usual(const fs::path& file) {
  const std::string name = without_packing(file.filename().string());
  return std::any_of(endings.begin(), endings.end() - 1,
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

std::vector<fs::path> in_folder(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && is_usual(entry.path())) { files.push_back(entry.path()); }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    throw BadInput(
        cat(folder.string(),
            ": no file ends in .jsonl, .ndjson, .json, .traj, .parquet, .csv or .tsv, compressed or not"));
  }
  return files;
}

std::vector<fs::path> matching(const std::string& pattern) {
  glob_t found{};
  const int code = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<fs::path> files;
  for (std::size_t i = 0; code == 0 && i < found.gl_pathc; ++i) { files.emplace_back(found.gl_pathv[i]); }
  ::globfree(&found);
  if (files.empty()) {
    const std::string advice = advice_for_missing(pattern, "docs/public-data.md", "");
    throw BadInput(cat(pattern, ": no such file", advice.empty() ? "" : "; ", advice));
  }
  return files;
}

std::string source_of(const std::string& name) {
  std::string stem = without_packing(name);
  for (const std::string_view ending : endings) {
    if (stem.ends_with(ending) && stem.size() > ending.size()) {
      return stem.substr(0, stem.size() - ending.size());
    }
  }
  return stem;
}

}  // namespace

InputFile described(const fs::path& path) {
  InputFile file;
  file.path = path;
  file.name = path.filename().string();
  file.source = source_of(file.name);
  file.bytes = fs::file_size(path);
  file.packing = packing_of(path);
  std::string start(std::size_t{1} << 16, '\0');
  const auto source = open_source(path, file.packing);
  std::size_t held = 0;
  while (held < start.size()) {
    const std::size_t got = source->read(start.data() + held, start.size() - held);
    if (got == 0) { break; }
    held += got;
  }
  start.resize(held);
  if (const std::string kind = foreign_kind(start); !kind.empty()) {
    throw BadInput(cat(path.string(), " is ", kind));
  }
  file.separator = separator_of(without_packing(file.name), start);
  file.form = file.separator != '\0' ? Form::lines : form_of(without_packing(file.name), start);
  return file;
}

RowReader row_reader(const InputFile& file, std::size_t longest, std::uint64_t begin, std::uint64_t end) {
  std::unique_ptr<ByteSource> source = open_source(file.path, file.packing, begin > 0 ? begin - 1 : 0);
  if (file.separator != '\0') { source = csv_source(std::move(source), file.separator, longest); }
  return RowReader(std::move(source), file.form, begin, end, longest);
}

std::vector<fs::path> expand_inputs(const std::vector<std::string>& words) {
  std::vector<fs::path> files, again;
  std::set<std::pair<dev_t, ino_t>> seen;  // links to one file are one file
  for (const std::string& word : words) {
    std::vector<fs::path> some{word};
    if (!fs::exists(word)) { some = matching(word); }
    for (const fs::path& path : some) {
      for (const fs::path& file : fs::is_directory(path) ? in_folder(path) : std::vector<fs::path>{path}) {
        struct stat info{};
        const bool known = ::stat(file.c_str(), &info) == 0;
        (!known || seen.emplace(info.st_dev, info.st_ino).second ? files : again).push_back(file);
      }
    }
  }
  if (!again.empty()) {
    log_info(
        cat(again.front().string(),
            again.size() == 1 ? std::string() : cat(" and ", counted(std::ssize(again) - 1, "other file")),
            again.size() == 1 ? " is" : " are", " given more than once and read once"));
  }
  return files;
}

std::vector<InputFile> describe_inputs(const std::vector<std::string>& words,
                                       const comm::Communicator& world) {
  std::vector<std::string> paths;
  if (world.is_root()) {
    for (const fs::path& path : expand_inputs(words)) { paths.push_back(path.string()); }
  }
  std::vector<InputFile> files;
  for (const std::string& path : split(world.broadcast(join(paths, "\n"), 0), '\n')) {
    files.push_back(described(path));
  }
  std::string mine;
  for (std::size_t f = world.rank(); f < files.size(); f += world.size()) {
    mine += cat(f, " ", file_checksum(files[f].path.string()), "\n");
  }
  for (const std::string& lines : world.all_gather(mine)) {
    for (const std::string& line : split(lines, '\n')) {
      if (line.empty()) { continue; }
      const std::size_t space = line.find(' ');
      files[std::stoul(line.substr(0, space))].xxh3_128 = line.substr(space + 1);
    }
  }
  return files;
}

}  // namespace srl::data_prep
