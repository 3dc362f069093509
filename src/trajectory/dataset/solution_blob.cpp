#include "trajectory/dataset/solution_blob.hpp"

#include <optional>

#include "base/blob.hpp"

namespace srl::trajectory {
namespace {

constexpr std::uint64_t blob_mark = 0x6e6f6974756c6f53;

void put(BlobWriter& blob, const std::optional<std::string>& text) {
  blob.value(text.has_value());
  if (text) { blob.text(*text); }
}

std::optional<std::string> take(BlobReader& blob) {
  if (!blob.value<bool>()) { return std::nullopt; }
  return blob.text();
}

}  // namespace

std::string pack_solutions(const std::vector<Solution>& solutions) {
  BlobWriter blob(blob_mark);
  for (const Solution& solution : solutions) {
    for (const std::string* text : {&solution.id, &solution.source, &solution.domain, &solution.question}) {
      blob.text(*text);
    }
    put(blob, solution.reasoning);
    put(blob, solution.answer);
    blob.value(solution.split);
    blob.value(static_cast<std::uint64_t>(solution.steps.size()));
    for (const Step& step : solution.steps) {
      put(blob, step.title);
      put(blob, step.thought);
      blob.text(step.action);
      put(blob, step.observation);
    }
  }
  return blob.take();
}

std::vector<Solution> unpack_solutions(const std::string& packed) {
  BlobReader blob(packed, blob_mark, "solutions of another rank");
  std::vector<Solution> solutions;
  while (!blob.at_end()) {
    Solution& solution = solutions.emplace_back();
    for (std::string* text : {&solution.id, &solution.source, &solution.domain, &solution.question}) {
      *text = blob.text();
    }
    solution.reasoning = take(blob);
    solution.answer = take(blob);
    solution.split = blob.value<Split>();
    solution.steps.resize(blob.length(1));
    for (Step& step : solution.steps) {
      step.title = take(blob);
      step.thought = take(blob);
      step.action = blob.text();
      step.observation = take(blob);
    }
  }
  return solutions;
}

}  // namespace srl::trajectory
