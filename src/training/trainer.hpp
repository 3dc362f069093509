#pragma once
// The update loop of srl_train: everything loaded once, then update after update until done, stopped or
// failed.
#include <functional>
#include <string>
#include <vector>

#include "job/job.hpp"
#include "text/chat_template.hpp"
#include "training/options.hpp"

namespace srl::training {

/// A question of a benchmark with its prompt, rendered by the model's chat_template, and the final answer.
struct BenchmarkQuestion {
  std::string prompt, reference;
};

/// At most `limit` questions of the benchmark file, as prompts of the chat_template. Comes from the job:
/// reading benchmarks is evaluation's.
using ReadBenchmark = std::function<std::vector<BenchmarkQuestion>(
    const std::string& file, std::int64_t limit, const text::ChatTemplate& chat_template)>;

/// Collective. Runs the whole job; returns the exit code (0 finished or saved, 1 failed). STATUS tells which.
int train(const Options& options, job::Context& context, const ReadBenchmark& read_benchmark);

}  // namespace srl::training
