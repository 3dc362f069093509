#pragma once
#include <memory>
#include <string_view>

#include "base/json.hpp"

namespace srl::data_prep {

/// Rows of JSON at speed: what simdjson accepts is taken from it, everything else goes to Json::parse, which
/// decides.
class RowParser {
 public:
  RowParser();
  ~RowParser();
  /// The text needs 64 readable bytes behind it. BadInput for broken JSON, invalid UTF-8, a key given twice,
  /// nesting over 512.
  Json parse(std::string_view text);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::data_prep
