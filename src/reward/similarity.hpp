#pragma once
// The path of a completion through this room:
//   sampled text → format.hpp finds thought and action → the action and the expert's step become sequences of
//   code points, words or ids → M, the number of matched elements → the reward R = 2M/T
// T is the sum of both lengths. R is the ratio of Python's difflib.SequenceMatcher(None, a, b), equal to
// CPython's bit for bit (docs/method.md, "Similarity"). The expert's step is indexed once per group.
// batch_similarity.hpp computes whole batches, optionally on a GPU.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reward/options.hpp"

namespace srl::reward {

struct Block {
  std::int64_t a = 0, b = 0, size = 0;
  bool operator==(const Block&) const = default;
};

/// get_matching_blocks() of CPython, with the final (len a, len b, 0).
std::vector<Block> matching_blocks(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                                   bool autojunk);
/// Only M, the number of matched elements.
std::int64_t matched_elements(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                              bool autojunk);
/// 2.0 * matched / length; 1 when length is 0 (difflib's _calculate_ratio).
double ratio(std::int64_t matched, std::int64_t length);

/// The expert step, indexed once for the G completions of its group. const methods are thread-safe.
class ExpertStep {
 public:
  ExpertStep(std::string_view target, const SimilarityOptions& options);
  ~ExpertStep();
  ExpertStep(ExpertStep&&) noexcept;
  /// Similarity of one action. Unit char or word; for unit token use similarity_of_ids.
  double similarity(std::string_view action) const;
  /// The same, and returns SequenceMatcher's matching blocks, in elements of the chosen unit after stripping.
  /// a is the action unless the order is expert_first.
  double similarity(std::string_view action, std::vector<Block>& blocks) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

double similarity(std::string_view action, std::string_view target, const SimilarityOptions& options);
double similarity_of_ids(std::span<const std::int32_t> action, std::span<const std::int32_t> target,
                         const SimilarityOptions& options, std::vector<Block>* blocks = nullptr);

}  // namespace srl::reward
