#pragma once
// The trained model as a Hugging Face folder.
#include <atomic>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "base/timer.hpp"
#include "model/parameters.hpp"
#include "training/options.hpp"

namespace srl::training {

struct Exported {
  std::filesystem::path folder;
  double changed_share =
      0;  ///< of the weights differ from the start model after rounding to the exported type
};

/// Called on rank 0 only. Writes the weights to `folder` and copies all other files from options.model. A
/// folder that holds more than a model is kept; then FOLDER_2 is written. Logs the share of weights
/// that differ from the start model: a small learning rate may not change a bf16 weight at all. Both stream
/// tensors: no second model is held in memory.
/// `tick` is called between pieces.
Exported export_trained(const model::Parameters& weights, const Options& options,
                        const std::filesystem::path& folder, const std::function<void()>& tick = {});

/// Exports a copy of the weights on a thread, while training continues.
class BackgroundExport {
 public:
  BackgroundExport() = default;
  /// Gives up an export that is not complete; its folder stays as it was. During an exception it does not
  /// wait for the disk.
  ~BackgroundExport();
  BackgroundExport(const BackgroundExport&) = delete;
  BackgroundExport& operator=(const BackgroundExport&) = delete;

  /// Copies the weights. An earlier export that is not complete is given up.
  void start(const model::Parameters& weights, const Options& options, const std::filesystem::path& folder);
  bool running() const;
  /// While it runs: seconds that an export takes, those of the last complete one or, before the first, an
  /// estimate from the bytes and write_rate(); at least the time that this one has taken so far. Else 0.
  double expected_seconds() const;
  /// Gives up an export without waiting for the disk.
  void abandon();
  /// Waits, and throws what the export threw. `tick` is called whenever a piece was written. Returns
  /// what was exported; without a folder when no export was started.
  Exported finish(const std::function<void()>& tick);

 private:
  /// What the thread and this object share; the thread may outlive this object.
  struct Shared {
    std::atomic<bool> done = false, given_up = false;
    std::atomic<std::int64_t> pieces = 0;
    Exported exported;  ///< this and the next are read only after the thread has ended
    std::exception_ptr failure;
    Timer since;
    double seconds = 0;  ///< that the export took
  };
  std::thread thread_;
  std::shared_ptr<Shared> shared_;
  double known_seconds_ = 0;  ///< of the last complete export
  double estimate_ = 0;
};

}  // namespace srl::training
