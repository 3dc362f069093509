#pragma once
// What a sweep has still to ask: its questions without the samples that its records file already holds.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "evaluation/benchmark.hpp"
#include "evaluation/sweep.hpp"

namespace srl::evaluation {

/// A question and its samples that have no record yet.
struct Pending {
  const Benchmark* benchmark = nullptr;
  const Question* question = nullptr;
  std::vector<std::int64_t> samples = {};
};

struct Resumed {
  std::vector<Pending> pending = {};  ///< in benchmark order, the same on every rank
  std::int64_t recorded = 0;          ///< completions of this sweep that have a record; rank 0 only
};

/// Collective. The samples of `work` that neither the task's file nor `others` holds. Rank 0 rewrites the
/// file without its torn last line, and without this sweep's questions that could not be asked: they are
/// tried again. Records of other experiments (for example greedy beside sampled ones) stay as they are.
/// BadInput when the file holds records without the checksum of their model: it is not known which model
/// wrote them.
Resumed pending_questions(const SweepOptions& options, const std::vector<Work>& work, const Recorded& others,
                          const Subject& subject, const comm::Communicator& world,
                          const std::filesystem::path& file);

}  // namespace srl::evaluation
