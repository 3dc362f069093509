#pragma once
// The questions of training data, for what is compared with them.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace srl::trajectory {

struct TrainingQuestion {
  const std::filesystem::path& shard;
  std::uint64_t row = 0;  ///< of the shard
  std::string_view question;
};

/// Calls `visit` with the question of each training solution, in order; validation solutions are left out.
/// Each of `data` is a data folder of srl_prep, with or without a weight as in --data, or one shard file. The
/// shards of a folder are verified first. `tick` is called now and then. Throws BadInput as read_manifest,
/// verify_shard and ShardReader do, and for a file or folder that does not exist or that is given twice.
void each_training_question(const std::vector<std::string>& data, const std::function<void()>& tick,
                            const std::function<void(const TrainingQuestion&)>& visit);

}  // namespace srl::trajectory
