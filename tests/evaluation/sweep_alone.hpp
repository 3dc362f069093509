#pragma once
// One model and one setting over the benchmarks of the options, as srl_eval does it without a sweep file.
#include "evaluation/shares.hpp"
#include "evaluation/sweep.hpp"

namespace srl::evaluation {

inline SweepSummary sweep_alone(const SweepOptions& options, std::int64_t share,
                                const trajectory::InstanceOptions& instance, const Subject& subject,
                                const comm::Communicator& world, comm::Watchdog& watchdog,
                                job::StopRequests& stop) {
  const std::vector<Benchmark> benchmarks = benchmarks_of(options, instance);
  std::vector<Unit> units;
  for (const Benchmark& benchmark : benchmarks) { units.push_back({0, std::ssize(benchmark.questions)}); }
  const auto shares = share_of(units, share, options.tasks);
  std::vector<Work> work;
  for (std::size_t b = 0; b < benchmarks.size(); ++b) { work.push_back({&benchmarks[b], shares[b]}); }
  const Recorded others = recorded_by_others(options.output, options.task);
  return sweep(options, work, others, {}, subject, world, watchdog, stop);
}

}  // namespace srl::evaluation
