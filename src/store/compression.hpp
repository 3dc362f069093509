#pragma once
// How the elements of a dataset are stored in its file. The user chooses; it does not depend on what is
// installed.
#include <cstdint>

#include "store/options.hpp"

namespace srl::store {

struct Storage {
  Compression compression = Compression::none;
  bool chunked = false;  ///< chunked even without compression; else contiguous
  std::uint64_t chunk_bytes =
      1 << 20;  ///< approximate chunk size before compression; whole rows, at least one
};

}  // namespace srl::store
