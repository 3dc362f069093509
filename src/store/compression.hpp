#pragma once
// How the elements of a dataset lie in its file. Which way is the user's choice, never a matter of what is
// installed.
#include <cstdint>

#include "store/options.hpp"

namespace srl::store {

struct Storage {
  Compression compression = Compression::none;
  bool chunked = false;                 ///< also without compression; contiguous otherwise
  std::uint64_t chunk_bytes = 1 << 20;  ///< of elements before compression, about; whole rows, at least one
};

}  // namespace srl::store
