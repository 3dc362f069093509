#include "reward/similarity.hpp"

#include <limits>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "reward/search/alphabet.hpp"
#include "reward/search/matcher.hpp"
#include "reward/search/symbols.hpp"

namespace srl::reward {
namespace {

template <class Code>
std::vector<Code> encode(const Alphabet& alphabet, std::span<const std::uint32_t> symbols,
                         std::uint32_t code_of_unknown) {
  std::vector<Code> codes(symbols.size());
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const std::uint32_t code = alphabet.code(symbols[i]);
    codes[i] = code == 0 ? code_of_unknown : code;
  }
  return codes;
}

void check_length(std::size_t length) {
  if (length > std::numeric_limits<std::int32_t>::max() / 4) {
    throw BadInput(cat("similarity: a sequence of ", length, " elements is too long (at most 2^29 - 1)"));
  }
}

// A sequence that is coded once and then matched with other sequences. It can be a or b.
class Indexed {
 public:
  explicit Indexed(std::span<const std::uint32_t> symbols) : alphabet_(symbols) {
    check_length(symbols.size());
    const std::uint32_t codes = alphabet_.size() + 2;  // 0 for unknown elements of a, the last for those of b
    if (codes <= 256) {
      bytes_ = encode<std::uint8_t>(alphabet_, symbols, 0);
    } else if (codes <= 65536) {
      halves_ = encode<std::uint16_t>(alphabet_, symbols, 0);
    } else {
      words_ = encode<std::uint32_t>(alphabet_, symbols, 0);
    }
  }

  std::int64_t match(std::span<const std::uint32_t> other, bool indexed_is_a, bool autojunk,
                     std::vector<Block>* blocks) const {
    check_length(other.size());
    if (!halves_.empty()) {
      return match_with<std::uint16_t>(halves_, other, indexed_is_a, autojunk, blocks);
    }
    if (!words_.empty()) { return match_with<std::uint32_t>(words_, other, indexed_is_a, autojunk, blocks); }
    return match_with<std::uint8_t>(bytes_, other, indexed_is_a, autojunk, blocks);
  }

 private:
  template <class Code>
  std::int64_t match_with(const std::vector<Code>& mine, std::span<const std::uint32_t> other,
                          bool indexed_is_a, bool autojunk, std::vector<Block>* blocks) const {
    const std::vector<Code> theirs = encode<Code>(alphabet_, other, indexed_is_a ? alphabet_.size() + 1 : 0);
    const std::span<const Code> a = indexed_is_a ? mine : theirs, b = indexed_is_a ? theirs : mine;
    return match_codes<Code>(a, b, alphabet_.size(), autojunk, blocks);
  }

  Alphabet alphabet_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint16_t> halves_;
  std::vector<std::uint32_t> words_;
};

}  // namespace

std::vector<Block> matching_blocks(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                                   bool autojunk) {
  std::vector<Block> blocks;
  Indexed(b).match(a, false, autojunk, &blocks);
  return blocks;
}

std::int64_t matched_elements(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                              bool autojunk) {
  return Indexed(b).match(a, false, autojunk, nullptr);
}

double ratio(std::int64_t matched, std::int64_t length) {
  return length == 0 ? 1.0 : 2.0 * matched / length;
}

struct ExpertStep::Impl {
  Impl(std::string_view target, const SimilarityOptions& chosen)
      : options(chosen), symbols(target, chosen), indexed(symbols.target()) {}

  double similarity(std::string_view action, std::vector<Block>* blocks) const {
    const Symbols action_symbols = symbols.action(action);
    const std::int64_t matched = indexed.match(action_symbols, options.order == SimilarityOrder::expert_first,
                                               options.autojunk, blocks);
    return ratio(matched, std::ssize(action_symbols) + std::ssize(symbols.target()));
  }

  SimilarityOptions options;
  TextSymbols symbols;
  Indexed indexed;
};

ExpertStep::ExpertStep(std::string_view target, const SimilarityOptions& options)
    : impl_(std::make_unique<Impl>(target, options)) {}
ExpertStep::~ExpertStep() = default;
ExpertStep::ExpertStep(ExpertStep&&) noexcept = default;

double ExpertStep::similarity(std::string_view action) const {
  return impl_->similarity(action, nullptr);
}
double ExpertStep::similarity(std::string_view action, std::vector<Block>& blocks) const {
  return impl_->similarity(action, &blocks);
}

double similarity(std::string_view action, std::string_view target, const SimilarityOptions& options) {
  return ExpertStep(target, options).similarity(action);
}

double similarity_of_ids(std::span<const std::int32_t> action, std::span<const std::int32_t> target,
                         const SimilarityOptions& options, std::vector<Block>* blocks) {
  Symbols action_symbols(action.begin(), action.end()), target_symbols(target.begin(), target.end());
  const std::int64_t matched =
      Indexed(target_symbols)
          .match(action_symbols, options.order == SimilarityOrder::expert_first, options.autojunk, blocks);
  return ratio(matched, std::ssize(action) + std::ssize(target));
}

}  // namespace srl::reward
