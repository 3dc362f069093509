#pragma once
// Files that every rank needs are read by rank 0 and broadcast, so that the files opened and the bytes read
// at a start do not grow with the number of ranks. All functions are collective. What rank 0 throws, all
// ranks throw.
#include <functional>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "model/model_folder.hpp"
#include "training/options.hpp"
#include "trajectory/dataset.hpp"

namespace srl::training {

/// What `make` returns on rank 0.
std::string read_once(const comm::Communicator& world, const std::function<std::string()>& make);
/// The model folder of the options, without its weights. `tick` is called while files are read.
model::ModelFolder open_model_folder_once(const Options& options, const comm::Communicator& world,
                                          const std::function<void()>& tick);
/// The folder's weights. Rank 0 reads them into its own buffer, which is then broadcast in pieces: no rank
/// holds a second copy. Without `on_all` other ranks get Parameters without memory. `tick` is called between
/// pieces.
model::Parameters load_parameters_once(const model::ModelFolder& folder, model::Dtype dtype, bool on_all,
                                       const comm::Communicator& world, const std::function<void()>& tick);
/// instance.system_prompt; empty if it is not set.
std::string system_prompt_once(const Options& options, const comm::Communicator& world);
/// The training split; solutions without a final answer are left out when the run's signal needs one. Not
/// collective.
trajectory::Dataset training_data(const Options& options, const std::vector<trajectory::ScannedFolder>& data);
/// The validation split. With validation on, the solutions that it asks about are in the memory of all ranks.
trajectory::Dataset validation_data_once(const Options& options,
                                         const std::vector<trajectory::ScannedFolder>& data,
                                         const comm::Communicator& world);

}  // namespace srl::training
