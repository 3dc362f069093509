#pragma once
// Every option of srl_train, gathered from the rooms that own them.
#include <string>
#include <vector>

#include "device/options.hpp"
#include "grading/options.hpp"
#include "job/options.hpp"
#include "objective/options.hpp"
#include "reward/options.hpp"
#include "rollout/options.hpp"
#include "trajectory/options.hpp"

namespace srl::training {

struct TrainingOptions {
  std::int64_t updates = 0;            ///< 0 = as many as `epochs` give
  double epochs = 1;                   ///< passes over the instances, when updates = 0
  std::int64_t prompts = 512;          ///< prompts (groups) a batch
  std::int64_t completions = 8;            ///< completions a prompt, G
  double learning_rate = 5e-7;
  std::string schedule = "constant";   ///< constant | cosine
  double warmup = 0;                   ///< share of the updates
  double weight_decay = 0.01, beta1 = 0.9, beta2 = 0.999, adam_eps = 1e-8;
  double grad_norm_clip = 1.0;         ///< 0 = off
  std::int64_t zero = 1;               ///< optimizer partitioning
  std::int64_t pack_tokens = 8192;     ///< tokens a forward and backward
  bool recompute = false;              ///< activations computed again in the backward
  std::int64_t max_bad_updates = 3;
  std::string replay;                  ///< folder of rollouts/update_N.jsonl to train from instead of sampling
  std::string dump_gradients;          ///< folder for update_N.safetensors
  std::string thought = "title";       ///< SFT: title | reasoning | none
  double whole_share = 0;              ///< SFT in the step view: share of draws asked for the whole solution
  std::int64_t samples_kept = 8;       ///< rollouts an update in samples.jsonl
  bool tensorboard = false;            ///< event files beside metrics.jsonl
  void visit(config::Visitor& v);
};

struct CheckpointOptions {
  std::int64_t every_updates = 20;     ///< 0 = never by count
  double every_minutes = 0;            ///< 0 = never by time
  std::int64_t keep = 2;
  void visit(config::Visitor& v);
};

struct ValidationOptions {
  std::int64_t every_updates = 0;      ///< 0 = never
  std::int64_t questions = 60;         ///< held-out questions used
  std::int64_t patience = 0;           ///< validations without a gain after which the run ends; 0 = off
  std::string benchmark;               ///< JSONL of questions and completions, graded at every validation
  std::int64_t benchmark_questions = 50;
  void visit(config::Visitor& v);
};

/// For --dry_run only: planning for another machine than the one at hand.
struct PlanOptions {
  std::int64_t ranks = 0;              ///< 0 = those it is started with
  config::Bytes memory;                ///< a rank; 0 = this machine's
  std::string dtype = "auto";          ///< of the weights: auto = as on this machine | bf16
  double rollout_tokens_per_second = 0, training_tokens_per_second = 0;   ///< of one rank
  std::int64_t completion_tokens = 0;      ///< mean length of an answer; 0 = sampling.max_new_tokens
  void visit(config::Visitor& v);
};

struct Options {
  job::CommonOptions common;
  std::vector<std::string> data;
  std::string model, run;
  std::string resume = "auto";
  bool dry_run = false, deterministic = false;
  device::DeviceOptions device;
  trajectory::InstanceOptions instance;
  objective::SignalOptions signal;
  reward::SimilarityOptions similarity;
  grading::GradingOptions grading;
  rollout::SamplingOptions sampling;
  rollout::RolloutOptions rollout;
  objective::ObjectiveOptions objective;
  TrainingOptions training;
  CheckpointOptions checkpoint;
  ValidationOptions validation;
  PlanOptions plan;
  std::string export_dtype = "auto";
  job::StopOptions stop;
  void visit(config::Visitor& v);
};

/// What no single option can know: missing folders, combinations that make no sense. One BadOption that lists everything.
void check(const Options& options);

}  // namespace srl::training
