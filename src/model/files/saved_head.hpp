#pragma once
#include <filesystem>

namespace srl::model {

/// Whether the folder's weights hold an lm_head.weight that differs from the embedding. False where either is
/// missing or cannot be read, which loading reports.
bool saved_head_differs(const std::filesystem::path& model_folder);

}  // namespace srl::model
