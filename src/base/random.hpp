#pragma once
// Counter-based random numbers: Philox-4x32-10 (Salmon et al., SC'11). A number depends only on (seed,
// stream, draw, answer, token), never on what was drawn before it, by whom, or in which batch
// (docs/design.md, "Random numbers").
#include <array>
#include <cstdint>

#if defined(__CUDACC__)
#define SRL_HOST_DEVICE __host__ __device__
#else
#define SRL_HOST_DEVICE
#endif

namespace srl {

enum class RandomStream : std::uint32_t {
  order = 0,
  rollout = 1,
  validation = 2,
  evaluation = 3,
  initialisation = 4,
  rounding = 5
};

struct Philox {
  std::uint32_t words[4];
};

SRL_HOST_DEVICE constexpr Philox philox4x32_10(Philox counter, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53u} * counter.words[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57u} * counter.words[2];
    const Philox next{{static_cast<std::uint32_t>(product1 >> 32) ^ counter.words[1] ^ key0,
                       static_cast<std::uint32_t>(product1),
                       static_cast<std::uint32_t>(product0 >> 32) ^ counter.words[3] ^ key1,
                       static_cast<std::uint32_t>(product0)}};
    counter = next;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

/// Four random words of the counter. `draw` may exceed 32 bits: its high part shares a word with the stream.
SRL_HOST_DEVICE constexpr Philox random_words(std::uint64_t seed, RandomStream stream, std::uint64_t draw,
                                              std::uint32_t answer, std::uint32_t token) {
  const Philox counter{{static_cast<std::uint32_t>(stream) | (static_cast<std::uint32_t>(draw >> 32) << 8),
                        static_cast<std::uint32_t>(draw), answer, token}};
  return philox4x32_10(counter, static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
}

/// Uniform in [0, 1) with 53 bits, from the first two words of the counter.
SRL_HOST_DEVICE constexpr double random_uniform(std::uint64_t seed, RandomStream stream, std::uint64_t draw,
                                                std::uint32_t answer, std::uint32_t token) {
  const Philox w = random_words(seed, stream, draw, answer, token);
  const std::uint64_t bits = (std::uint64_t{w.words[0]} << 21) ^ (w.words[1] >> 11);
  return static_cast<double>(bits & ((std::uint64_t{1} << 53) - 1)) * 0x1.0p-53;
}

}  // namespace srl
