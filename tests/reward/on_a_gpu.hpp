#pragma once
// A GPU with a stream and a workspace for similarities, and batches to compare. Tests are skipped where no
// GPU is visible.
#include <gmock/gmock.h>

#include <optional>
#include <random>
#include <vector>

#include "device/device.hpp"
#include "device/memory.hpp"
#include "reward/batch/batch_parts.hpp"
#include "reward/search/matcher.hpp"

namespace srl::reward::testing {

class OnAGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
    stream_.emplace(device::Device{device::Kind::cuda, 0});
    buffer_.emplace(*stream_, std::size_t{8} << 20);
  }
  const device::Stream& stream() const { return *stream_; }
  device::Span<std::byte> workspace() const { return buffer_->bytes(); }

  /// A size for kernels that report every access, for an emulated GPU, and for a real one.
  static std::size_t few_or_many(std::size_t checked, std::size_t emulated, std::size_t real) {
#if defined(SRL_CHECKED) && !defined(SRL_EVERY_SHAPE)
    return static_cast<void>(emulated), static_cast<void>(real), checked;
#else
    return device::back_end_name() == "emulated" ? emulated : (static_cast<void>(checked), real);
#endif
  }

 private:
  std::optional<device::Stream> stream_;
  std::optional<device::Buffer> buffer_;
};

/// Groups of eight actions, of few letters; every fiftieth group is long.
inline std::vector<SymbolGroup> random_groups(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  const auto symbols = [&](std::size_t length, std::uint32_t letters) {
    Symbols text(length);
    for (std::uint32_t& symbol : text) { symbol = 97 + random() % letters; }
    return text;
  };
  std::vector<SymbolGroup> groups;
  for (std::size_t g = 0; g < count; ++g) {
    const std::size_t longest = g % 50 == 0 ? 600 : 60;
    const std::uint32_t letters = 1 + random() % 5;
    groups.push_back({symbols(random() % longest, letters), {}});
    for (int k = 0; k < 8; ++k) { groups.back().actions.push_back(symbols(random() % longest, letters)); }
  }
  return groups;
}

inline std::vector<double> ratios_one_by_one(const std::vector<SymbolGroup>& groups,
                                             const SimilarityOptions& options) {
  std::vector<double> ratios;
  for (const SymbolGroup& group : groups) {
    for (const Symbols& action : group.actions) {
      const bool first = options.order == SimilarityOrder::action_first;
      const std::int64_t matched = first ? matched_elements(action, group.target, options.autojunk)
                                         : matched_elements(group.target, action, options.autojunk);
      ratios.push_back(ratio(matched, static_cast<std::int64_t>(action.size() + group.target.size())));
    }
  }
  return ratios;
}

}  // namespace srl::reward::testing
