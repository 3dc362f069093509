#include "data_prep/prepare.hpp"

#include <algorithm>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/version.hpp"
#include "data_prep/holdout.hpp"
#include "data_prep/outcome.hpp"
#include "data_prep/rows.hpp"
#include "job/progress.hpp"
#include "trajectory/shard.hpp"

namespace srl::data_prep {
namespace {

namespace fs = std::filesystem;

void check(const PrepareOptions& options) {
  std::vector<std::string> wrong;
  if (options.input.empty()) wrong.emplace_back("--input FILES is missing");
  if (options.output.empty()) wrong.emplace_back("--output DIR is missing");
  if (!options.contamination_against.empty()) wrong.emplace_back("contamination.against is not supported yet");
  if (!wrong.empty()) throw BadOption(join(wrong, "\n"));
}

/// Every `size`-th row of every file, from `rank` on.
std::vector<Outcome> my_rows(const PrepareOptions& options, const Reading& reading, job::Context& context, std::vector<InputFile>& files) {
  std::vector<Outcome> outcomes;
  const std::size_t size = static_cast<std::size_t>(context.world.size()), rank = static_cast<std::size_t>(context.world.rank());
  for (std::size_t f = 0; f < options.input.size(); ++f) {
    const fs::path path = options.input[f];
    if (!fs::is_regular_file(path)) throw BadInput(cat(path.string(), ": no such file"));
    const std::string name = path.filename().string(), source = path.stem().string();
    const MappedFile mapped(path);
    files.push_back({name, mapped.bytes().size(), xxh3_128_hex(mapped.bytes())});
    const std::vector<RowText> rows = split_rows(mapped.bytes(), name);
    job::Progress progress(cat("read ", name), "rows", static_cast<double>(rows.size()), context.world.is_root());
    for (std::size_t i = rank; i < rows.size(); i += size) {
      Outcome outcome;
      outcome.file = static_cast<std::int64_t>(f);
      outcome.line = rows[i].line;
      outcome.offset = rows[i].offset;
      const std::string fallback_id = cat(source, ":", rows[i].line);
      try {
        outcome.result = read_solution(Json::parse(rows[i].text, cat(name, " line ", rows[i].line)), reading, source);
      } catch (const BadInput&) {
        outcome.result.kind = RowResult::Kind::rejected;
        outcome.result.reason = "bad_json";
      }
      if (outcome.result.id.empty()) outcome.result.id = outcome.result.solution.id = fallback_id;
      outcomes.push_back(std::move(outcome));
      if (i % 256 < size) {
        progress.update(static_cast<double>(i));
        context.watchdog.progress();
      }
    }
  }
  return outcomes;
}

std::vector<Outcome> everyones_rows(const std::vector<Outcome>& mine, const comm::Communicator& world) {
  std::vector<Outcome> all;
  for (const std::string& lines : world.all_gather(outcomes_to_lines(mine))) {
    for (Outcome& outcome : outcomes_from_lines(lines)) all.push_back(std::move(outcome));
  }
  std::sort(all.begin(), all.end(), [](const Outcome& a, const Outcome& b) { return std::tie(a.file, a.offset) < std::tie(b.file, b.offset); });
  return all;
}

/// Shard s is written by rank s mod ranks; returns what the manifest says of all of them.
std::vector<trajectory::ShardInfo> write_shards(const PrepareOptions& options, const std::vector<Outcome>& outcomes, const comm::Communicator& world) {
  std::vector<trajectory::Solution> kept;
  for (const Outcome& outcome : outcomes) {
    if (outcome.result.kind == RowResult::Kind::kept) kept.push_back(outcome.result.solution);
  }
  const std::size_t per_shard = static_cast<std::size_t>(options.shard_solutions);
  std::string mine;
  for (std::size_t begin = 0, s = 0; begin < kept.size(); begin += per_shard, ++s) {
    if (s % static_cast<std::size_t>(world.size()) != static_cast<std::size_t>(world.rank())) continue;
    const auto first = kept.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::vector<trajectory::Solution> part(first, first + static_cast<std::ptrdiff_t>(std::min(per_shard, kept.size() - begin)));
    const std::string name = cat("shards/shard_", zero_padded(static_cast<long long>(s), 5), ".h5");
    const fs::path file = fs::path(options.output) / name;
    trajectory::write_shard(file, part);
    std::size_t steps = 0;
    for (const auto& solution : part) steps += solution.steps.size();
    mine += cat(name, "\t", fs::file_size(file), "\t", file_checksum(file.string()), "\t", part.size(), "\t", steps, "\n");
  }
  std::vector<trajectory::ShardInfo> shards;
  for (const std::string& lines : world.all_gather(mine)) {
    for (const std::string& line : split(lines, '\n')) {
      if (line.empty()) continue;
      const auto f = split(line, '\t');
      shards.push_back({f[0], std::stoull(f[1]), f[2], std::stoull(f[3]), std::stoull(f[4])});
    }
  }
  std::sort(shards.begin(), shards.end(), [](const auto& a, const auto& b) { return a.file < b.file; });
  return shards;
}

/// The manifest goes first, so that a run that is killed leaves no folder that looks finished.
void clear_output(const fs::path& folder) {
  std::error_code ignored;
  fs::remove(folder / "manifest.json", ignored);
  fs::remove_all(folder / "shards", ignored);
  make_folders(folder / "shards");
}

Json shaping_options(const job::Context& context) {
  Json all = config::to_json(context.subcommand, context.visit), kept = Json::object();
  // Nothing that may differ between equal preparations: places, threads, the file that options came from.
  for (const auto& [name, value] : all.as_object()) {
    if (name != "output" && name != "input" && name != "threads" && name != "config" && name != "comm.watchdog_seconds" && name != "seed") kept[name] = value;
  }
  return kept;
}

}  // namespace

void PrepareOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("input", input, "files of expert solutions: JSONL or JSON arrays");
  v.option("output", output, "folder for shards/, manifest.json, report.md and rejects.jsonl");
  v.option("preset", preset, "kind of data set: auto (by each row's fields), a built-in name or a JSON file of your own");
  v.option("splitter", splitter, "how a solution becomes steps; auto = what the preset lists, tried in turn",
           config::Choices{{"auto", "numbered", "lines", "paragraphs", "sentences", "array", "agent", "whole"}});
  v.option("max_reject_fraction", max_reject_fraction, "the job fails when more of the rows are no readable records", config::Range<double>{0, 1});
  fields.visit(v);
  v.section("holdout");
  v.option("questions", holdout_questions, "groups of near-duplicate questions held out for validation", config::at_least(0));
  v.option("seed", holdout_seed, "of the hash that chooses them", config::at_least(0));
  v.section("limits");
  v.option("marked_incorrect", marked_incorrect, "solutions whose answer the data marks wrong", config::Choices{{"drop", "keep"}});
  v.section("dedup");
  v.option("exact", dedup_exact, "rows with the same question and solution as an earlier one", config::Choices{{"drop", "keep"}});
  v.section("contamination");
  v.option("against", contamination_against, "benchmark files whose questions must not occur (not supported yet)");
  v.section("shards");
  v.option("solutions", shard_solutions, "solutions a shard at most", config::at_least(1));
}

int prepare(const PrepareOptions& options, job::Context& context) {
  check(options);
  const bool root = context.world.is_root();
  context.watchdog.phase("read");
  std::vector<InputFile> files;
  const Reading reading = make_reading(options.preset, options.fields, options.splitter, options.marked_incorrect == "drop");
  std::vector<Outcome> outcomes = everyones_rows(my_rows(options, reading, context, files), context.world);
  if (options.dedup_exact == "drop") drop_exact_duplicates(outcomes);
  hold_out(outcomes, options.holdout_questions, static_cast<std::uint64_t>(options.holdout_seed));
  const Counts counts = count(outcomes);
  context.watchdog.phase("write");
  const fs::path folder = options.output;
  if (root) clear_output(folder);
  context.world.barrier();
  if (root) {
    write_file_atomically(folder / "rejects.jsonl", reject_lines(outcomes, files));
    write_file_atomically(folder / "report.md", report_text(outcomes, counts, files));
  }
  const double fraction = counts.read > 0 ? static_cast<double>(counts.rejected_rows()) / static_cast<double>(counts.read) : 0;
  if (fraction > options.max_reject_fraction) {
    throw BadInput(cat(counts.rejected_rows(), " of ", counts.read, " rows are no readable records (", fixed(100 * fraction, 1), "%, allowed ",
                       fixed(100 * options.max_reject_fraction, 1), "%): see ", (folder / "rejects.jsonl").string(), " or raise --max_reject_fraction"));
  }
  if (counts.kept == 0) throw BadInput(cat("no solution kept of ", counts.read, " rows: see ", (folder / "report.md").string()));
  trajectory::Manifest manifest;
  manifest.shards = write_shards(options, outcomes, context.world);
  manifest.counts = counts_json(counts);
  manifest.inputs = Json::array();
  for (const InputFile& file : files) {
    Json entry = Json::object();
    entry["file"] = file.file;
    entry["bytes"] = file.bytes;
    entry["xxh3_128"] = file.xxh3_128;
    manifest.inputs.push_back(std::move(entry));
  }
  manifest.options = shaping_options(context);
  manifest.code_version = code_version();
  if (root) trajectory::write_manifest(folder, manifest);
  context.world.barrier();
  log_info(cat("kept ", counts.kept, " of ", counts.read, " rows: ", counts.train, " for training, ", counts.validation, " for validation, ", counts.instances,
               " instances; ", counts.rejected_rows(), " rejected, ", counts.read - counts.kept - counts.rejected_rows(), " dropped"));
  log_info(cat("made ", manifest.shards.size(), " shards in ", folder.string(), "; read ", (folder / "report.md").string(), "; next: srl_train --data ",
               folder.string(), " --model MODEL --run RUN"));
  return 0;
}

}  // namespace srl::data_prep
