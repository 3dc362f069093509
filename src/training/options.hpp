#pragma once
// All options of srl_train, including those that other rooms define.
#include <cstdint>
#include <string>
#include <vector>

#include "compute/options.hpp"
#include "device/options.hpp"
#include "grading/options.hpp"
#include "job/options.hpp"
#include "model/options.hpp"
#include "objective/options.hpp"
#include "reward/options.hpp"
#include "rollout/options.hpp"
#include "trajectory/options.hpp"

namespace srl::training {

enum class Method { custom, srl, rlvr, sft, r3 };
SRL_WORDS(Method, "custom", "srl", "rlvr", "sft", "r3");

enum class LrSchedule { constant, cosine };
SRL_WORDS(LrSchedule, "constant", "cosine");

enum class SftThought { title, reasoning, none };
SRL_WORDS(SftThought, "title", "reasoning", "none");

enum class Resume { automatic, never, must };
SRL_WORDS(Resume, "auto", "never", "must");

struct TrainingOptions {
  std::int64_t updates = 0;  ///< 0 = as many as `epochs` give
  double epochs = 1;         ///< passes over the instances, when updates = 0
  std::int64_t prompts_per_update = 512;
  std::int64_t group_size = 8;  ///< completions per prompt, G
  double learning_rate = 5e-7;
  LrSchedule lr_schedule = LrSchedule::constant;
  double warmup_ratio = 0;  ///< share of the updates
  double weight_decay = 0.01, adam_beta1 = 0.9, adam_beta2 = 0.999, adam_epsilon = 1e-8;
  double max_grad_norm = 1.0;   ///< 0 = off
  std::int64_t zero_stage = 1;  ///< optimizer partitioning
  std::int64_t max_tokens_per_pack = 8192;
  model::Recompute recompute = model::Recompute::nothing;
  std::int64_t max_bad_updates = 3;
  std::int64_t max_empty_updates = 10;  ///< updates in a row without a kept group; 0 = any number
  std::string replay;                   ///< folder of update_N.jsonl files to train from instead of sampling
  std::string dump_gradients;           ///< folder for update_N.safetensors
  SftThought thought = SftThought::title;
  double whole_share = 0;         ///< SFT in the step view: share of draws asked for the whole solution
  std::int64_t samples_kept = 8;  ///< rollouts per update in samples.jsonl, and as many of dropped groups
  bool tensorboard = false;       ///< event files beside metrics.jsonl
  void visit(config::Visitor& v);
};

struct CheckpointOptions {
  std::int64_t every_updates = 20;  ///< 0 = never by count
  double every_minutes = 0;         ///< 0 = never by time
  std::int64_t keep = 2;
  void visit(config::Visitor& v);
};

struct ValidationOptions {
  std::int64_t every_updates = 0;  ///< 0 = never
  std::int64_t questions = 60;     ///< held-out questions used
  std::int64_t patience = 0;       ///< validations without a gain after which the run ends; 0 = off
  std::string benchmark;           ///< JSONL of questions and answers, graded at every validation
  std::int64_t benchmark_questions = 50;
  void visit(config::Visitor& v);
};

/// For --dry_run and memory checks: plan for another machine than this one.
struct PlanOptions {
  std::int64_t ranks = 0;  ///< 0 = the ranks of this job
  std::int64_t gpus = 0;   ///< per node; 0 = plan for CPUs
  std::int64_t nodes = 1;
  config::Bytes gpu_memory{std::uint64_t{80} * 1000 * 1000 * 1000};  ///< of each GPU
  config::Bytes memory;                                              ///< per rank; 0 = this machine's
  device::DtypeChoice dtype =
      device::DtypeChoice::automatic;  ///< of the weights: automatic = as on this machine
  double rollout_tokens_per_second = 0, training_tokens_per_second = 0;  ///< per rank
  std::int64_t completion_tokens = 0;  ///< mean length of a completion; 0 = sampling.max_new_tokens
  config::Bytes read_rate{std::uint64_t{2} << 30},
      write_rate{std::uint64_t{1} << 30};               ///< of the job, per second
  config::Bytes network_rate{std::uint64_t{10} << 30};  ///< of a rank, per second
  double files_per_second = 1000;                       ///< of the job
  void visit(config::Visitor& v);
};

struct Options {
  job::CommonOptions common;
  Method method = Method::custom;
  std::vector<std::string> data;
  std::string model, run;
  Resume resume = Resume::automatic;
  bool dry_run = false, deterministic = false;
  device::DeviceOptions device;
  compute::ComputeOptions compute;
  trajectory::InstanceOptions instance;
  objective::SignalOptions signal;
  reward::SimilarityOptions similarity;
  grading::GradingOptions grading;
  rollout::SamplingOptions sampling;
  rollout::RolloutOptions rollout{.kv_cache_bytes = {0}, .automatic_cache = true};
  objective::ObjectiveOptions objective;
  TrainingOptions training;
  CheckpointOptions checkpoint;
  ValidationOptions validation;
  PlanOptions plan;
  device::DtypeChoice export_dtype = device::DtypeChoice::automatic;
  job::StopOptions stop;
  void visit(config::Visitor& v);

  bool supervised() const {
    return signal.kind == objective::SignalKind::likelihood;
  }  ///< SFT: nothing is sampled
  /// Whether the run samples its completions.
  bool samples() const { return training.replay.empty() && !supervised(); }
};

/// With the usual key/value cache where rollout.kv_cache_bytes is 0.
Options with_cache_of_cpu(Options options);

/// Checks across options: missing folders, invalid combinations. Throws one BadOption that lists all
/// problems.
void check(const Options& options);

}  // namespace srl::training
