#pragma once
// The compression of dataset elements, as an option of the jobs that write data.
#include "base/words.hpp"

namespace srl::store {

enum class Compression { none, gzip, zstd };
SRL_WORDS(Compression, "none", "gzip", "zstd");

}  // namespace srl::store
