#pragma once
// `srl_prep generate`: a world's problems as a data folder and benchmark files, or its warm-up texts as a
// data folder.
#include <string>
#include <vector>

#include "data_prep/options.hpp"
#include "job/job.hpp"

namespace srl::data_prep {

/// Rank 0 writes, the others wait. Files (docs/data-preparation.md): problems: manifest.json and shards/ of
/// training and validation solutions without thoughts, solutions.jsonl (the training ones as srl_prep reads
/// them), validation.jsonl and test.jsonl (benchmarks), and in test/ a data folder of the test solutions, all
/// held out. warmup: manifest.json and shards/ of solutions with a thought at each step and all of them as
/// the reasoning. The same bytes for the same options.
int generate(const GenerateOptions& options, std::uint64_t seed, job::Context& context);

}  // namespace srl::data_prep
