#include "jobs/generate/source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/checksum.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/foreign_file.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"

namespace srl::generate_job {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view how_to_go_on = "; to keep it, give another --output";

/// One checksum of the files that make the model: configuration, tokenizer, templates and weights.
std::string model_checksum(const fs::path& folder) {
  static constexpr std::array<std::string_view, 3> kinds{".json", ".jinja", ".safetensors"};
  need_model_folder(folder);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string kind = entry.path().extension().string();
    if (entry.is_regular_file() && std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  Checksum all;
  for (const fs::path& file : files) {
    all.add(cat(file.filename().string(), "\n", file_checksum(file.string()), "\n"));
  }
  return all.hex();
}

std::string line_checksum(const std::string& line) {
  return xxh3_128_hex(line).substr(16);
}

bool is_a_file(const std::string& output) {
  std::error_code none;
  return !output.empty() && fs::is_regular_file(output, none);
}

/// "seed: 1 -> 2" for every fact that differs. The path of the model does not count, only its files.
std::vector<std::string> differences(const Json& before, const Json& now) {
  std::vector<std::string> found;
  if (before.at("model_checksum") != now.at("model_checksum")) {
    const std::string &old_model = before.at("model").as_string(), &new_model = now.at("model").as_string();
    found.push_back(cat("model: ", old_model, " -> ", new_model,
                        old_model == new_model ? " (its files have changed)" : ""));
  }
  const Json& options = before.at("options");
  for (const auto& [name, value] : options.as_object()) {
    if (now.at("options").find(name) == nullptr) {
      found.push_back(cat(name, ": ", value.dump(), " -> absent"));
    }
  }
  for (const auto& [name, value] : now.at("options").as_object()) {
    const Json* old_value = options.find(name);
    if (old_value != nullptr && *old_value == value) { continue; }
    found.push_back(
        cat(name, ": ", old_value == nullptr ? "absent" : old_value->dump(), " -> ", value.dump()));
  }
  return found;
}

}  // namespace

Json facts_of(const jobs::GenerateOptions& options, const jobs::Place& place, const job::Context& context) {
  Json facts = Json::object();
  facts["model"] = options.model;
  facts["model_checksum"] = model_checksum(options.model);
  Json chosen = Json::object();
  const Json all = config::to_json(context.subcommand, context.visit);
  for (const auto& [name, value] : all.as_object()) {
    if (name == "seed" || name == "completions" || name == "instance.chat_template" ||
        name.starts_with("sampling.")) {
      chosen[name] = value;
    }
  }
  if (fs::is_regular_file(options.chat_template)) {
    chosen["instance.chat_template"] = file_checksum(options.chat_template);
  }
  if (place.device.kind != device::Kind::cpu) {
    chosen["device"] = word(device::DeviceChoice::cuda);
    chosen["dtype"] = word(place.dtype);
  }
  facts["options"] = std::move(chosen);
  return facts;
}

Source::Source(const std::string& output, const Json& facts)
    : file_(output + ".source"), output_(output), head_(facts.dump()) {
  if (!is_a_file(output)) { return; }
  out_.open(file_, std::ios::binary | std::ios::trunc);
  out_ << head_ << '\n';
  check_written(out_.flush());
}

Source::Source(const std::string& output, const Json& facts, std::int64_t done)
    : file_(output + ".source"), output_(output), head_(facts.dump()) {
  if (!fs::exists(file_)) {
    throw BadInput(cat("--resume: ", output, " has ", counted(done, "completion"), ", but ", file_.string(),
                       " is missing, which says what they were made from", how_to_go_on));
  }
  std::vector<std::string> lines = split(read_file(file_), '\n');
  if (std::ssize(lines) < done + 2) {  // after the last line break split() gives an empty text
    throw BadInput(cat("--resume: ", file_.string(), " ends before ", output, how_to_go_on));
  }
  const std::vector<std::string> changed = differences(Json::parse(lines.front(), file_.string()), facts);
  if (!changed.empty()) {
    throw BadOption(cat("--resume: ", output, " was made with other options: ", join(changed, "; "),
                        "; give the same ones, or another --output"));
  }
  head_ = lines.front();
  answered_.assign(lines.begin() + 1, lines.begin() + 1 + done);
}

void Source::check_line(std::int64_t index, const JsonLine& line) const {
  if (answered_.at(static_cast<std::size_t>(index)) == line_checksum(line.text)) { return; }
  throw BadInput(cat("--resume: line ", line.number, " of the input is not the one that ", output_,
                     " answers: the input was changed", how_to_go_on));
}

void Source::resume() {
  std::string text = head_ + "\n";
  for (const std::string& line : answered_) { text += line + "\n"; }
  answered_.clear();
  write_file_atomically(file_, text);
  out_.open(file_, std::ios::binary | std::ios::app);
  check_written(out_);
}

void Source::check_written(const std::ostream& out) const {
  if (!out) { throw EnvironmentError(cat("cannot write ", file_.string(), ": ", reason_of(errno))); }
}

void Source::write(const std::vector<JsonLine>& lines) {
  if (!out_.is_open()) { return; }
  for (const JsonLine& line : lines) { out_ << line_checksum(line.text) << '\n'; }
  check_written(out_.flush());
}

}  // namespace srl::generate_job
