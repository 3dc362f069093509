#include "training/data/batch_files.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "training/data/batch_lines.hpp"

namespace srl::training {
namespace {

namespace fs = std::filesystem;

fs::path file_of(const fs::path& folder, std::int64_t update) {
  return folder / cat("update_", zero_padded(update, 6), ".jsonl");
}

}  // namespace

Batch replayed_batch(const Options& options, std::int64_t update) {
  const fs::path file = file_of(options.training.replay, update);
  Batch batch = batch_from_lines(read_file(file), file.string());
  for (const Group& group : batch) {
    for (const Completion& completion : group.completions) {
      if (!completion.written().logprobs.empty()) { continue; }
      if (options.objective.sampler_correction == objective::SamplerCorrection::truncated) {
        throw BadInput(cat(file.string(),
                           ": has no logprobs, which objective.sampler_correction = truncated needs; save "
                           "the rollouts with them or set it to off"));
      }
      if (group.carried) {
        throw BadInput(
            cat(file.string(), ": a carried group has no logprobs; it needs those that it was sampled with"));
      }
    }
  }
  return batch;
}

void save_rollouts(const fs::path& run, const Batch& batch, std::int64_t update) {
  const fs::path file = file_of(run / "rollouts", update);
  make_folders(file.parent_path());
  write_file_atomically(file, batch_to_lines(batch, false));
}

fs::path save_bad_update(const fs::path& run, const Batch& batch, std::int64_t update) {
  const fs::path file = file_of(run / "bad_updates", update);
  make_folders(file.parent_path());
  write_file_atomically(file, batch_to_lines(batch, true));
  return file;
}

}  // namespace srl::training
