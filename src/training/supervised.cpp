#include "training/supervised.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

std::string thought_of(const trajectory::Solution& solution, std::int64_t k, const std::string& kind) {
  const trajectory::Step& step = solution.steps.at(static_cast<std::size_t>(k));
  if (kind == "reasoning" && solution.reasoning) return *solution.reasoning;
  if (kind == "reasoning" && step.thought) return *step.thought;
  return step.title ? cat("The next step is: ", *step.title, ".") : "Let me write the next step.";
}

}  // namespace

std::string expert_answer(const trajectory::Solution& solution, std::int64_t k, const trajectory::Instance& instance,
                          const std::string& thought, bool solution_tags) {
  const std::string action = solution_tags ? cat("<solution>\n", instance.target, "\n</solution>") : instance.target;
  if (thought == "none") return action;
  const std::string open = instance.prefill.empty() ? "<think>" : "";
  return cat(open, thought_of(solution, k, thought), "</think>\n", action);
}

SupervisedBatch supervised_batch(const SupervisedSource& source, std::int64_t position) {
  SupervisedBatch result;
  result.position = position;
  const std::int64_t limit = position + std::max<std::int64_t>(4 * source.dataset.size(), 1000);
  while (static_cast<std::int64_t>(result.batch.size()) < source.prompts) {
    if (result.position >= limit) throw BadInput("no prompt and answer fit into instance.max_prompt_tokens and sampling.max_new_tokens");
    const std::int64_t draw = result.position++;
    const trajectory::InstanceKey key = source.dataset.draw(source.seed, draw);
    const trajectory::Solution& solution = source.dataset.solution(key.solution);
    trajectory::Instance instance = source.view.render(solution, key.k);
    Rollout answer;
    answer.ids = source.tokenizer.encode(expert_answer(solution, key.k, instance, source.thought, source.solution_tags));
    answer.ids.push_back(source.end_of_turn);
    answer.finish_reason = "stop";
    if (static_cast<std::int64_t>(instance.prompt_ids.size()) > source.max_prompt_tokens ||
        static_cast<std::int64_t>(answer.ids.size()) > source.max_new_tokens ||
        static_cast<std::int64_t>(instance.prompt_ids.size() + answer.ids.size()) > source.max_positions) {
      ++result.skipped_long;
      continue;
    }
    result.batch.push_back({draw, key.k, solution.id, std::move(instance.prompt_ids), {std::move(answer)}});
  }
  return result;
}

}  // namespace srl::training
