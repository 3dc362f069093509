#pragma once
#include <memory>
#include <string_view>

#include "base/json.hpp"

namespace srl {

/// Parses many JSON texts fast: it keeps its buffers. simdjson parses what it accepts; Json::parse decides
/// about everything else, so both give the same values and errors.
class JsonParser {
 public:
  static constexpr std::size_t padding = 64;  ///< readable bytes, of any value, that must follow the text

  JsonParser();
  ~JsonParser();
  /// Throws BadInput with `where` as Json::parse does.
  Json parse(std::string_view text, std::string_view where);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl
