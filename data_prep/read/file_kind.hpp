#pragma once
// Recognises files that are not input, such as an archive or an error page, by their first bytes.
#include <string>
#include <string_view>

namespace srl::data_prep {

/// What the file is and what to do about it ("an Arrow file: …"); empty when it may be input.
/// `start`: the first bytes, decompressed.
std::string foreign_kind(std::string_view start);

}  // namespace srl::data_prep
