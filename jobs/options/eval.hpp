#pragma once
// Options of srl_eval.
#include <string>

#include "device/options.hpp"
#include "evaluation/options.hpp"
#include "grading/options.hpp"
#include "job/options.hpp"
#include "rollout/options.hpp"
#include "trajectory/options.hpp"

namespace srl::jobs {

struct EvalOptions {
  job::CommonOptions common;
  evaluation::SweepOptions sweep;
  rollout::SamplingOptions sampling;
  rollout::RolloutOptions rollout;
  trajectory::InstanceOptions instance;
  grading::GradingOptions grading;
  job::StopOptions stop;
  device::DeviceOptions device;
  std::string model;
  EvalOptions();
  void visit(config::Visitor& v);
  /// The options that a setting of a sweep file may give.
  void visit_setting(config::Visitor& v);
};

/// sampling.max_new_tokens where it is `auto`: a whole answer needs more room than a step. Call it before
/// check().
void resolve_length(EvalOptions& options);

/// Checks that involve several options. BadOption naming the first option that is missing or does not fit.
void check(const EvalOptions& options);
/// The part of it that a setting of a sweep file can change.
void check_setting(const EvalOptions& options);

}  // namespace srl::jobs
