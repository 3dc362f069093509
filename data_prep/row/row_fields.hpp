#pragma once
// The values of a row by path. A list or an object that is stored as JSON text is opened where a path or a
// role needs it.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace srl::data_prep {

/// Valid while the row lives. What it returns is valid while both live.
class RowFields {
 public:
  explicit RowFields(const Json& row);
  const Json& row() const { return row_; }
  /// The value at a path; nullptr when it does not exist or is null. "a.b" is b inside a, "a.0" the first
  /// element, "a.*" the chosen element.
  const Json* at(const std::string& path) const;
  /// The value at the first path that has one. An empty text is used only when no later path has a value.
  const Json* first(const std::vector<std::string>& paths) const;
  /// The list or object that a text holds as JSON; any other value, nullptr included, as it is.
  const Json* opened(const Json* value) const;
  /// Which element "*" stands for; the first one by default.
  void choose(std::size_t element) { chosen_ = element; }
  /// The names of the row's fields, for messages.
  std::string names() const;

 private:
  const Json* inside(const Json& list, std::string_view part) const;
  const Json& row_;
  std::uint64_t begins_ = 0;  ///< one bit per beginning of a field's name: tells most absent fields at once
  std::size_t chosen_ = 0;
  mutable std::vector<std::pair<const Json*, std::unique_ptr<Json>>> opened_;  ///< null: holds no JSON
};

}  // namespace srl::data_prep
