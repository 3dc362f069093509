#pragma once
// SFT batches (signal likelihood): the expert's text is the only completion of each prompt.
#include <string>
#include <vector>

#include "model/model_folder.hpp"
#include "text/chat_template.hpp"
#include "text/tokenizer.hpp"
#include "training/data/batch.hpp"
#include "training/options.hpp"
#include "trajectory/dataset.hpp"

namespace srl::training {

struct SupervisedSource {
  const trajectory::Dataset& dataset;
  const trajectory::View& view;
  const text::Tokenizer& tokenizer;
  text::TokenId end_of_turn = -1;  ///< the stop token that ends a completion
  SftThought thought = SftThought::title;
  bool solution_tags = false;
  std::int64_t prompts = 0, max_prompt_tokens = 0, max_new_tokens = 0, max_positions = 0;
  std::uint64_t seed = 0;
  bool one_step = true;  ///< the view asks for one step, not for the rest or the whole solution
  const trajectory::View* whole_view =
      nullptr;  ///< renders draws that ask for the whole solution; null = none
  double whole_share = 0;
};

/// Draws that do not fit are skipped and counted.
enum class Fit { yes, prompt_too_long, completion_too_long };

/// The prompt of an instance and the ids of what the policy should write.
struct ExpertExample {
  trajectory::Instance instance;
  std::vector<std::int32_t> ids;
  Fit fit = Fit::yes;
};
/// `whole`: the prompt asks for the whole solution (training.whole_share); then k does not matter.
ExpertExample expert_example(const SupervisedSource& source, const trajectory::Solution& solution,
                             std::int64_t k, bool whole);
/// Whether the draw asks for the whole solution (training.whole_share). This depends only on its index, so it
/// is the same on every rank and after a restart.
bool asks_whole(const SupervisedSource& source, std::int64_t draw);

/// The options of `whole_view`.
trajectory::InstanceOptions whole_instance(trajectory::InstanceOptions options);
/// The SFT batches of a run. Keeps references.
SupervisedSource supervised_source(const Options& options, const model::ModelFolder& folder,
                                   const trajectory::View& view, const trajectory::View& whole_view,
                                   const trajectory::Dataset& dataset);

struct SupervisedBatch {
  Batch batch;
  std::int64_t position = 0, skipped_long = 0;
};

/// What the policy should write after the prompt and prefill: thought, closing tag, action. thought "title":
/// one plain sentence from the step's title, which teaches only the format. "reasoning": the solution's
/// reasoning or the step's thought (the latter first with `one_step`), else the same as "title". "none": no
/// tags, only the target.
std::string expert_completion(const trajectory::Solution& solution, std::int64_t k,
                              const trajectory::Instance& instance, SftThought thought, bool solution_tags,
                              bool one_step);

/// The next `prompts` draws whose prompt and completion fit; the same on every rank.
SupervisedBatch supervised_batch(const SupervisedSource& source, std::int64_t position);

}  // namespace srl::training
