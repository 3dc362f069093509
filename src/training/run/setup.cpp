#include "training/run/setup.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "device/device.hpp"
#include "model/config.hpp"

namespace srl::training {
namespace {

model::Dtype dtype_of(const Options& options) {
  return options.device.dtype == device::DtypeChoice::fp64 ? model::Dtype::fp64 : model::Dtype::fp32;
}

std::vector<text::TokenId> checked_stop_ids(const Options& options, const text::Tokenizer& tokenizer,
                                            const text::ChatTemplate& chat_template) {
  std::vector<text::TokenId> ids = text::stop_ids(options.model, tokenizer, chat_template);
  if (ids.empty()) {
    throw BadInput(cat(options.model,
                       ": no token ends an answer (eos_token_id is missing and the layout has no turn end)"));
  }
  return ids;
}

/// The token that closes an SFT answer: the chat_template's turn end, else the first stop id.
text::TokenId end_of_turn(const text::Tokenizer& tokenizer, const text::ChatTemplate& chat_template,
                          const std::vector<text::TokenId>& stop_ids) {
  const auto id = chat_template.turn_end().empty() ? std::nullopt : tokenizer.id_of(chat_template.turn_end());
  return id.value_or(stop_ids.front());
}

trajectory::InstanceOptions whole_instance(trajectory::InstanceOptions options) {
  options.view = trajectory::InstanceView::whole;
  return options;
}

void check_vocabulary(const Options& options, const text::Tokenizer& tokenizer,
                      const model::ModelConfig& config) {
  if (static_cast<std::int64_t>(tokenizer.size()) > config.vocab) {
    throw BadInput(cat(options.model, ": the tokenizer has ids up to ", tokenizer.size() - 1,
                       ", the model's vocabulary has ", config.vocab, ": model and tokenizer do not match"));
  }
}

}  // namespace

Setup::Setup(const Options& options, const comm::Communicator& world, int threads)
    : tokenizer(text::Tokenizer::load(options.model)),
      chat_template(text::ChatTemplate::load(options.model, options.instance.chat_template)),
      view(options.instance, tokenizer, chat_template),
      whole_view(whole_instance(options.instance), tokenizer, chat_template),
      train_data(options.data, trajectory::Split::train, options.instance, needs_answer(options)),
      validation_data(options.data, trajectory::Split::validation, options.instance, needs_answer(options)),
      model_config(model::read_config(options.model)),
      resident_before(device::process_memory().resident),
      weights(model::load_parameters(options.model, model_config, dtype_of(options))),
      pool(threads),
      stop_ids(checked_stop_ids(options, tokenizer, chat_template)),
      model(weights),
      sampler{train_data,
              view,
              tokenizer,
              pool,
              world,
              {options.signal, options.similarity, options.grading,
               options.instance.action_tags == trajectory::ActionTags::solution,
               options.objective.on_truncated == objective::OnTruncated::bad_format,
               [this](const std::string& text) { return tokenizer.encode(text); }},
              options.objective,
              options.sampling,
              options.training.prompts_per_update,
              options.training.group_size,
              std::min(options.instance.max_prompt_tokens,
                       model_config.max_positions - 1),  // room for one token at least
              static_cast<std::uint64_t>(options.common.seed)},
      supervised{train_data,
                 view,
                 tokenizer,
                 end_of_turn(tokenizer, chat_template, stop_ids),
                 options.training.thought,
                 options.instance.action_tags == trajectory::ActionTags::solution,
                 options.training.prompts_per_update,
                 options.instance.max_prompt_tokens,
                 options.sampling.max_new_tokens,
                 model_config.max_positions,
                 static_cast<std::uint64_t>(options.common.seed),
                 options.instance.view == trajectory::InstanceView::step,
                 options.training.whole_share > 0 ? &whole_view : nullptr,
                 options.training.whole_share} {
  check_vocabulary(options, tokenizer, model_config);
  if (weights.dtype() == model::Dtype::fp32) {
    generator.emplace(weights, stop_ids, options.rollout, pool,
                      [this](const std::vector<std::int32_t>& ids) { return tokenizer.decode(ids); });
    sampler.generator = &*generator;
  }
  if (train_data.size() == 0) {
    throw BadInput(
        train_data.left_out() > 0
            ? cat("no training instances in the data: none of ", train_data.left_out(),
                  " solutions has a final answer to grade by")
            : std::string(
                  "no training instances in the data: no solution has a step to learn under these options"));
  }
  if (train_data.left_out() > 0) {
    log_info(cat(train_data.left_out(), " solutions without a final answer are left out"));
  }
  if (options.objective.kl_beta > 0) {
    reference.emplace(model::load_parameters(options.model, model_config, dtype_of(options)));
    reference_model.emplace(*reference);
  }
  fingerprint = train_data.fingerprint();
}

}  // namespace srl::training
