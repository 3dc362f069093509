#include "training/run/setup.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "device/device.hpp"
#include "training/plan/dry_run.hpp"
#include "training/run/read_once.hpp"

namespace srl::training {
namespace {

model::Dtype dtype_of(const Options& options) {
  return options.device.dtype == device::DtypeChoice::fp64 ? model::Dtype::fp64 : model::Dtype::fp32;
}

model::ModelFolder trainable_folder(const Options& options, const comm::Communicator& world,
                                    const std::function<void()>& tick) {
  model::ModelFolder folder = open_model_folder_once(options, world, tick);
  if (folder.stop_ids.empty()) {
    throw BadInput(
        cat(options.model,
            ": there is no stop token: eos_token_id is missing and the chat template has no end of "
            "turn; add eos_token_id to generation_config.json"));
  }
  if (static_cast<std::int64_t>(folder.tokenizer.size()) > folder.config.vocab) {
    throw BadInput(cat(options.model, ": the tokenizer has ids up to ", folder.tokenizer.size() - 1,
                       ", but the model's vocabulary has only ", folder.config.vocab,
                       " entries: model and tokenizer do not match"));
  }
  return folder;
}

Sampler sampler_of(const Setup& setup, const Options& options, ThreadPool& pool,
                   const comm::Communicator& world) {
  return {.dataset = setup.train_data,
          .view = setup.view,
          .tokenizer = setup.folder.tokenizer,
          .pool = pool,
          .world = world,
          .signal = {.signal = options.signal,
                     .similarity = options.similarity,
                     .grading = options.grading,
                     .solution_tags = options.instance.action_tags == trajectory::ActionTags::solution,
                     .truncated_is_bad = options.objective.on_truncated == objective::OnTruncated::bad_format,
                     .encode = [&tokenizer = setup.folder.tokenizer](
                                   const std::string& text) { return tokenizer.encode(text); }},
          .objective = options.objective,
          .sampling = options.sampling,
          .prompts = options.training.prompts_per_update,
          .completions = options.training.group_size,
          .max_prompt_tokens = std::min(options.instance.max_prompt_tokens, setup.folder.longest_prompt()),
          .seed = static_cast<std::uint64_t>(options.common.seed)};
}

std::optional<GpuSide> gpu_side(const Options& options, model::Parameters& weights,
                                const device::Device& device, const comm::Communicator& world,
                                const std::function<void()>& tick) {
  std::optional<GpuSide> gpu;
  if (device.kind == device::Kind::cuda) {
    gpu.emplace(options, weights, device, world, tick);
  } else {
    compute::choose_attention(options.compute.attention, device, weights.dtype(), {});  // refuses flash
  }
  return gpu;
}

}  // namespace

Setup::Setup(const Options& options, const comm::Communicator& world, const device::Device& device,
             int threads, const std::function<void()>& tick)
    : Setup(options, world, device, threads, tick,
            trajectory::scan_folders(options.data, shared_by(world, tick))) {}

Setup::Setup(const Options& options, const comm::Communicator& world, const device::Device& device,
             int threads, const std::function<void()>& tick,
             const std::vector<trajectory::ScannedFolder>& data)
    : folder(trainable_folder(options, world, tick)),
      system_prompt(system_prompt_once(options, world)),
      view(options.instance, folder.tokenizer, folder.chat_template, system_prompt),
      whole_view(whole_instance(options.instance), folder.tokenizer, folder.chat_template, system_prompt),
      train_data(training_data(options, data)),
      validation_data(validation_data_once(options, data, world)),
      resident_before(device::process_memory().resident),
      weights(load_parameters_once(folder, dtype_of(options), device.kind == device::Kind::cpu, world, tick)),
      pool(threads),
      gpu(gpu_side(options, weights, device, world, tick)),
      model(gpu ? gpu->make_model() : model::PackModel(weights)),
      sampler(sampler_of(*this, options, pool, world)),
      supervised(supervised_source(options, folder, view, whole_view, train_data)) {
  const auto decode = [this](const std::vector<std::int32_t>& ids) { return folder.tokenizer.decode(ids); };
  if (gpu && generates(options)) {
    generator = gpu->make_generator(folder.stop_ids, decode);
  } else if (!gpu && weights.dtype() == model::Dtype::fp32) {
    generator = std::make_unique<rollout::Generator>(weights, folder.stop_ids, options.rollout, pool, decode);
  }
  sampler.generator = generator.get();
  if (gpu) { sampler.reward_place = gpu->reward_place(); }
  if (generator) { generator->check(options.sampling); }
  if (train_data.size() == 0) {
    throw BadInput(train_data.left_out() > 0
                       ? cat("no training instances in the data: none of ",
                             counted(train_data.left_out(), "solution"),
                             " has a final answer, which the signal needs")
                       : std::string("no training instances in the data: no solution has a step to train on "
                                     "with these options"));
  }
  if (train_data.left_out() > 0) {
    log_info(cat(counted(train_data.left_out(), "solution", "is left out: it has", "are left out: they have"),
                 " no final answer, which the signal needs"));
  }
  if (options.objective.kl_beta > 0) {
    if (gpu) {
      reference_model.emplace(gpu->make_reference());
    } else {
      reference.emplace(folder.config, weights.dtype());
      reference->flat().copy_(weights.flat());  // still those of the folder
      reference_model.emplace(*reference);
    }
  }
  data_identity = {train_data.fingerprint(), train_data.shard_checksums()};
}

}  // namespace srl::training
