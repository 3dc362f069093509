#pragma once
// A permutation as a formula: every rank knows the instance at any position without storing or exchanging
// anything.
#include <cstdint>

namespace srl::trajectory {

/// The element at `position` of the pseudo-random permutation of [0, size) that belongs to (seed, epoch): a
/// four-round Feistel network over the smallest even number of bits that holds size, walked until it lands
/// inside (Black and Rogaway 2002, "Ciphers with arbitrary finite domains"). Round function: Philox, stream
/// order.
std::int64_t permuted(std::uint64_t seed, std::int64_t epoch, std::int64_t position, std::int64_t size);

}  // namespace srl::trajectory
