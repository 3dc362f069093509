#pragma once
// Connects evaluation, which does not use LibTorch, with the generator.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/thread_pool.hpp"
#include "evaluation/answering.hpp"
#include "job/job.hpp"
#include "job/stop.hpp"
#include "jobs/generation/on_device.hpp"
#include "jobs/options/eval.hpp"
#include "model/model_folder.hpp"

namespace srl::eval_job {

using Tick = std::function<void(std::int64_t)>;

/// Everything a rank needs to answer questions with a model and one setting. The weights are the caller's, so
/// that several settings share them.
class Answerer {
 public:
  /// BadOption when the options do not fit the model.
  Answerer(const jobs::EvalOptions& options, const model::ModelFolder& folder, const jobs::Weights& weights,
           job::Context& context, job::StopRequests& stop);

  std::vector<evaluation::SampledText> operator()(const std::vector<evaluation::Asked>& asked,
                                                  const Tick& tick);

 private:
  /// Why the generator would refuse a prompt; empty when it would not.
  std::string why_not(const std::vector<text::TokenId>& prompt) const;
  std::vector<std::vector<evaluation::Completion>> run(const std::vector<evaluation::Request>& requests,
                                                       const Tick& tick);

  const jobs::EvalOptions& options_;
  job::Context& context_;
  job::StopRequests& stop_;
  const model::ModelFolder& folder_;
  trajectory::View view_, whole_view_;
  evaluation::Shots shots_;
  ThreadPool pool_;
  jobs::DeviceGenerator generator_;
};

}  // namespace srl::eval_job
