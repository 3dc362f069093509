#pragma once
// The folder that srl_prep writes. It replaces what an earlier srl_prep wrote there, and nothing of the
// user's.
#include <filesystem>
#include <string>
#include <vector>

namespace srl::data_prep {

/// Rank 0 only, before anything is written. `files`: names of files in the folder that the job replaces,
/// besides manifest.json, shards/ and work/. BadOption naming what is in the way: shards/ or work/ with files
/// of others, a manifest.json of another program, one of `files` in a folder that no srl_prep has written, or
/// an input among what is replaced. Creates shards/, so that a killed job's files are known as ours.
void claim_folder(const std::filesystem::path& folder, const std::vector<std::string>& files,
                  const std::vector<std::filesystem::path>& inputs = {});

}  // namespace srl::data_prep
