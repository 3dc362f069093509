#include "training/options.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::training {

void TrainingOptions::visit(config::Visitor& v) {
  v.section("training");
  v.option("updates", updates, "updates in all; 0 = as many as epochs give", config::at_least(0));
  v.option("epochs", epochs, "passes over the instances, when updates is 0", config::at_least(0.0));
  v.option("prompts", prompts, "prompts a batch", config::at_least(1));
  v.option("answers", completions, "answers a prompt (G)", config::at_least(1));
  v.option("learning_rate", learning_rate, "of AdamW", config::at_least(0.0));
  v.option("schedule", schedule, "of the learning rate after the warm-up", config::Choices{{"constant", "cosine"}});
  v.option("warmup", warmup, "share of the updates with rising learning rate", config::Range<double>{0, 1});
  v.option("weight_decay", weight_decay, "not on norms, biases, embeddings", config::at_least(0.0));
  v.option("beta1", beta1, "of AdamW", config::Range<double>{0, 0.999999});
  v.option("beta2", beta2, "of AdamW", config::Range<double>{0, 0.999999});
  v.option("adam_eps", adam_eps, "of AdamW", config::at_least(0.0));
  v.option("grad_norm_clip", grad_norm_clip, "largest global gradient norm; 0 = off", config::at_least(0.0));
  v.option("zero", zero, "1: optimizer state partitioned over ranks; 2: gradients too, reduced after every pack", config::Range<std::int64_t>{1, 2});
  v.option("pack_tokens", pack_tokens, "tokens a forward and backward at most", config::at_least(16));
  v.option("recompute", recompute, "compute activations again in the backward: less memory, more time");
  v.option("max_bad_updates", max_bad_updates, "the job stops after so many updates in a row with NaN or infinite loss or gradient", config::at_least(0));
  v.option("replay", replay, "train from this folder's update_N.jsonl (rollout.save) instead of sampling");
  v.option("dump_gradients", dump_gradients, "folder for each update's gradients, reduced, before clipping");
  v.option("thought", thought, "SFT: what stands between the think tags: a sentence made from the step's title, the step's thought or the solution's reasoning, or no tags",
           config::Choices{{"title", "reasoning", "none"}});
  v.option("whole_share", whole_share, "SFT in the step view: this share of the draws asks for the whole solution instead, so that both are taught",
           config::Range<double>{0, 1});
  v.option("samples_kept", samples_kept, "rollouts an update kept in samples.jsonl", config::at_least(0));
  v.option("tensorboard", tensorboard, "also write TensorBoard event files, into RUN/tensorboard");
}

void CheckpointOptions::visit(config::Visitor& v) {
  v.section("checkpoint");
  v.option("every_updates", every_updates, "updates between checkpoints; 0 = only at the end and on stop requests", config::at_least(0));
  v.option("every_minutes", every_minutes, "minutes between checkpoints; 0 = off", config::at_least(0.0));
  v.option("keep", keep, "newest checkpoints kept, besides that of the best validation", config::at_least(1));
}

void ValidationOptions::visit(config::Visitor& v) {
  v.section("validation");
  v.option("every_updates", every_updates, "updates between validations on held-out questions; 0 = never", config::at_least(0));
  v.option("questions", questions, "held-out questions used", config::at_least(1));
  v.option("patience", patience, "the run ends after so many validations without a gain; 0 = never", config::at_least(0));
  v.option("benchmark", benchmark, "JSONL file of questions and answers, asked whole and graded at every validation");
  v.option("benchmark_questions", benchmark_questions, "of that file, the first ones", config::at_least(1));
}

void PlanOptions::visit(config::Visitor& v) {
  v.section("plan");
  v.option("ranks", ranks, "--dry_run: ranks to plan for; 0 = as many as it is started with", config::at_least(0));
  v.option("memory", memory, "memory that a rank may use; 0 = what the machine or the cgroup leaves");
  v.option("dtype", dtype, "--dry_run: of the weights; bf16 = as on a GPU", config::Choices{{"auto", "bf16"}});
  v.option("rollout_tokens_per_second", rollout_tokens_per_second, "--dry_run: sampled by one rank; 0 = unknown", config::at_least(0.0));
  v.option("training_tokens_per_second", training_tokens_per_second, "--dry_run: trained on by one rank; 0 = unknown", config::at_least(0.0));
  v.option("answer_tokens", completion_tokens, "--dry_run: mean length of an answer; 0 = sampling.max_new_tokens", config::at_least(0));
}

void Options::visit(config::Visitor& v) {
  common.visit(v);
  v.section("");
  v.option("data", data, "shard folders of srl_prep, DIR or DIR:weight; weight 2 = each of its instances is drawn twice an epoch");
  v.option("model", model, "Hugging Face model folder to start from");
  v.option("run", run, "run directory");
  v.option("resume", resume, "auto: go on from the last complete checkpoint if there is one; never: refuse a used run directory; must: fail without one",
           config::Choices{{"auto", "never", "must"}});
  v.option("dry_run", dry_run, "check everything, print sizes and stop");
  v.option("deterministic", deterministic, "bit for bit the same on one layout; on a CPU always so");
  device.visit(v);
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
  v.option("dtype", export_dtype, "of the exported weights; auto = that of the run (fp32 on a CPU)", config::Choices{{"auto", "fp32", "bf16", "fp64"}});
  stop.visit(v);
}

void check(const Options& options) {
  std::vector<std::string> wrong;
  const auto refuse = [&](bool when, const char* words) {
    if (when) wrong.emplace_back(words);
  };
  const bool likelihood = options.signal.kind == "likelihood", bare = options.training.thought == "none";
  const bool no_prefill = options.instance.think_prefill == "off";
  refuse(options.data.empty(), "--data DIR is missing: a folder of srl_prep");
  refuse(options.model.empty(), "--model DIR is missing: a Hugging Face model folder");
  refuse(options.run.empty() && !options.dry_run, "--run DIR is missing: where metrics, checkpoints and the export go");
  refuse(options.sampling.greedy, "sampling.greedy: a group of equal answers teaches nothing; greedy is for evaluation");
  const bool fp64 = options.device.dtype == "fp64";
  refuse(fp64 && options.training.replay.empty(), "dtype = fp64 is for replayed rollouts (training.replay) only");
  refuse(fp64 && options.validation.every_updates > 0, "dtype = fp64 samples nothing, validations neither: set validation.every_updates = 0");
  refuse(!options.validation.benchmark.empty() && options.validation.every_updates == 0,
         "validation.benchmark is graded at validations: set validation.every_updates");
  refuse(options.validation.patience > 0 && options.validation.every_updates == 0, "validation.patience counts validations: set validation.every_updates");
  refuse(options.export_dtype == "fp64" && !fp64, "export.dtype = fp64 needs dtype = fp64");
  refuse(likelihood && bare && !no_prefill, "training.thought = none needs instance.think_prefill = off");
  refuse(likelihood && !bare && no_prefill, "instance.think_prefill = off with likelihood needs training.thought = none");
  refuse(options.training.whole_share > 0 && (!likelihood || options.instance.view != "step"),
         "training.whole_share needs signal.kind = likelihood and instance.view = step");
  refuse(!options.training.replay.empty() && options.training.updates == 0, "training.replay needs training.updates: as many as there are files");
  refuse(likelihood && !options.training.replay.empty(), "training.replay: likelihood has no rollouts");
  refuse(options.signal.kind == "outcome" && options.instance.view == "step",
         "signal.kind = outcome needs instance.view whole or prefix: one step has no final answer");
  if (!wrong.empty()) throw BadOption(join(wrong, "\n"));
}

}  // namespace srl::training
