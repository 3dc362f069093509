#include "training/run/read_once.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "comm/agreed_failure.hpp"
#include "job/progress.hpp"
#include "objective/signals.hpp"

namespace srl::training {
namespace {

constexpr char read = 'R', bad_option = 'O', failed = 'E';
/// The watchdog learns of progress after each piece.
constexpr std::size_t piece_bytes = std::size_t{64} << 20;
constexpr double mebibyte = 1 << 20;

bool needs_answer(const Options& options) {
  return !options.supervised() && objective::signal_type(options.signal.kind).needs_answer;
}

}  // namespace

std::string read_once(const comm::Communicator& world, const std::function<std::string()>& make) {
  std::string text;
  if (world.is_root()) {
    try {
      text = read + make();
    } catch (const BadOption& error) {
      text = bad_option + std::string(error.what());
    } catch (const Error& error) { text = failed + std::string(error.what()); }
  }
  text = world.broadcast(std::move(text), 0);
  const char outcome = text.front();
  text.erase(0, 1);
  if (outcome == bad_option) { throw BadOption(text); }
  if (outcome == failed) { throw BadInput(text); }
  return text;
}

model::ModelFolder open_model_folder_once(const Options& options, const comm::Communicator& world,
                                          const std::function<void()>& tick) {
  const std::string& chat_template = options.instance.chat_template;
  const std::string content =
      read_once(world, [&] { return model::read_model_folder(options.model, chat_template, tick); });
  return model::open_model_folder(options.model, chat_template, content);
}

model::Parameters load_parameters_once(const model::ModelFolder& folder, model::Dtype dtype, bool on_all,
                                       const comm::Communicator& world, const std::function<void()>& tick) {
  std::optional<model::Parameters> weights;
  std::string error;
  if (world.is_root()) {
    job::Progress progress("load the model", "pieces", static_cast<double>(model::load_pieces(folder.config)),
                           true);
    std::int64_t read_pieces = 0;
    try {
      weights.emplace(model::load_parameters(folder, dtype, [&] {
        progress.update(static_cast<double>(++read_pieces));
        tick();
      }));
    } catch (const Error& thrown) { error = thrown.what(); }
  }
  comm::throw_if_any(error, world);
  if (!on_all) {
    return weights ? std::move(*weights) : model::Parameters::without_memory(folder.config, dtype);
  }
  if (!weights) { weights.emplace(folder.config, dtype); }
  at::Tensor& flat = weights->flat();
  const std::span<std::byte> bytes(static_cast<std::byte*>(flat.data_ptr()), flat.nbytes());
  job::Progress progress("send the model to all ranks", "MiB", static_cast<double>(bytes.size()) / mebibyte,
                         world.is_root() && world.size() > 1);
  for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
    const std::size_t size = std::min(piece_bytes, bytes.size() - at);
    world.broadcast(bytes.subspan(at, size), 0);
    progress.update(static_cast<double>(at + size) / mebibyte);
    tick();
  }
  return std::move(*weights);
}

std::string system_prompt_once(const Options& options, const comm::Communicator& world) {
  return read_once(world, [&] { return trajectory::View::system_prompt_of(options.instance); });
}

trajectory::Dataset training_data(const Options& options,
                                  const std::vector<trajectory::ScannedFolder>& data) {
  return {data, trajectory::Split::train, options.instance, needs_answer(options)};
}

trajectory::Dataset validation_data_once(const Options& options,
                                         const std::vector<trajectory::ScannedFolder>& data,
                                         const comm::Communicator& world) {
  trajectory::Dataset validation(data, trajectory::Split::validation, options.instance,
                                 needs_answer(options));
  if (options.validation.every_updates > 0) {
    validation.hold(read_once(world, [&] { return validation.packed(options.validation.questions); }));
  }
  return validation;
}

}  // namespace srl::training
