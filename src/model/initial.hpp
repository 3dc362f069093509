#pragma once
// Model folders with fresh random weights.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model/parameters.hpp"

namespace srl::model {

/// A tiny Llama (96 wide, 3 layers, 4 heads, untied head) with a tokenizer of its own: the 256 bytes, an end
/// of text, ChatML's two marks, and `words`, which are one token each wherever they occur. No chat template:
/// the plain layout.
void write_mini_model(const std::filesystem::path& target_folder, const std::vector<std::string>& words,
                      std::uint64_t seed);
/// Random weights for the config.json of `source_folder`, whose tokenizer files are carried over.
void write_random_model(const std::filesystem::path& source_folder,
                        const std::filesystem::path& target_folder, std::uint64_t seed, Dtype dtype);

}  // namespace srl::model
