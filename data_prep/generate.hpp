#pragma once
// `srl_prep generate`: writes synthetic problems as a data folder and benchmark files, or their warm-up texts
// as a data folder.
#include <string>
#include <vector>

#include "data_prep/options.hpp"
#include "job/job.hpp"

namespace srl::data_prep {

/// Rank 0 writes; the other ranks wait. The same options give the same bytes. Files
/// (docs/data-preparation.md):
///   problems: manifest.json and shards/ with training and validation solutions without thoughts;
///   solutions.jsonl with the training solutions in the form that srl_prep reads; validation.jsonl and
///   test.jsonl as benchmarks; test/ as a data folder of the test solutions, all held out.
///   warmup: manifest.json and shards/ with solutions that have a thought at each step; the reasoning is all
///   of these thoughts.
int generate(const GenerateOptions& options, std::uint64_t seed, job::Context& context);

}  // namespace srl::data_prep
