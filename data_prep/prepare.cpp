#include "data_prep/prepare.hpp"

#include "base/checksum.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/version.hpp"
#include "config/shell.hpp"
#include "data_prep/chunk/benchmark_files.hpp"
#include "data_prep/chunk/scan.hpp"
#include "data_prep/select/row_status.hpp"
#include "data_prep/write/output_folder.hpp"
#include "data_prep/write/report.hpp"
#include "data_prep/write/shards.hpp"

namespace srl::data_prep {
namespace {

namespace fs = std::filesystem;

void check(const PrepareOptions& options) {
  std::vector<std::string> wrong;
  if (options.input.empty()) { wrong.emplace_back("--input FILES is missing"); }
  if (options.output.empty()) { wrong.emplace_back("--output DIR is missing"); }
  if (options.limits.need_tokenizer() && options.model.empty()) {
    wrong.emplace_back("limits in tokens need --model, a folder with a tokenizer");
  }
  if (options.chunk_bytes.value == 0 || options.chunk_bytes.value > (std::uint64_t{256} << 20)) {
    wrong.emplace_back("--shards.read_bytes is not between 1 and 256M");
  }
  if (options.longest_row.value == 0 || options.longest_row.value > (std::uint64_t{1} << 30)) {
    wrong.emplace_back("--limits.row_bytes is not between 1 and 1G");
  }
  if (options.shard_bytes.value == 0) { wrong.emplace_back("--shards.bytes is 0"); }
  if (!wrong.empty()) { throw BadOption(join(wrong, "\n")); }
}

/// The options that determine the shards. Excluded: paths, threads, the config file, and how much is read at
/// once.
Json shaping_options(const job::Context& context) {
  Json all = config::to_json(context.subcommand, context.visit), kept = Json::object();
  for (const auto& [name, value] : all.as_object()) {
    const bool other = name == "output" || name == "input" || name == "model" || name == "threads" ||
                       name == "config" || name == "comm.watchdog_seconds" || name == "seed" ||
                       name == "shards.read_bytes" || name == "contamination.against";
    if (!other) { kept[name] = value; }
  }
  return kept;
}

Json inputs_json(const std::vector<InputFile>& files) {
  Json inputs = Json::array();
  for (const InputFile& file : files) {
    inputs.push_back(Json::Object{{"file", file.name}, {"bytes", file.bytes}, {"xxh3_128", file.xxh3_128}});
  }
  return inputs;
}

/// An unfinished folder is resumed only when this key is the same: version, options, contents of all files,
/// and how the input is divided into chunks.
std::string key_of(const PrepareOptions& options, const job::Context& context,
                   const std::vector<InputFile>& files) {
  std::string key = cat(code_version(), "\n", shaping_options(context).dump(), "\n",
                        inputs_json(files).dump(), "\n", options.chunk_bytes.value, "\n");
  for (const std::string& file : options.contamination_against) { key += cat(file_checksum(file), "\n"); }
  if (options.limits.need_tokenizer()) { key += cat(fs::weakly_canonical(options.model).string(), "\n"); }
  if (options.preset != "auto" && fs::exists(options.preset)) { key += file_checksum(options.preset); }
  return key;
}

/// Rank 0 only. Refuses a folder of the user (claim_folder). Removes the manifest first, so that a killed run
/// never leaves a folder that looks finished. One of work/ and shards/ exists at every moment: they tell a
/// later run that the folder is ours. Returns whether the run resumes.
bool begin_output(const fs::path& folder, const std::string& key, const std::vector<InputFile>& files) {
  std::vector<fs::path> inputs;
  for (const InputFile& input : files) { inputs.push_back(input.path); }
  claim_folder(folder, {"report.md", "rejects.jsonl"}, inputs);
  const fs::path work = folder / "work", file = work / "key";
  if (fs::exists(folder / "manifest.json")) { fs::remove(folder / "manifest.json"); }
  if (fs::exists(file) && read_file(file) == key) { return true; }
  fs::remove_all(work);
  make_folders(work);
  fs::remove_all(folder / "shards");
  make_folders(folder / "shards");
  write_file_atomically(file, key);
  return false;
}

RowRules rules_of(const PrepareOptions& options, const text::Tokenizer* tokenizer) {
  RowRules rules;
  rules.reading = make_reading(options.preset, options.fields, options.splitter,
                               options.limits.marked_incorrect == Found::drop);
  rules.limits = options.limits;
  rules.tokenizer = tokenizer;
  rules.holdout_seed = options.holdout_seed;
  rules.compare_questions = options.holdout_questions != 0 || options.dedup_near != NearDuplicates::off;
  rules.contamination = text::Contamination(options.contamination_words);
  rules.drop_contaminated = options.contamination_found == Found::drop;
  if (!options.contamination_against.empty()) {
    add_files(rules.contamination, expand_inputs(options.contamination_against), rules.reading.presets);
  }
  return rules;
}

/// What helps when this share of the rows was rejected: a few bad rows may be left out, many mean that the
/// rows have another form, or that the file is not JSON.
std::string advice(double fraction, const Counts& counts, const fs::path& folder) {
  const std::string rejects = (folder / "rejects.jsonl").string();
  std::int64_t unreadable = 0;
  for (const char* reason : {"bad_json", "truncated_file", "damaged_file", "array_does_not_end"}) {
    if (const auto found = counts.rejected.find(reason); found != counts.rejected.end()) {
      unreadable += found->second;
    }
  }
  if (fraction > 0.2 && 2 * unreadable > counts.rejected_rows()) {
    return cat(
        "the file does not seem to be JSON in UTF-8: convert it to JSON lines, one object per line, or to "
        "CSV; every rejected row is in ",
        rejects);
  }
  if (fraction <= 0.2) {
    return cat("mend the rows that ", rejects, " names, or raise --max_reject_fraction to leave them out");
  }
  return cat(
      "the rows seem to have another form: name their fields with --fields.…, choose a --preset, or let "
      "srl_prep guess FILE look at them; every rejected row is in ",
      rejects);
}

/// The dropped rows by reason: "no_steps 3, single_step 1".
std::string reasons_text(const std::map<std::string, std::int64_t>& reasons) {
  std::vector<std::string> parts;
  for (const auto& [reason, rows] : reasons) { parts.push_back(cat(reason, " ", rows)); }
  return join(parts, ", ");
}

void check_rejects(const Counts& counts, const PrepareOptions& options, const Chunks& chunks,
                   const std::vector<InputFile>& files) {
  const double fraction = counts.read > 0 ? 1.0 * counts.rejected_rows() / counts.read : 0;
  const fs::path folder = options.output;
  if (fraction > options.max_reject_fraction) {
    throw BadInput(cat(counts.rejected_rows(), " of ", counted(counts.read, "row"),
                       " are not readable records (", fixed(100 * fraction, 1), "%, allowed ",
                       fixed(100 * options.max_reject_fraction, 1), "%); the first is ",
                       first_rejected(counts, chunks, files), "\n", advice(fraction, counts, folder)));
  }
  if (counts.kept == 0) {
    throw BadInput(cat("no solution was kept from ", counted(counts.read, "row"),
                       counts.dropped.empty() ? "" : " (", reasons_text(counts.dropped),
                       counts.dropped.empty() ? "" : ")", ": see ", (folder / "report.md").string()));
  }
}

void say_result(const Counts& counts, std::size_t shards, const fs::path& folder) {
  log_info(cat("kept ", counts.kept, " of ", counted(counts.read, "row"), ": ", counts.train,
               " for training, ", counts.validation, " for validation, ",
               counted(counts.instances, "instance"), "; ", counts.rejected_rows(), " rejected, ",
               counts.dropped_rows(), " dropped"));
  log_info(cat("made ", counted(shards, "shard"), " in ", folder.string(), "; read ",
               (folder / "report.md").string(), "; next: srl_train --data ", shell_quoted(folder.string()),
               " --model MODEL --run RUN"));
}

}  // namespace

int prepare(const PrepareOptions& options, job::Context& context) {
  check(options);
  const comm::Communicator& world = context.world;
  const fs::path folder = options.output, work = folder / "work";
  context.watchdog.phase("read");
  std::optional<text::Tokenizer> tokenizer;
  if (options.limits.need_tokenizer()) { tokenizer = text::Tokenizer::load(options.model); }
  const RowRules rules = rules_of(options, tokenizer ? &*tokenizer : nullptr);
  const std::vector<InputFile> files = describe_inputs(options.input, world);
  if (world.is_root() && begin_output(folder, key_of(options, context, files), files)) {
    log_info(cat("resuming from what an earlier run left in ", work.string()));
  }
  world.barrier();
  scan(files, rules, {options.chunk_bytes.value, options.longest_row.value}, work, world, context.watchdog);
  world.barrier();

  context.watchdog.phase("compare");
  const Chunks chunks = list_chunks(work, files.size());
  RowStatuses statuses(chunks, world);
  ReportFacts facts;
  if (options.dedup_exact == Found::drop) { drop_exact_duplicates(chunks, statuses, world); }
  if (options.dedup_near != NearDuplicates::off) {
    facts.near_duplicates = find_near_duplicates(chunks, statuses, options.dedup_near == NearDuplicates::drop,
                                                 world, context.watchdog);
  }
  hold_out(chunks, statuses, options.holdout_questions, world, context.watchdog);

  context.watchdog.phase("write");
  Counts counts;
  const auto plan = plan_shards(chunks, statuses, options.shard_solutions, options.shard_bytes.value, counts);
  if (world.is_root()) {
    write_rejects(folder / "rejects.jsonl", chunks, statuses, files);
    write_file_atomically(folder / "report.md", report_text(counts, facts, chunks, files));
  }
  check_rejects(counts, options, chunks, files);
  check_hold_out(options.holdout_questions, counts.train, counts.validation);
  trajectory::Manifest manifest;
  manifest.shards = write_shards(folder, plan, chunks, statuses, files, world, context.watchdog,
                                 {.compression = options.shard_compression}, facts.length_bins);
  manifest.counts = counts_json(counts);
  manifest.inputs = inputs_json(files);
  manifest.options = shaping_options(context);
  manifest.code_version = code_version();
  if (world.is_root()) {
    write_file_atomically(folder / "report.md", report_text(counts, facts, chunks, files));
    trajectory::write_manifest(folder, manifest);
    fs::remove_all(work);
  }
  world.barrier();
  say_result(counts, manifest.shards.size(), folder);
  return 0;
}

}  // namespace srl::data_prep
