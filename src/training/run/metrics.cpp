#include "training/run/metrics.hpp"

#include <algorithm>
#include <limits>

#include "base/strings.hpp"

namespace srl::training {
void UpdateReport::skip() {
  skipped = true;
  gradients.loss = grad_norm = std::numeric_limits<double>::quiet_NaN();
}

double UpdateReport::rollout_rate() const {
  return sampled && seconds.rollout > 0 ? static_cast<double>(sampled->generated_tokens) / seconds.rollout
                                        : 0;
}

double UpdateReport::training_rate() const {
  return seconds.forward_backward > 0
             ? static_cast<double>(gradients.packed_tokens) / seconds.forward_backward
             : 0;
}

double UpdateReport::mfu() const {
  const double possible = peak_rate * seconds.forward_backward;
  return possible > 0 ? gradients.flops / possible : std::numeric_limits<double>::quiet_NaN();
}

std::string progress_words(const UpdateReport& report) {
  std::string words;
  if (report.sampled) {
    words = cat("reward ", fixed(report.sampled->reward_mean(), 3), ", format ",
                fixed(report.sampled->format_rate(), 2), ", ");
  }
  return cat(words, report.skipped ? std::string("skipped") : cat("loss ", fixed(report.gradients.loss, 4)),
             ", ", human_seconds(report.seconds.total), " per update");
}

Receivers spread_samples(const Batch& batch, std::int64_t count) {
  Receivers kept = all_to(no_rank, batch);
  const std::int64_t total = std::ssize(kept), wanted = std::min(count, total);
  for (std::int64_t i = 0; i < wanted; ++i) { kept[static_cast<std::size_t>(i * total / wanted)] = 0; }
  return kept;
}

std::vector<Json> sample_lines(const Sampler& sampler, const Batch& batch, const Receivers& kept,
                               std::int64_t update) {
  std::vector<Json> lines;
  std::size_t i = 0;
  for (const Group& group : batch) {
    for (std::size_t a = 0; a < group.completions.size(); ++a) {
      if (kept[i++] == no_rank) { continue; }
      const Completion& completion = group.completions[a];
      const trajectory::InstanceKey key = sampler.dataset.draw(sampler.seed, group.draw);
      Json line = Json::object();
      line["update"] = update;
      line["solution"] = group.solution;
      line["k"] = group.k;
      line["answer"] = a;
      line["prompt"] = sampler.tokenizer.decode(group.prompt_ids());
      line["thought"] = completion.written().thought;
      line["action"] = completion.written().action;
      line["target"] = sampler.view.render(sampler.dataset.solution(key.solution), key.k).target;
      line["reward"] = completion.reward;
      line["format_error"] = word(completion.format_error);
      if (completion.format_error != reward::FormatError::none) {
        line["text"] = sampler.tokenizer.sampled_text(completion.written().ids);
      }
      if (group.dropped != Dropped::no) { line["dropped"] = word(group.dropped); }
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace srl::training
