#pragma once
// The status of every row once all rows are known: one byte per row, in the order of the input.
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
  return reason + 2;
}
inline bool is_kept(RowStatus status) {
  return status <= status_validation;
}
inline std::uint8_t reason_of(RowStatus status) {
  return status - 2;
}

/// The number of a row: its chunk in the high bits, its position in the chunk in the low 28 bits.
using RowNumber = std::uint64_t;
inline RowNumber row_number(std::size_t chunk, std::size_t row) {
  return (RowNumber{chunk} << 28) | row;
}
inline std::size_t chunk_of(RowNumber number) {
  return number >> 28;
}
inline std::size_t row_of(RowNumber number) {
  return number & ((RowNumber{1} << 28) - 1);
}

/// Statuses of the rows of all chunks. A rank changes only the rows of its own chunks (chunk mod ranks);
/// share() then sends them to all ranks.
class RowStatuses {
 public:
  /// Collective. The statuses after pass 1.
  RowStatuses(const Chunks& chunks, const comm::Communicator& world);
  bool mine(std::size_t chunk) const {
    const std::size_t rank = world_.rank();
    return chunk % world_.size() == rank;
  }
  RowStatus& at(std::size_t chunk, std::size_t row) { return statuses_[chunk][row]; }
  RowStatus at(std::size_t chunk, std::size_t row) const { return statuses_[chunk][row]; }
  void share();

 private:
  comm::Communicator world_;
  std::vector<std::vector<RowStatus>> statuses_;
};

/// Drops every kept row whose question and steps equal those of an earlier kept row. Collective. Memory: 24
/// bytes per row; `pass_rows` limits the rows that a rank compares at once.
void drop_exact_duplicates(const Chunks& chunks, RowStatuses& statuses, const comm::Communicator& world,
                           std::uint64_t pass_rows = std::uint64_t{1} << 22);

/// Finds rows whose question is nearly the same as that of an earlier kept row (near_duplicates.hpp),
/// directly or through a chain of such questions. Returns their number; drops them only if `drop`.
/// Collective; rank 0 searches and needs 20 bytes per row.
std::int64_t find_near_duplicates(const Chunks& chunks, RowStatuses& statuses, bool drop,
                                  const comm::Communicator& world, comm::Watchdog& watchdog);

/// Marks validation rows (docs/method.md, "Hold-out"). Near-duplicate questions form groups. The `questions`
/// groups with the smallest hash of a normalised question go to validation as a whole; at least one group
/// stays for training. -1 = auto: at most 60 groups with at most a tenth of the kept rows; groups that do not
/// fit are passed over, and a warning says when none fits. The search begins at the smallest hashes and
/// covers only these groups. Collective. Memory: 4 bytes per row of this rank, and at most twice `text_bytes`
/// for the questions that groups grow from. Groups that need more stay in training.
void hold_out(const Chunks& chunks, RowStatuses& statuses, std::int64_t questions,
              const comm::Communicator& world, comm::Watchdog& watchdog,
              std::size_t text_bytes = std::size_t{8} << 20);

/// BadOption, naming the option, when a number of groups given by hand leaves fewer solutions for training
/// than for validation.
void check_hold_out(std::int64_t questions, std::int64_t train, std::int64_t validation);

}  // namespace srl::data_prep
