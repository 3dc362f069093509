#include "training/run/metrics.hpp"

#include <algorithm>
#include <cmath>

#include "base/strings.hpp"

namespace srl::training {
namespace {

double per(double sum, std::int64_t count) {
  return count > 0 ? sum / static_cast<double>(count) : 0;
}

void add_sampling(const UpdateReport& report, Json& line) {
  const SampledBatch& s = *report.sampled;
  const double mean = per(s.reward_sum, s.rollouts_sampled);
  line["reward_mean"] = mean;
  line["reward_std"] = std::sqrt(std::max(0.0, per(s.reward_square_sum, s.rollouts_sampled) - mean * mean));
  line["reward_histogram"] = Json(s.histogram);
  line["format_rate"] = per(static_cast<double>(s.format_right), s.rollouts_sampled);
  Json errors = Json::object();
  for (const auto& [name, count] : s.format_errors) { errors[name] = count; }
  line["format_errors"] = std::move(errors);
  line["filtered_share"] = per(static_cast<double>(s.groups_filtered), s.groups_sampled);
  line["groups_sampled"] = s.groups_sampled;
  line["groups_rewarded"] = s.groups_rewarded;
  line["answer_tokens"] = s.completion_tokens;
  line["sampling_rounds"] = s.rounds;
  line["groups"] = static_cast<std::int64_t>(s.batch.size());
  line["groups_carried"] = s.groups_carried;
  line["groups_surplus"] = s.groups_surplus;
}

Json seconds_json(const UpdateSeconds& s) {
  Json json = Json::object();
  json["rollout"] = s.rollout;
  json["reward"] = s.reward;
  json["forward_backward"] = s.forward_backward;
  json["optimizer"] = s.optimizer;
  json["checkpoint"] = s.checkpoint;
  json["total"] = s.total;
  return json;
}

}  // namespace

Json metrics_line(const UpdateReport& report) {
  Json line = Json::object();
  const GradientFigures& g = report.gradients;
  line["update"] = report.update;
  line["epoch"] = report.epoch;
  line["position"] = report.position;
  line["rollouts_sampled"] = report.rollouts_sampled;
  if (report.sampled) { add_sampling(report, line); }
  line["prompts_too_long"] = report.prompts_too_long;
  line["loss"] = report.skipped ? Json() : Json(g.loss);
  line["entropy"] = per(g.entropy, g.tokens);
  line["kl"] = per(g.kl, g.tokens);
  line["sampler_logprob_difference"] = per(g.sampler_difference, g.sampled_tokens);
  line["clip_fraction"] = per(static_cast<double>(g.clipped), g.tokens);
  line["grad_norm"] = report.skipped ? Json() : Json(report.grad_norm);
  line["skipped"] = report.skipped;
  if (report.sampled) {
    line["answer_tokens_mean"] =
        per(static_cast<double>(report.sampled->completion_tokens), report.sampled->rollouts_sampled);
    line["truncated_share"] =
        per(static_cast<double>(report.sampled->truncated), report.sampled->rollouts_sampled);
  }
  line["learning_rate"] = report.learning_rate;
  line["seconds"] = seconds_json(report.seconds);
  Json rates = Json::object();
  const auto rate = [](std::int64_t tokens, double seconds) {
    return seconds > 0 ? static_cast<double>(tokens) / seconds : 0.0;
  };
  rates["rollout"] = report.sampled ? rate(report.sampled->generated_tokens, report.seconds.rollout) : 0.0;
  rates["training"] = rate(g.packed_tokens, report.seconds.forward_backward);
  line["tokens_per_second"] = std::move(rates);
  line["memory_peak_bytes"] = report.memory_peak_bytes;
  line["memory_beyond_start_bytes"] = report.memory_beyond_start_bytes;
  const double possible = report.peak_rate * report.seconds.forward_backward;
  line["mfu"] = possible > 0 ? Json(g.flops / possible) : Json();
  if (report.validation) { line["validation"] = *report.validation; }
  return line;
}

std::string progress_words(const UpdateReport& report) {
  std::string words;
  if (report.sampled) {
    const SampledBatch& s = *report.sampled;
    words = cat("reward ", fixed(per(s.reward_sum, s.rollouts_sampled), 3), ", format ",
                fixed(per(static_cast<double>(s.format_right), s.rollouts_sampled), 2), ", ");
  }
  return cat(words, report.skipped ? std::string("skipped") : cat("loss ", fixed(report.gradients.loss, 4)),
             ", ", human_seconds(report.seconds.total), " an update");
}

std::vector<Json> sample_lines(const Sampler& sampler, const Batch& batch, std::int64_t update,
                               std::int64_t count) {
  std::vector<Json> lines;
  const std::int64_t total = completion_count(batch), wanted = std::min(count, total);
  std::int64_t seen = 0;
  for (const Group& group : batch) {
    for (std::size_t a = 0; a < group.completions.size(); ++a, ++seen) {
      // The i-th kept one is answer i * total / wanted: evenly spread over the groups.
      if (static_cast<std::int64_t>(lines.size()) >= wanted ||
          seen < static_cast<std::int64_t>(lines.size()) * total / wanted) {
        continue;
      }
      const Completion& rollout = group.completions[a];
      const trajectory::InstanceKey key = sampler.dataset.draw(sampler.seed, group.draw);
      Json line = Json::object();
      line["update"] = update;
      line["solution"] = group.solution;
      line["k"] = group.k;
      line["answer"] = a;
      line["prompt"] = sampler.tokenizer.decode(group.prompt);
      line["thought"] = rollout.thought;
      line["action"] = rollout.action;
      line["target"] = sampler.view.render(sampler.dataset.solution(key.solution), key.k).target;
      line["reward"] = rollout.reward;
      line["format_error"] = word(rollout.format_error);
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace srl::training
