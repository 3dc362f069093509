#pragma once
// A permutation computed by a formula: every rank can compute the instance at any position without storage or
// communication.
#include <cstdint>

namespace srl::trajectory {

/// The element at `position` of the pseudo-random permutation of [0, size) for (seed, epoch). It is a
/// four-round Feistel network over the smallest even number of bits that holds size, repeated until the value
/// is below size (Black and Rogaway 2002, "Ciphers with arbitrary finite domains"). Round function: Philox,
/// stream `order`.
std::int64_t permuted(std::uint64_t seed, std::int64_t epoch, std::int64_t position, std::int64_t size);

}  // namespace srl::trajectory
