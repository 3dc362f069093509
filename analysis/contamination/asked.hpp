#pragma once
// The benchmarks of some records, by what their questions are.
#include <compare>
#include <string>
#include <string_view>

#include "base/words.hpp"

namespace srl::analysis {

/// What has a question: a row with an answer, a row with an instance (view patch), or a
/// held-out solution, whose steps have one question (view step).
enum class AskedAs { questions, instances, solutions };
SRL_WORDS(AskedAs, "questions", "instances", "solutions");

inline AskedAs asked_as(std::string_view view) {
  return view == "step" ? AskedAs::solutions : view == "patch" ? AskedAs::instances : AskedAs::questions;
}

/// The content of a benchmark, whatever its name. One file can be asked in two ways.
struct AskedContent {
  std::string checksum;
  AskedAs as = AskedAs::questions;
  auto operator<=>(const AskedContent&) const = default;
};

}  // namespace srl::analysis
