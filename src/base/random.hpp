#pragma once
// Counter-based random numbers: Philox-4x32-10 (Salmon et al., SC'11). A number depends only on (seed,
// stream, draw, completion, token). It does not depend on earlier draws, on the rank or on the batch
// (docs/design.md, "Random numbers").
#include <cstdint>

#include "base/host_device.hpp"

namespace srl {

/// The order of the streams fixes their numbers, and results depend on the numbers: do not reorder.
enum class RandomStream : std::uint32_t { order, rollout, validation, evaluation, initialisation, rounding };

struct Philox {
  std::uint32_t words[4];
};

SRL_HOST_DEVICE constexpr Philox philox4x32_10(Philox counter, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53u} * counter.words[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57u} * counter.words[2];
    counter = {{high_word(product1) ^ counter.words[1] ^ key0, low_word(product1),
                high_word(product0) ^ counter.words[3] ^ key1, low_word(product0)}};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

/// Four random words for the counter. `draw` may exceed 32 bits: its high part shares a word with the stream.
/// Only the low 32 bits of `completion` and `token` are used.
SRL_HOST_DEVICE constexpr Philox random_words(std::uint64_t seed, RandomStream stream, std::uint64_t draw,
                                              std::uint64_t completion, std::uint64_t token) {
  const std::uint32_t kind = static_cast<std::uint32_t>(stream) | (high_word(draw) << 8);
  return philox4x32_10({{kind, low_word(draw), low_word(completion), low_word(token)}}, low_word(seed),
                       high_word(seed));
}

/// Uniform in [0, 1) with 53 bits, from the first two words of the counter.
SRL_HOST_DEVICE constexpr double random_uniform(std::uint64_t seed, RandomStream stream, std::uint64_t draw,
                                                std::uint64_t completion, std::uint64_t token) {
  const Philox w = random_words(seed, stream, draw, completion, token);
  const std::uint64_t bits = (std::uint64_t{w.words[0]} << 21) ^ (w.words[1] >> 11);
  return (bits & ((std::uint64_t{1} << 53) - 1)) * 0x1.0p-53;
}

}  // namespace srl
