#pragma once
// What becomes of every row once all rows are known: a byte a row, in the order of the input.
#include <cstdint>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "data_prep/chunk/scan.hpp"

namespace srl::data_prep {

/// train and validation are kept; above that, the number of the reason plus 2.
using RowStatus = std::uint8_t;
constexpr RowStatus status_train = 0, status_validation = 1;
inline RowStatus status_of_reason(std::uint8_t reason) {
  return static_cast<RowStatus>(reason + 2);
}
inline bool is_kept(RowStatus status) {
  return status <= status_validation;
}
inline std::uint8_t reason_of(RowStatus status) {
  return static_cast<std::uint8_t>(status - 2);
}

/// A row's number: its chunk's in the high bits, its own in the chunk in the low 28.
using RowNumber = std::uint64_t;
inline RowNumber row_number(std::size_t chunk, std::size_t row) {
  return (static_cast<RowNumber>(chunk) << 28) | row;
}
inline std::size_t chunk_of(RowNumber number) {
  return number >> 28;
}
inline std::size_t row_of(RowNumber number) {
  return number & ((RowNumber{1} << 28) - 1);
}

/// RowStatuses of the rows of all chunks; a rank changes those of its own chunks (chunk mod ranks), share()
/// then makes all known to everyone.
class RowStatuses {
 public:
  /// As pass 1 left them. Collective.
  RowStatuses(const Chunks& chunks, const comm::Communicator& world);
  bool mine(std::size_t chunk) const {
    return chunk % static_cast<std::size_t>(world_.size()) == static_cast<std::size_t>(world_.rank());
  }
  RowStatus& at(std::size_t chunk, std::size_t row) { return statuses_[chunk][row]; }
  RowStatus at(std::size_t chunk, std::size_t row) const { return statuses_[chunk][row]; }
  void share();

 private:
  comm::Communicator world_;
  std::vector<std::vector<RowStatus>> statuses_;
};

/// Drops every kept row whose question and steps are those of an earlier kept row. Collective; `pass_rows`
/// bounds the memory (24 bytes a row and rank).
void drop_exact_duplicates(const Chunks& chunks, RowStatuses& statuses, const comm::Communicator& world,
                           std::uint64_t pass_rows = std::uint64_t{1} << 22);

/// Rows whose question is nearly that of an earlier kept row (near_duplicates.hpp), through any chain of
/// such. Dropped when `drop`; counted anyway. Root searches; collective. 12 bytes a row.
std::int64_t find_near_duplicates(const Chunks& chunks, RowStatuses& statuses, bool drop,
                                  const comm::Communicator& world, comm::Watchdog& watchdog);

/// Marks validation (docs/method.md, "Hold-out"): near-duplicate questions form groups; the `questions`
/// groups with the smallest hash of a normalised question go to validation whole, and at least one group
/// stays for training. Only these groups are searched for, from their smallest questions on. Collective; 4
/// bytes a row of this rank, and at most twice `text_bytes` of the questions that groups grow from: groups
/// that need more stay in training.
void hold_out(const Chunks& chunks, RowStatuses& statuses, std::int64_t questions,
              const comm::Communicator& world, comm::Watchdog& watchdog,
              std::size_t text_bytes = std::size_t{8} << 20);

}  // namespace srl::data_prep
