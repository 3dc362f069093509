#pragma once
// Which folders an export, import or new model may replace.
#include <filesystem>
#include <string>

namespace srl::model {

/// Why `folder` may not be replaced by a model; empty when it may. A folder may be replaced when it does not
/// exist, is empty, or is a model and nothing else: config.json, weights, and the tokenizer's and template's
/// files. The current folder is never replaced. Links are followed.
std::string why_not_replaced(const std::filesystem::path& folder);

}  // namespace srl::model
