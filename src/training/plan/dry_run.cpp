#include "training/plan/dry_run.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "device/available_memory.hpp"
#include "job/progress.hpp"
#include "model/model_folder.hpp"
#include "model/parallel.hpp"
#include "training/data/fitting.hpp"
#include "training/gpu/gpu_plan.hpp"
#include "training/gpu/gpu_side.hpp"
#include "training/optimise/flops.hpp"
#include "training/plan/cost_model.hpp"
#include "training/run/read_once.hpp"
#include "training/validation/validation.hpp"

namespace srl::training {
namespace {

/// Sums over the run's last updates, from its metrics.jsonl; 0 without one.
struct Measured {
  std::int64_t updates = 0, ranks = 0;
  double seconds = 0, draws = 0;
};

Measured measured_in(const std::string& run) {
  Measured m;
  const std::filesystem::path file = std::filesystem::path(run) / "metrics.jsonl";
  if (run.empty() || !std::filesystem::exists(file)) { return m; }
  std::vector<std::string> lines = split(read_file(file), '\n');
  std::erase_if(lines, [](const std::string& line) { return line.empty(); });
  constexpr std::size_t last = 20;
  std::int64_t first_position = 0, position = 0;
  for (std::size_t i = lines.size() > last ? lines.size() - last : 0; i < lines.size(); ++i) {
    const Json line = Json::parse(lines[i], file.string());
    if (m.updates++ == 0) {
      first_position = i == 0 ? 0 : Json::parse(lines[i - 1], file.string()).at("position").as_integer();
    }
    m.seconds += line.at("seconds").at("total").as_double();
    position = line.at("position").as_integer();
  }
  m.draws = static_cast<double>(position - first_position);
  return m;
}

/// Whether the seconds of an update follow from the rates that were given.
bool has_rates(const PlanOptions& plan, const Options& options) {
  return plan.training_tokens_per_second > 0 &&
         (options.supervised() || !options.training.replay.empty() || plan.rollout_tokens_per_second > 0);
}

/// Rates of a rank that computes only large matrix products, as fast as they were measured here: 2 operations
/// per parameter and sampled token, 6 per trained one. A real run is slower.
PlanOptions fastest_rates(const Options& options, const model::ModelConfig& config, double product_rate) {
  const double parameters = parameter_count(config);
  PlanOptions plan = options.plan;
  plan.rollout_tokens_per_second = product_rate / (2 * parameters);
  plan.training_tokens_per_second = product_rate / (6 * parameters);
  return plan;
}

/// `epoch_draws`: of an epoch; `fitting_draws`: those that are not too long.
/// `planned`: seconds of an update, by the cost model.
std::string time_text(const Options& options, const PlanSizes& sizes, std::int64_t epoch_draws,
                      std::int64_t fitting_draws, double planned) {
  const auto words = [&](double updates, double seconds, const std::string& source) {
    const double hours = updates * seconds / 3600;
    return cat("time, ", source, ": ", human_seconds(seconds), " per update, ",
               counted(std::llround(updates), "update"), " per epoch, ", fixed(hours, 2),
               " hours per epoch, ", fixed(hours * static_cast<double>(sizes.ranks), 2),
               " hours of all ranks");
  };
  const double draws = static_cast<double>(epoch_draws);
  const double updates = std::ceil(static_cast<double>(fitting_draws) /
                                   static_cast<double>(options.training.prompts_per_update));
  if (has_rates(options.plan, options)) {
    return words(updates, planned, "at the given rates, if no group is filtered");
  }
  const Measured m = measured_in(options.run);
  if (m.updates > 0 && m.draws > 0) {
    return words(std::ceil(draws / (m.draws / static_cast<double>(m.updates))),
                 m.seconds / static_cast<double>(m.updates), cat("measured in ", options.run));
  }
  return words(updates, planned,
               "at least, from the speed of matrix products here, if no group is filtered") +
         "\nfor a better time, give --plan.rollout_tokens_per_second and --plan.training_tokens_per_second "
         "(per rank), or --run with the directory of an earlier run";
}

StartFiles start_files(const Options& options, const std::vector<trajectory::ScannedFolder>& data) {
  StartFiles files;
  for (const auto& entry : std::filesystem::directory_iterator(options.model)) {
    if (!entry.is_regular_file()) { continue; }
    ++files.model_files;
    files.model_bytes += static_cast<double>(entry.file_size());
    files.weight_files += entry.path().extension() == ".safetensors";
  }
  for (const trajectory::ScannedFolder& folder : data) {
    ++files.folders;
    for (const trajectory::ShardInfo& shard : folder.manifest.shards) {
      ++files.shards;
      files.shard_bytes += static_cast<double>(shard.bytes);
    }
  }
  return files;
}

/// Lines on instances that are too long, and on the number of updates of the run.
std::string fitting_text(const Options& options, const std::optional<FittingInstances>& fitting,
                         const trajectory::Dataset& data) {
  if (!fitting) { return ""; }
  const bool counted = options.training.updates > 0;
  return cat(fitting->text(options), "\nupdates of the run: ",
             counted ? options.training.updates : updates_of_epochs(options, *fitting, data),
             counted || options.supervised() ? "" : " at most (a group that is filtered takes a draw too)",
             "\n");
}

std::string cpu_text(const MemoryPlan& plan, std::uint64_t available) {
  return cat(
      plan.text(), "\ncheckpoint bytes: ", plan.checkpoint_bytes, "\nmemory bytes per rank: ", plan.total(),
      "\n",
      plan.total() <= available ? "fits: " : "does not fit: ", human_bytes(static_cast<double>(plan.total())),
      " of ", human_bytes(static_cast<double>(available)), " per rank\n");
}

std::string gpu_text(const Options& options, const model::ModelConfig& config, int gpus) {
  const std::uint64_t memory = options.plan.gpu_memory.value;
  const bool flash = compute::plans_flash_attention(options.compute.attention, gpu_dtype(options));
  return gpu_plan(with_cache(options, config, gpus, flash, usable_memory(memory)), config, gpus, flash)
      .text(memory, options.rollout.kv_cache_bytes.value > 0);
}

}  // namespace

PlanSizes plan_sizes(const Options& options, const trajectory::Dataset& train,
                     const trajectory::Dataset& validation, const trajectory::View& view,
                     std::int64_t max_prompt_tokens, std::int64_t ranks, const comm::Communicator& world) {
  PlanSizes sizes{.ranks = ranks,
                  .bf16 = options.plan.dtype == device::DtypeChoice::bf16 || options.plan.gpus > 0};
  /// Lengths of the prompts that fit.
  struct Lengths {
    std::int64_t count = 0, sum = 0, longest = 0;
    double mean() const { return static_cast<double>(sum) / static_cast<double>(count); }
  };
  const auto add = [&](Lengths& lengths, const trajectory::Dataset& data,
                       const trajectory::InstanceKey& key) {
    const auto length =
        static_cast<std::int64_t>(view.render(data.solution(key.solution), key.k).prompt_ids.size());
    if (length > max_prompt_tokens) { return; }
    ++lengths.count;
    lengths.sum += length;
    lengths.longest = std::max(lengths.longest, length);
  };
  const auto combine = [&](Lengths& lengths) {
    lengths.count = world.all_reduce(lengths.count, comm::Reduce::sum);
    lengths.sum = world.all_reduce(lengths.sum, comm::Reduce::sum);
    lengths.longest = world.all_reduce(lengths.longest, comm::Reduce::max);
  };
  Lengths drawn, asked;
  // In the order of the shards, so that few ranks open the same one.
  std::vector<std::int64_t> first_drawn;
  for (std::int64_t draw = 0; draw < std::min<std::int64_t>(512, train.size()); ++draw) {
    first_drawn.push_back(train.index(train.draw(static_cast<std::uint64_t>(options.common.seed), draw)));
  }
  std::sort(first_drawn.begin(), first_drawn.end());
  const auto [first, last] = train.share(std::ssize(first_drawn), world.rank(), world.size(), 1);
  for (std::int64_t i = first; i < last; ++i) {
    add(drawn, train, train.key(first_drawn[static_cast<std::size_t>(i)]));
  }
  combine(drawn);
  sizes.longest_prompt = drawn.longest;
  sizes.mean_prompt = drawn.count > 0 ? drawn.mean() : static_cast<double>(max_prompt_tokens);
  if (options.validation.every_updates > 0) {
    const std::int64_t instances = validation_instances(validation, options.validation.questions);
    for (std::int64_t i = world.rank(); i < instances; i += world.size()) {
      add(asked, validation, validation.key(i));
    }
    combine(asked);
    sizes.validation_prompts = asked.count;
    if (asked.count > 0) { sizes.mean_validation_prompt = asked.mean(); }
    if (!options.validation.benchmark.empty() &&
        options.validation.benchmark_questions > sizes.validation_prompts) {
      sizes.validation_prompts = options.validation.benchmark_questions;
      sizes.mean_validation_prompt = std::max(sizes.mean_validation_prompt, sizes.mean_prompt);
    }
  }
  return sizes;
}

trajectory::Sharing shared_by(const comm::Communicator& world, const std::function<void()>& tick) {
  return {.rank = static_cast<std::size_t>(world.rank()),
          .ranks = static_cast<std::size_t>(world.size()),
          .all_gather = [world](const std::string& mine) { return world.all_gather(mine); },
          .tick = tick,
          .on_shard =
              [progress = std::make_shared<std::optional<job::Progress>>(), speaks = world.is_root()](
                  std::size_t done, std::size_t all) {
                if (done == 1) {
                  progress->emplace("read data", "shards of rank 0", static_cast<double>(all), speaks);
                }
                (*progress)->update(static_cast<double>(done));
              }};
}

std::uint64_t memory_per_rank(const Options& options, const comm::Communicator& world) {
  const auto ranks_on_node = static_cast<std::uint64_t>(world.ranks_on_this_node().size());
  const std::uint64_t mine =
      options.plan.memory.value > 0 ? options.plan.memory.value : device::available_memory() / ranks_on_node;
  return static_cast<std::uint64_t>(world.all_reduce(static_cast<std::int64_t>(mine), comm::Reduce::min));
}

void refuse_too_large(const MemoryPlan& plan, const Options& options, const model::ModelConfig& config,
                      const PlanSizes& sizes, std::uint64_t available) {
  if (plan.total() <= available) { return; }
  const std::vector<std::string> ways = what_would_fit(options, config, sizes, available);
  throw BadOption(
      cat("this run does not fit: it needs ", human_bytes(static_cast<double>(plan.total())),
          " per rank, and ", human_bytes(static_cast<double>(available)), " are available; ",
          ways.empty() ? std::string("no change of options makes it fit: use a smaller model or more memory")
                       : cat("it would fit with ", join(ways, ", or ")),
          "; if a rank may use more memory, set --plan.memory SIZE"));
}

int dry_run(const Options& given, job::Context& context) {
  const Options options = given.plan.gpus > 0 ? given : with_cache_of_cpu(given);
  const auto tick = [&context] { context.watchdog.progress(); };
  const model::ModelFolder folder = open_model_folder_once(options, context.world, tick);
  const std::string system_prompt = system_prompt_once(options, context.world);
  const trajectory::View view(options.instance, folder.tokenizer, folder.chat_template, system_prompt),
      whole_view(whole_instance(options.instance), folder.tokenizer, folder.chat_template, system_prompt);
  const auto scanned = trajectory::scan_folders(options.data, shared_by(context.world, tick));
  const trajectory::Dataset data = training_data(options, scanned);
  const trajectory::Dataset validation = validation_data_once(options, scanned, context.world);
  const bool on_gpus = options.plan.gpus > 0;
  const std::int64_t ranks = on_gpus                  ? options.plan.gpus * options.plan.nodes
                             : options.plan.ranks > 0 ? options.plan.ranks
                                                      : context.world.size();
  const std::int64_t max_prompt_tokens =
      std::min(options.instance.max_prompt_tokens, folder.longest_prompt());
  const PlanSizes sizes =
      plan_sizes(options, data, validation, view, max_prompt_tokens, ranks, context.world);
  ThreadPool pool(context.threads);
  const std::optional<FittingInstances> fitting =
      fitting_instances(options, supervised_source(options, folder, view, whole_view, data),
                        max_prompt_tokens, context.world, pool, tick);
  const MemoryPlan plan = memory_plan(options, folder.config, sizes);
  const std::uint64_t available = memory_per_rank(options, context.world);
  model::set_compute_threads(context.threads);
  const bool fp64 = options.device.dtype == device::DtypeChoice::fp64;
  const double rate = context.world.all_reduce(product_rate(fp64), comm::Reduce::min);
  if (context.world.is_root()) {
    const PlanOptions rates =
        has_rates(options.plan, options) ? options.plan : fastest_rates(options, folder.config, rate);
    const std::vector<PhaseCost> phases =
        phase_costs(options, rates, folder.config, sizes, start_files(options, scanned));
    std::cout << data.size() << " training instances, " << data.epoch_draws()
              << " draws per epoch, prompts of " << fixed(sizes.mean_prompt, 0)
              << " tokens on average (longest " << sizes.longest_prompt << "), " << counted(ranks, "rank")
              << "\n"
              << fitting_text(options, fitting, data)
              << (on_gpus ? gpu_text(options, folder.config, static_cast<int>(ranks))
                          : cpu_text(plan, available))
              << time_text(options, sizes, data.epoch_draws(),
                           fitting ? fitting->draws_before(data.epoch_draws()) : data.epoch_draws(),
                           update_seconds(phases))
              << "\n"
              << cost_text(phases, rates, sizes) << std::flush;
  }
  if (on_gpus) {
    refuse_too_large_for_gpus(options, folder.config, static_cast<int>(ranks));
  } else {
    refuse_too_large(plan, options, folder.config, sizes, available);
  }
  return 0;
}

}  // namespace srl::training
