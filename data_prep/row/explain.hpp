#pragma once
// Says in one line why a row is not a record, and what to do.
#include <string>
#include <string_view>

#include "data_prep/row/row_fields.hpp"
#include "data_prep/split/preset.hpp"

namespace srl::data_prep {

/// For a row that was rejected with `reason`: the fields that were looked for, and those that the row has.
std::string explain(const std::string& reason, const RowFields& row, const Preset& preset);

/// For a text that is not a JSON record: what it looks like.
std::string explain_text(std::string_view text);

/// The options that name a row's fields, guessed by their names: "--fields.question instruction …".
std::string suggested_fields(const RowFields& row);

}  // namespace srl::data_prep
