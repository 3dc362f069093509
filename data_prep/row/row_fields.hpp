#pragma once
// The values of a row by path. A list or an object that is stored as JSON text is opened where a path or a
// role needs it.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/characters.hpp"
#include "base/json.hpp"

namespace srl::data_prep {

/// Valid while the row lives. What it returns is valid while both live.
class RowFields {
 public:
  explicit RowFields(const Json& row);
  const Json& row() const { return row_; }
  /// One of 64 bits for the first two bytes of a path. A name and the paths that begin with it have one bit,
  /// since a dot after one byte counts as the end.
  static std::uint64_t beginning(const std::string& path) {
    const char* const bytes = path.c_str();  // ends with 0
    const unsigned first = bytes[0] == '.' ? 0 : byte_of(bytes[0]);
    const unsigned second = first == 0 || bytes[1] == '.' ? 0 : byte_of(bytes[1]);
    return std::uint64_t{1} << ((first * 31 + second) % 64);
  }
  /// Whether the row may have fields with all these beginnings: tells most absent fields at once.
  bool may_have(std::uint64_t beginnings) const { return (beginnings_ & beginnings) == beginnings; }
  /// The value at a path; nullptr when it does not exist or is null. "a.b" is b inside a, "a.0" the first
  /// element, "a.*" the chosen element.
  const Json* at(const std::string& path) const { return at(path, beginning(path)); }
  /// The same for a path whose beginning is known.
  const Json* at(const std::string& path, std::uint64_t its_beginning) const {
    return may_have(its_beginning) ? found_at(path) : nullptr;
  }
  /// The value at the first path that has one. An empty text is used only when no later path has a value.
  const Json* first(const std::vector<std::string>& paths) const;
  /// The list or object that a text holds as JSON; any other value, nullptr included, as it is.
  const Json* opened(const Json* value) const;
  /// Which element "*" stands for; the first one by default.
  void choose(std::size_t element) { chosen_ = element; }
  /// The names of the row's fields, for messages.
  std::string names() const;

 private:
  const Json* found_at(const std::string& path) const;
  const Json* inside(const Json& list, std::string_view part) const;
  const Json& row_;
  std::uint64_t beginnings_ = 0;  ///< of the names of all fields
  std::size_t chosen_ = 0;
  mutable std::vector<std::pair<const Json*, std::unique_ptr<Json>>> opened_;  ///< null: holds no JSON
};

}  // namespace srl::data_prep
