#pragma once
// The compression of dataset elements, as an option of the jobs that write data.
#include "base/words.hpp"

namespace srl::store {

enum class Compression { none, gzip, zstd };
constexpr auto words_of(Compression) {
  return words<Compression>(
      {{"none", Compression::none}, {"gzip", Compression::gzip}, {"zstd", Compression::zstd}});
}

}  // namespace srl::store
