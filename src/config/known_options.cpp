#include "config/known_options.hpp"

#include <algorithm>

namespace srl::config {

const std::vector<std::string_view>& known_options() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> list{
        "config", "input", "output", "model", "data", "run", "seed", "threads", "device", "dtype", "resume", "dry_run", "deterministic",
        "max_reject_fraction", "splitter", "help", "version", "task", "tasks", "limit", "top", "quick", "format",
        "all", "answers", "split", "messages", "prompt", "rewrites", "blocks", "check_finite", "other", "preset", "world",
        "world.texts", "world.training", "world.validation", "world.test", "world.steps", "world.step_weights", "world.multiply", "world.careful",
        "fields.id", "fields.question", "fields.solution", "fields.answer", "fields.steps", "fields.source", "fields.reasoning", "fields.correct",
        "holdout.questions", "holdout.seed", "dedup.exact", "dedup.near", "contamination.against", "contamination.found", "contamination.words", "shards.solutions", "shards.compression", "shards.bytes",
        "shards.read_bytes", "limits.marked_incorrect", "limits.row_bytes", "limits.question_chars", "limits.solution_chars", "limits.step_chars",
        "limits.steps", "limits.question_tokens", "limits.solution_tokens", "limits.step_tokens",
        "instance.view", "instance.targets", "instance.hint", "instance.target_text", "instance.history", "instance.think_prefill",
        "instance.action_tags", "instance.observation_chars", "instance.system_prompt", "instance.layout", "instance.max_prompt_tokens",
        "signal.kind", "signal.bad_format",
        "similarity.unit", "similarity.autojunk", "similarity.order", "similarity.strip",
        "grading.percent_or_fraction",
        "sampling.temperature", "sampling.top_p", "sampling.top_k", "sampling.min_p", "sampling.greedy", "sampling.max_new_tokens",
        "sampling.min_new_tokens", "sampling.stop", "sampling.repetition_penalty", "sampling.logit_bias",
        "rollout.kv_bytes", "rollout.save", "rollout.max_batch", "rollout.prefill_chunk",
        "objective.advantage", "objective.advantage_eps", "objective.ddof", "objective.loss", "objective.clip_low", "objective.clip_high",
        "objective.kl_beta", "objective.importance", "objective.importance_cap", "objective.truncated", "objective.filter",
        "objective.filter_std", "objective.max_sampling_rounds", "objective.surplus", "objective.round_prompts", "objective.minibatches",
        "training.updates", "training.epochs", "training.prompts", "training.answers", "training.learning_rate", "training.schedule",
        "training.warmup", "training.weight_decay", "training.grad_norm_clip", "training.zero", "training.pack_tokens",
        "training.recompute", "training.max_bad_updates", "training.replay", "training.dump_gradients", "training.beta1",
        "training.beta2", "training.adam_eps", "training.thought", "training.whole_share", "training.samples_kept", "training.tensorboard",
        "checkpoint.every_updates", "checkpoint.every_minutes", "checkpoint.keep",
        "validation.every_updates", "validation.questions", "validation.patience", "validation.benchmark", "validation.benchmark_questions",
        "plan.ranks", "plan.memory", "plan.dtype", "plan.rollout_tokens_per_second", "plan.training_tokens_per_second", "plan.answer_tokens",
        "export.dtype",
        "job.end_time", "job.stop_margin_seconds", "job.term_seconds",
        "comm.watchdog_seconds",
        "check.file_bytes", "check.need_bytes", "check.max_skew_seconds",
        "study", "study.rows", "study.compare", "study.column", "before", "after",
        "evaluation.samples", "evaluation.view", "evaluation.prompt", "evaluation.max_steps", "evaluation.batch"};
    std::sort(list.begin(), list.end());
    return list;
  }();
  return names;
}

bool is_known_option(std::string_view full_name) {
  return std::binary_search(known_options().begin(), known_options().end(), full_name);
}

}  // namespace srl::config
