#pragma once
#include <filesystem>
#include <functional>

namespace srl::model {

/// Whether the folder's weights hold an lm_head.weight that differs from the embedding. False where either is
/// missing or cannot be read, which loading reports.
/// `tick` is called between pieces.
bool saved_head_differs(const std::filesystem::path& model_folder, const std::function<void()>& tick = {});

}  // namespace srl::model
