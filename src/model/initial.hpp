#pragma once
// Model folders with fresh random weights.
#include <cstdint>
#include <filesystem>

#include "model/parameters.hpp"

namespace srl::model {

/// A tiny Llama (vocabulary: the 256 bytes, ChatML's two marks and an end of text; 64 wide, 2 layers, 4 heads) with its byte tokenizer: runs anywhere in seconds.
void write_mini_model(const std::filesystem::path& target_folder, std::uint64_t seed);
/// Random weights for the config.json of `source_folder`, whose tokenizer files are carried over.
void write_random_model(const std::filesystem::path& source_folder, const std::filesystem::path& target_folder, std::uint64_t seed,
                        Dtype dtype);

}  // namespace srl::model
