#pragma once
// Model folders with random weights.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model/parameters.hpp"

namespace srl::model {

/// A tiny Llama (hidden size 96, 3 layers, 4 heads, untied head) with its own tokenizer: the 256 bytes, an
/// end of text, ChatML's two marks, and `words`, each of which is one token wherever it occurs. It has no
/// chat template. BadInput when a word occurs twice or is already a token.
void write_mini_model(const std::filesystem::path& target_folder, const std::vector<std::string>& words,
                      std::uint64_t seed);
/// Random weights for the config.json of `source_folder`; its tokenizer files are copied.
void write_random_model(const std::filesystem::path& source_folder,
                        const std::filesystem::path& target_folder, std::uint64_t seed, Dtype dtype);

}  // namespace srl::model
