#include "training/data/supervised.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

/// `one_step`: the target is only step k, so the thought of that step is preferred to the reasoning of the
/// whole solution.
std::string thought_of(const trajectory::Solution& solution, std::int64_t k, SftThought kind, bool one_step) {
  const trajectory::Step& step = solution.steps.at(static_cast<std::size_t>(k));
  if (kind == SftThought::reasoning && one_step && step.thought) { return *step.thought; }
  if (kind == SftThought::reasoning && solution.reasoning) { return *solution.reasoning; }
  if (kind == SftThought::reasoning && step.thought) { return *step.thought; }
  return step.title ? cat("The next step is: ", *step.title, ".") : "Let me write the next step.";
}

/// Whether the draw asks for the whole solution (training.whole_share). This depends only on its index, so it
/// is the same on every rank and after a restart.
bool asks_whole(const SupervisedSource& source, std::int64_t draw) {
  constexpr std::uint32_t whole_words =
      0xFFFFFFFF;  // the Feistel rounds of RandomStream::order use small numbers here
  return source.whole_view &&
         random_uniform(source.seed, RandomStream::order, static_cast<std::uint64_t>(draw), whole_words, 0) <
             source.whole_share;
}

}  // namespace

std::string expert_completion(const trajectory::Solution& solution, std::int64_t k,
                              const trajectory::Instance& instance, SftThought thought, bool solution_tags,
                              bool one_step) {
  const std::string action =
      solution_tags ? cat("<solution>\n", instance.target, "\n</solution>") : instance.target;
  if (thought == SftThought::none) { return action; }
  const std::string open = instance.prefill.empty() ? "<think>" : "";
  return cat(open, thought_of(solution, k, thought, one_step), "</think>\n", action);
}

SupervisedBatch supervised_batch(const SupervisedSource& source, std::int64_t position) {
  SupervisedBatch result;
  result.position = position;
  const std::int64_t limit = position + std::max<std::int64_t>(4 * source.dataset.size(), 1000);
  while (static_cast<std::int64_t>(result.batch.size()) < source.prompts) {
    if (result.position >= limit) {
      throw BadInput(
          "no prompt and completion fit into instance.max_prompt_tokens and sampling.max_new_tokens: "
          "increase them or check the data");
    }
    const std::int64_t draw = result.position++;
    trajectory::InstanceKey key = source.dataset.draw(source.seed, draw);
    const trajectory::Solution& solution = source.dataset.solution(key.solution);
    const bool whole = asks_whole(source, draw);
    if (whole) { key.k = 0; }
    trajectory::Instance instance = (whole ? *source.whole_view : source.view).render(solution, key.k);
    Payload written;
    written.ids = source.tokenizer.encode(expert_completion(solution, key.k, instance, source.thought,
                                                            source.solution_tags, source.one_step && !whole));
    written.ids.push_back(source.end_of_turn);
    const std::int64_t prompt = std::ssize(instance.prompt_ids), tokens = std::ssize(written.ids);
    if (prompt > source.max_prompt_tokens || tokens > source.max_new_tokens ||
        prompt + tokens > source.max_positions) {
      ++result.skipped_long;
      continue;
    }
    Group& group = result.batch.emplace_back();
    group.draw = draw;
    group.k = key.k;
    group.solution = solution.id;
    group.hold_prompt(std::move(instance.prompt_ids));
    Completion& completion = group.completions.emplace_back();
    completion.finish = text::Finish::stop;
    completion.hold(std::move(written));
  }
  return result;
}

}  // namespace srl::training
