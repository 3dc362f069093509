#pragma once
#include <memory>
#include <string_view>

#include "base/json.hpp"

namespace srl::data_prep {

/// Parses JSON rows fast. simdjson parses what it accepts; Json::parse decides about everything else.
class RowParser {
 public:
  RowParser();
  ~RowParser();
  /// The text must be followed by 64 readable bytes. BadInput for broken JSON, invalid UTF-8, a duplicate
  /// key, or nesting deeper than 512.
  Json parse(std::string_view text);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::data_prep
