#include "training/options.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

/// The view and the signal of each method (docs/method.md, "View and signal").
void apply_method(Options& options) {
  using objective::SignalKind;
  using trajectory::InstanceView;
  const auto choose = [&](InstanceView view, SignalKind kind) {
    options.instance.view = view;
    options.signal.kind = kind;
  };
  switch (options.method) {
    case Method::custom: break;
    case Method::srl: choose(InstanceView::step, SignalKind::similarity); break;
    case Method::rlvr: choose(InstanceView::whole, SignalKind::outcome); break;
    case Method::sft: choose(InstanceView::whole, SignalKind::likelihood); break;
    case Method::r3: choose(InstanceView::prefix, SignalKind::outcome); break;
  }
}

}  // namespace

void TrainingOptions::visit(config::Visitor& v) {
  v.section("training");
  v.option("updates", updates, "number of updates; 0 = as many as epochs give", config::at_least(0));
  v.option("epochs", epochs, "passes over the instances, when updates is 0", config::at_least(0.0));
  v.option("prompts_per_update", prompts_per_update, "prompts (groups) per update", config::at_least(1));
  v.option("group_size", group_size, "completions per prompt (G)", config::at_least(1));
  v.option("learning_rate", learning_rate, "AdamW learning rate", config::at_least(0.0));
  v.option("lr_schedule", lr_schedule, "learning-rate schedule after the warm-up");
  v.option("warmup_ratio", warmup_ratio, "share of the updates with rising learning rate",
           config::Range<double>{0, 1});
  v.option("weight_decay", weight_decay, "AdamW weight decay; norms, biases and embeddings have none",
           config::at_least(0.0));
  v.option("adam_beta1", adam_beta1, "AdamW decay of the first moment", config::Range<double>{0, 0.999999});
  v.option("adam_beta2", adam_beta2, "AdamW decay of the second moment", config::Range<double>{0, 0.999999});
  v.option("adam_epsilon", adam_epsilon, "AdamW epsilon", config::at_least(0.0));
  v.option("max_grad_norm", max_grad_norm,
           "largest global gradient norm; longer gradients are scaled down; 0 = off", config::at_least(0.0));
  v.option("zero_stage", zero_stage,
           "ZeRO stage: 1 partitions optimizer state over ranks; 2 also gradients, reduced after every pack",
           config::Range<std::int64_t>{1, 2});
  v.option("max_tokens_per_pack", max_tokens_per_pack, "largest number of tokens per forward and backward",
           config::at_least(16));
  v.option("recompute", recompute,
           "what the backward computes again: off = nothing; gate_up = the gate and up projections, which "
           "are most "
           "of the activations, for one product more; on = all but the layers' inputs, for a second forward");
  v.option("max_bad_updates", max_bad_updates,
           "updates in a row with a NaN or infinite loss or gradient after which the job stops",
           config::at_least(0));
  v.option("max_empty_updates", max_empty_updates,
           "updates in a row without a kept group after which the job fails; 0 = never", config::at_least(0));
  v.option("replay", replay, "folder of update_N.jsonl (rollout.save) to train from instead of sampling");
  v.option("dump_gradients", dump_gradients, "folder for each update's gradients, reduced, before clipping");
  v.option("thought", thought,
           "SFT: text between the think tags: a sentence made from the step's title; the step's thought or "
           "the solution's reasoning; or no tags");
  v.option("whole_share", whole_share,
           "SFT in the step view: share of the draws that ask for the whole solution instead",
           config::Range<double>{0, 1});
  v.option("samples_kept", samples_kept,
           "rollouts per update kept in samples.jsonl, and as many of dropped groups", config::at_least(0));
  v.option("tensorboard", tensorboard, "whether TensorBoard event files are written to RUN/tensorboard");
}

void CheckpointOptions::visit(config::Visitor& v) {
  v.section("checkpoint");
  v.option("every_updates", every_updates,
           "updates between checkpoints; 0 = only at the end and on stop requests", config::at_least(0));
  v.option("every_minutes", every_minutes, "minutes between checkpoints; 0 = off", config::at_least(0.0));
  v.option("keep", keep, "number of newest checkpoints kept, besides that of the best validation",
           config::at_least(1));
}

void ValidationOptions::visit(config::Visitor& v) {
  v.section("validation");
  v.option("every_updates", every_updates, "updates between validations on held-out questions; 0 = never",
           config::at_least(0));
  v.option("questions", questions, "held-out questions used, the first ones", config::at_least(1));
  v.option("patience", patience, "validations without a gain after which the run ends; 0 = never",
           config::at_least(0));
  v.option("benchmark", benchmark,
           "JSONL file of questions and answers, answered whole and graded at every validation");
  v.option("benchmark_questions", benchmark_questions,
           "questions of validation.benchmark used, the first ones", config::at_least(1));
}

void PlanOptions::visit(config::Visitor& v) {
  using device::DtypeChoice;
  v.section("plan");
  v.option("ranks", ranks, "--dry_run: number of ranks to plan for; 0 = the ranks of this job",
           config::at_least(0));
  v.option("gpus", gpus, "--dry_run: GPUs per node to plan for, one rank each; 0 = plan for CPUs",
           config::at_least(0));
  v.option("nodes", nodes, "--dry_run: nodes to plan for, with plan.gpus", config::at_least(1));
  v.option("gpu_memory", gpu_memory, "--dry_run: memory of each GPU");
  v.option("memory", memory, "memory that a rank may use; 0 = what the machine or the cgroup leaves");
  v.option("dtype", dtype, "--dry_run: type of the weights; bf16 = as on a GPU",
           {{DtypeChoice::automatic, DtypeChoice::bf16}});
  v.option("rollout_tokens_per_second", rollout_tokens_per_second,
           "--dry_run: tokens that a rank samples per second; 0 = unknown", config::at_least(0.0));
  v.option("training_tokens_per_second", training_tokens_per_second,
           "--dry_run: tokens that a rank trains on per second; 0 = unknown", config::at_least(0.0));
  v.option("completion_tokens", completion_tokens,
           "--dry_run: mean length of a completion in tokens; 0 = sampling.max_new_tokens",
           config::at_least(0));
  v.option("read_rate", read_rate, "--dry_run: bytes per second that the file system reads for the job");
  v.option("write_rate", write_rate, "--dry_run: bytes per second that the file system writes for the job");
  v.option("files_per_second", files_per_second,
           "--dry_run: files that the file system opens for the job per second", config::at_least(1.0));
  v.option("network_rate", network_rate, "--dry_run: bytes per second that a rank sends");
}

void Options::visit(config::Visitor& v) {
  v.first_page({.required = {"data", "model", "run"},
                .often = {"config", "resume", "dry_run", "training.updates", "training.learning_rate"}});
  common.visit(v);
  v.section("");
  v.choice("method", config::choice_of(method, {}, [this] { apply_method(*this); }),
           "training method: sets instance.view and signal.kind, unless they are given "
           "(docs/method.md, \"View and signal\")");
  v.option(
      "data", data,
      "shard folders of srl_prep, DIR or DIR:weight; weight 2 draws each of its instances twice per epoch");
  v.option("model", model, "Hugging Face model folder to start from");
  v.option("run", run, "run directory");
  v.option("resume", resume,
           "auto: resume from the last complete checkpoint if there is one; never: refuse a used run "
           "directory; must: fail without a checkpoint");
  v.option("dry_run", dry_run, "check everything, print sizes and stop");
  v.option("deterministic", deterministic,
           "bit-identical results on the same ranks, threads and machine type; always so on a CPU");
  device.visit(v);
  compute.visit(v);
  instance.visit(v);
  signal.visit(v);
  similarity.visit(v);
  grading.visit(v);
  sampling.visit(v);
  rollout.visit(v);
  objective.visit(v);
  training.visit(v);
  checkpoint.visit(v);
  validation.visit(v);
  plan.visit(v);
  v.section("export");
  v.option("dtype", export_dtype, "type of the exported weights; auto = that of the run (fp32 on a CPU)");
  stop.visit(v);
}

Options with_cache_of_cpu(Options options) {
  std::uint64_t& bytes = options.rollout.kv_cache_bytes.value;
  if (bytes == 0) { bytes = rollout::RolloutOptions::usual_cache; }
  return options;
}

void check(const Options& options) {
  using objective::SignalKind;
  using trajectory::InstanceView;
  std::vector<std::string> wrong;
  const auto refuse = [&](bool when, const char* words) {
    if (when) { wrong.emplace_back(words); }
  };
  const bool supervised = options.supervised(), bare = options.training.thought == SftThought::none;
  const bool no_prefill = options.instance.think_prefill == trajectory::ThinkPrefill::off;
  refuse(options.data.empty(), "--data DIR is missing: a folder of srl_prep");
  refuse(options.model.empty(), "--model DIR is missing: a Hugging Face model folder");
  refuse(options.run.empty() && !options.dry_run,
         "--run DIR is missing: where metrics, checkpoints and the export go");
  refuse(options.plan.read_rate.value == 0 || options.plan.write_rate.value == 0 ||
             options.plan.network_rate.value == 0,
         "--plan.read_rate, --plan.write_rate and --plan.network_rate must be above 0");
  refuse(options.sampling.greedy,
         "sampling.greedy: a group of equal completions teaches nothing; greedy is for evaluation");
  for (const std::string& problem : rollout::problems_of(options.sampling)) { wrong.push_back(problem); }
  const bool samples = !supervised && options.training.replay.empty();
  refuse(samples && options.training.group_size == 1,
         "training.group_size = 1: a reward is compared with those of the same group, so a group of one "
         "teaches nothing; use 2 or more");
  refuse(options.training.updates == 0 && options.training.epochs == 0,
         "training.updates = 0 and training.epochs = 0: the run would train nothing");
  refuse(options.objective.sampler_correction == objective::SamplerCorrection::truncated &&
             options.objective.sampler_correction_cap == 0,
         "objective.sampler_correction_cap = 0 gives every token the weight 0");
  const bool fp64 = options.device.dtype == device::DtypeChoice::fp64;
  refuse(fp64 && options.training.replay.empty(),
         "dtype = fp64 is for replayed rollouts (training.replay) only");
  refuse(fp64 && options.validation.every_updates > 0,
         "dtype = fp64 cannot sample, so it cannot validate: set validation.every_updates = 0");
  refuse(!options.validation.benchmark.empty() && options.validation.every_updates == 0,
         "validation.benchmark is graded at validations: set validation.every_updates");
  refuse(options.validation.patience > 0 && options.validation.every_updates == 0,
         "validation.patience counts validations: set validation.every_updates");
  refuse(options.export_dtype == device::DtypeChoice::fp64 && !fp64,
         "export.dtype = fp64 needs dtype = fp64");
  refuse(supervised && bare && !no_prefill, "training.thought = none needs instance.think_prefill = off");
  refuse(supervised && !bare && no_prefill,
         "instance.think_prefill = off with likelihood needs training.thought = none");
  refuse(options.training.whole_share > 0 && (!supervised || options.instance.view != InstanceView::step),
         "training.whole_share needs signal.kind = likelihood and instance.view = step");
  refuse(!options.training.replay.empty() && options.training.updates == 0,
         "training.replay needs training.updates: as many as there are files");
  refuse(supervised && !options.training.replay.empty(), "training.replay: likelihood has no rollouts");
  refuse(options.signal.kind == SignalKind::outcome && options.instance.view == InstanceView::step,
         "signal.kind = outcome needs instance.view whole or prefix: one step has no final answer");
  if (!wrong.empty()) { throw BadOption(join(wrong, "\n")); }
}

}  // namespace srl::training
