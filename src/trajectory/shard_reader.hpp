#pragma once
// Reads one solution at a time from a shard. Its memory does not grow with the texts.
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/hdf5.hpp"
#include "trajectory/solution.hpp"

namespace srl::trajectory {

class ShardReader {
 public:
  /// Throws BadInput with the dataset that is missing or has a wrong type or shape.
  explicit ShardReader(const std::filesystem::path& file);
  std::uint64_t solutions() const { return split_.size(); }
  std::uint64_t steps(std::uint64_t row) const { return first_step_[row + 1] - first_step_[row]; }
  std::uint64_t all_steps() const { return first_step_.back(); }
  Split split(std::uint64_t row) const { return static_cast<Split>(split_[row]); }
  /// Which solutions have a final answer.
  std::vector<bool> answered() const;
  /// Throws BadInput if a text lies outside the heap or is not UTF-8. Any thread.
  Solution read(std::uint64_t row) const;
  /// Calls `visit` with row and question of each solution of a split, in order. Neighbouring texts are read
  /// together, some MiB at a time. Throws as read() does.
  void each_question(Split split,
                     const std::function<void(std::uint64_t row, std::string_view question)>& visit) const;

 private:
  std::filesystem::path file_;
  store::Reader reader_;
  std::uint64_t heap_bytes_ = 0;
  std::vector<std::uint64_t> first_step_;
  std::vector<std::uint8_t> split_;
};

}  // namespace srl::trajectory
