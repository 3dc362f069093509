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

/// The token that ends an SFT completion: the chat template's end of turn, else the first stop id.
text::TokenId end_of_turn(const model::ModelFolder& folder) {
  const std::string& turn_end = folder.chat_template.turn_end();
  const auto id = turn_end.empty() ? std::nullopt : folder.tokenizer.id_of(turn_end);
  if (id || folder.stop_ids.empty()) { return id.value_or(-1); }
  return folder.stop_ids.front();
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

bool asks_whole(const SupervisedSource& source, std::int64_t draw) {
  constexpr std::uint32_t whole_words =
      0xFFFFFFFF;  // the Feistel rounds of RandomStream::order use small numbers here
  return source.whole_view &&
         random_uniform(source.seed, RandomStream::order, static_cast<std::uint64_t>(draw), whole_words, 0) <
             source.whole_share;
}

ExpertExample expert_example(const SupervisedSource& source, const trajectory::Solution& solution,
                             std::int64_t k, bool whole) {
  if (whole) { k = 0; }
  ExpertExample example;
  example.instance = (whole ? *source.whole_view : source.view).render(solution, k);
  example.ids = source.tokenizer.encode(expert_completion(solution, k, example.instance, source.thought,
                                                          source.solution_tags, source.one_step && !whole));
  example.ids.push_back(source.end_of_turn);
  const std::int64_t prompt = std::ssize(example.instance.prompt_ids), tokens = std::ssize(example.ids);
  if (prompt > source.max_prompt_tokens) {
    example.fit = Fit::prompt_too_long;
  } else if (tokens > source.max_new_tokens || prompt + tokens > source.max_positions) {
    example.fit = Fit::completion_too_long;
  }
  return example;
}

trajectory::InstanceOptions whole_instance(trajectory::InstanceOptions options) {
  options.view = trajectory::InstanceView::whole;
  return options;
}

SupervisedSource supervised_source(const Options& options, const model::ModelFolder& folder,
                                   const trajectory::View& view, const trajectory::View& whole_view,
                                   const trajectory::Dataset& dataset) {
  return {.dataset = dataset,
          .view = view,
          .tokenizer = folder.tokenizer,
          .end_of_turn = end_of_turn(folder),
          .thought = options.training.thought,
          .solution_tags = options.instance.action_tags == trajectory::ActionTags::solution,
          .prompts = options.training.prompts_per_update,
          .max_prompt_tokens = options.instance.max_prompt_tokens,
          .max_new_tokens = options.sampling.max_new_tokens,
          .max_positions = folder.config.max_positions,
          .seed = static_cast<std::uint64_t>(options.common.seed),
          .one_step = options.instance.view == trajectory::InstanceView::step,
          .whole_view = options.training.whole_share > 0 ? &whole_view : nullptr,
          .whole_share = options.training.whole_share};
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
    const trajectory::InstanceKey key = source.dataset.draw(source.seed, draw);
    const trajectory::Solution& solution = source.dataset.solution(key.solution);
    const bool whole = asks_whole(source, draw);
    ExpertExample example = expert_example(source, solution, key.k, whole);
    if (example.fit != Fit::yes) {
      ++result.skipped_long;
      continue;
    }
    Group& group = result.batch.emplace_back();
    group.draw = draw;
    group.k = whole ? 0 : key.k;
    group.solution = solution.id;
    group.hold_prompt(std::move(example.instance.prompt_ids));
    Completion& completion = group.completions.emplace_back();
    completion.finish = text::Finish::stop;
    completion.hold({.ids = std::move(example.ids), .logprobs = {}});
  }
  return result;
}

}  // namespace srl::training
