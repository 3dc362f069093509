#pragma once
// What a run loads and keeps: model, tokenizer, data, generator. Later members use earlier ones.
#include <functional>
#include <memory>
#include <optional>

#include "model/model_folder.hpp"
#include "model/pack.hpp"
#include "rollout/generate.hpp"
#include "training/checkpoint/resume.hpp"
#include "training/data/supervised.hpp"
#include "training/gpu/gpu_side.hpp"
#include "training/options.hpp"
#include "training/sample/sampling.hpp"
#include "trajectory/dataset.hpp"

namespace srl::training {

struct Setup {
  /// Collective. `tick` is called while files are read.
  Setup(const Options& options, const comm::Communicator& world, const device::Device& device, int threads,
        const std::function<void()>& tick);

  model::ModelFolder folder;
  std::string system_prompt;
  trajectory::View view;
  trajectory::View whole_view;  ///< for training.whole_share
  trajectory::Dataset train_data, validation_data;
  std::uint64_t resident_before;  ///< resident bytes of this process before the weights were loaded
  model::Parameters weights;  ///< with GPUs only on rank 0: of the start, or of the last Optimizer::fetch()
  std::optional<model::Parameters> reference;  ///< the frozen start model, only with kl_beta > 0
  ThreadPool pool;
  std::unique_ptr<rollout::Generator> generator;  ///< absent in fp64, and on a GPU if nothing is sampled
  std::optional<GpuSide> gpu;
  model::PackModel model;
  std::optional<model::PackModel> reference_model;
  Sampler sampler;
  SupervisedSource supervised;
  DataIdentity data_identity;  ///< of the training data, for resume

 private:
  Setup(const Options& options, const comm::Communicator& world, const device::Device& device, int threads,
        const std::function<void()>& tick, const std::vector<trajectory::ScannedFolder>& data);
};

}  // namespace srl::training
