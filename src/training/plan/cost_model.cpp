#include "training/plan/cost_model.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/counted.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

constexpr std::string_view of_update = "update: ";

/// Tokens of the rank that has most of them.
struct RankTokens {
  double sampled = 0, trained = 0;
};

RankTokens tokens_of_rank(const Options& options, const PlanSizes& sizes) {
  const bool likelihood = options.supervised();
  const auto prompts = static_cast<double>(options.training.prompts_per_update);
  const double per_prompt = likelihood ? 1 : static_cast<double>(options.training.group_size);
  const double length = static_cast<double>(
      options.plan.completion_tokens > 0 ? options.plan.completion_tokens : options.sampling.max_new_tokens);
  const double completions = std::ceil(prompts * per_prompt / static_cast<double>(sizes.ranks));
  const double stored = std::ceil(completions / per_prompt);  // a pack holds the prompt of a group once
  return {.sampled = likelihood || !options.training.replay.empty() ? 0 : completions * length,
          .trained = stored * sizes.mean_prompt + completions * length};
}

/// How often gradients are reduced in one update.
double reductions(const Options& options, const RankTokens& tokens) {
  const auto minibatches = static_cast<double>(options.objective.minibatches);
  if (options.training.zero_stage != 2) { return minibatches; }
  return std::max(minibatches,
                  std::ceil(tokens.trained / static_cast<double>(options.training.max_tokens_per_pack)));
}

/// A line of the table; the name on the left, the rest on the right of its column.
std::string line(const std::string& name, const std::string& files, const std::string& disk,
                 const std::string& sent, const std::string& seconds) {
  const auto pad = [](std::size_t width, const std::string& cell) {
    return std::string(width - std::min(width, cell.size()), ' ');
  };
  return cat(name, pad(30, name), pad(9, files), files, pad(12, disk), disk, pad(15, sent), sent,
             pad(11, seconds), seconds, "\n");
}

double file_seconds(const PhaseCost& phase, const PlanOptions& rates, double disk_rate) {
  return phase.disk / disk_rate + phase.files / rates.files_per_second;
}

}  // namespace

std::vector<PhaseCost> phase_costs(const Options& options, const PlanOptions& rates,
                                   const model::ModelConfig& config, const PlanSizes& sizes,
                                   const StartFiles& start) {
  const double parameters = parameter_count(config);
  const double ranks = static_cast<double>(sizes.ranks), others = (ranks - 1) / ranks;
  const ElementBytes bytes = element_bytes(options, sizes);
  const RankTokens tokens = tokens_of_rank(options, sizes);
  const auto minibatches = static_cast<double>(options.objective.minibatches);
  const double read = static_cast<double>(rates.read_rate.value),
               write = static_cast<double>(rates.write_rate.value),
               network = static_cast<double>(rates.network_rate.value);
  const double saved = static_cast<double>(memory_plan(options, config, sizes).checkpoint_bytes),
               gathered = parameters * bytes.weight * others;
  const auto tokens_seconds = [](double count, double rate) { return rate > 0 ? count / rate : 0; };

  // Every shard is opened for its checksum, for its rows and for its prompts. Where the prompts of two ranks
  // meet, both open the shard; at most 4 ranks per shard share the prompts out (FittingInstances).
  constexpr double chunk = 1 << 20;
  const double shared_chunk = start.shards > 0 ? std::min(chunk, start.shard_bytes / start.shards) : 0;
  const double absent = start.weight_files == 0 ? 2 * parameters : 0;  // a plan without weights: bf16 ones
  const double readers = std::min(ranks, 4 * start.shards);
  std::vector<PhaseCost> phases;
  PhaseCost& begin = phases.emplace_back(PhaseCost{
      .name = "start",
      .files = start.model_files + 2 * start.weight_files + start.folders + 3 * start.shards + readers,
      .disk = start.model_bytes + absent + 2 * start.shard_bytes + readers * shared_chunk,
      .sent = gathered});
  begin.seconds = file_seconds(begin, rates, read) + begin.sent / network;
  if (tokens.sampled > 0) {
    // Token ids and log-probabilities go to the rank that trains on them.
    const double sent = tokens.sampled * 8 * others;
    phases.push_back(
        {.name = cat(of_update, "sampling"),
         .sent = sent,
         .seconds = tokens_seconds(tokens.sampled, rates.rollout_tokens_per_second) + sent / network});
  }
  phases.push_back({.name = cat(of_update, "forward and backward"),
                    .seconds = tokens_seconds(tokens.trained, rates.training_tokens_per_second)});
  const double reduced = parameters * bytes.exact * others * reductions(options, tokens);
  phases.push_back(
      {.name = cat(of_update, "gradients reduced"), .sent = reduced, .seconds = reduced / network});
  phases.push_back({.name = cat(of_update, "weights gathered"),
                    .sent = gathered * minibatches,
                    .seconds = gathered * minibatches / network});
  PhaseCost& checkpoint = phases.emplace_back(
      PhaseCost{.name = "checkpoint", .files = ranks + 2, .disk = saved});  // state.json and COMPLETE
  checkpoint.seconds = file_seconds(checkpoint, rates, write);
  // Every piece is opened to verify it and to load it; state.json is opened once.
  PhaseCost& resume = phases.emplace_back(PhaseCost{
      .name = "resume, after a start", .files = 2 * ranks + 1, .disk = 2 * saved, .sent = gathered});
  resume.seconds = file_seconds(resume, rates, read) + gathered / network;
  PhaseCost& exported = phases.emplace_back(
      PhaseCost{.name = "export", .files = start.model_files, .disk = parameters * bytes.weight});
  exported.seconds = file_seconds(exported, rates, write);
  return phases;
}

double update_seconds(const std::vector<PhaseCost>& phases) {
  double sum = 0;
  for (const PhaseCost& phase : phases) { sum += phase.name.starts_with(of_update) ? phase.seconds : 0; }
  return sum;
}

std::string cost_text(const std::vector<PhaseCost>& phases, const PlanOptions& rates,
                      const PlanSizes& sizes) {
  const auto rate = [](const config::Bytes& bytes) {
    return cat(human_bytes(static_cast<double>(bytes.value)), "/s");
  };
  std::string text =
      cat("cost of ", counted(sizes.ranks, "rank"), ", if the file system reads ", rate(rates.read_rate),
          ", writes ", rate(rates.write_rate), " and opens ", fixed(rates.files_per_second, 0),
          " files per second for the whole job, and each rank sends ", rate(rates.network_rate), ":\n",
          line("phase", "files", "disk", "sent per rank", "seconds"));
  const auto size = [](double bytes) { return bytes > 0 ? human_bytes(bytes) : std::string("-"); };
  for (const PhaseCost& phase : phases) {
    text += line(phase.name, phase.files > 0 ? fixed(phase.files, 0) : "-", size(phase.disk),
                 size(phase.sent), fixed(phase.seconds, phase.seconds < 10 ? 2 : 1));
  }
  return text;
}

}  // namespace srl::training
