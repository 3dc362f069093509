#pragma once
// One run of the trainer: its state and its parts. Private to this room; jobs call train() of trainer.hpp.
#include <cstdint>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/timer.hpp"
#include "job/devices.hpp"
#include "job/event_file.hpp"
#include "job/run_directory.hpp"
#include "training/checkpoint/checkpoint_writer.hpp"
#include "training/data/fitting.hpp"
#include "training/optimise/learner.hpp"
#include "training/run/export.hpp"
#include "training/run/findings.hpp"
#include "training/run/metrics.hpp"
#include "training/run/setup.hpp"
#include "training/run/stopping.hpp"
#include "training/trainer.hpp"
#include "training/validation/validation.hpp"

namespace srl::training {

class TrainingRun {
 public:
  /// Keeps references.
  TrainingRun(const Options& options, const job::FoundDevice& device, job::Context& context,
              job::RunDirectory& directory);

  int run();

 private:
  enum class Outcome { done, dropped };

  std::int64_t update_count() const;
  double learning_rate_now() const;
  bool resume();
  void begin_run(bool resumed);
  void log_start() const;
  bool more_updates() const;
  Outcome one_update();
  std::optional<SampledBatch> next_batch(UpdateReport& report);
  void warn_about_missing_groups(const UpdateReport& report) const;
  Learned train_on(const Batch& batch, UpdateReport& report);
  void count_update(Batch& batch, UpdateReport& report);
  void keep_bad_update(Batch& batch, std::int64_t update);
  void save_batch(Batch& batch, std::int64_t update);
  void write_samples(Batch& batch, std::int64_t update);
  void write_lines(SampledBatch& sampled, const UpdateReport& report);
  void note_figures(const UpdateReport& report);
  void each_line(const char* name, const std::function<void(const Json&)>& take) const;
  void read_findings();
  void tell_findings();
  std::string nothing_learned(double changed_share);
  std::optional<Json> validate_now(std::int64_t update);
  void take_if_best(double score, std::int64_t update);
  void export_best();
  bool exports_older() const;
  bool export_owed();
  double export_seconds() const;
  bool checkpoint_due(bool new_best) const;
  void long_phase(const std::string& name);  ///< for phases on a slow disk: the watchdog waits longer
  void save_if_due(bool new_best);
  void save(bool wait);
  int stopped_early();
  void finish();

  std::clock_t clock_before_ = std::clock();  ///< CPU time of this process before anything was loaded
  const Options& options_;
  const job::FoundDevice& device_;
  job::Context& context_;
  job::RunDirectory& directory_;
  comm::Communicator world_;
  Json resolved_;
  Setup setup_;
  Learner learner_;
  CheckpointWriter writer_;
  Stopping stopping_;
  std::optional<FittingInstances> fitting_;  ///< absent for replayed rollouts
  std::int64_t updates_;
  ValidationSet validation_set_;
  LoopState state_;
  std::optional<job::EventFile> events_;        ///< rank 0, with training.tensorboard
  BackgroundExport best_export_, last_export_;  ///< rank 0
  bool exports_in_background_ = false;          ///< there is memory for a copy of the weights
  double peak_rate_ = 0;         ///< operations per second of all ranks, measured once; for logs only
  std::string last_words_;       ///< of the last update, for the progress line
  Findings findings_{options_};  ///< rank 0
  std::vector<Finding> told_;    ///< findings of the last update
  double pace_ = 0;              ///< seconds per update, for the time left
  double checkpoint_spent_ = 0;  ///< seconds since the last metrics line, reported in the next one
  Timer since_checkpoint_;
};

}  // namespace srl::training
