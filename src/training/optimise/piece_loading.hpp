#pragma once
// The pieces of a checkpoint → each rank's partition, whatever ranks saved them. Each piece is read by one
// rank, in chunks; their elements go to the ranks that own them. No rank holds a whole piece.
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "comm/communicator.hpp"
#include "training/optimise/piece.hpp"

namespace srl::training {

/// Elements of the flat buffer from `begin` to the next range's begin.
struct OwnedRange {
  std::uint64_t begin = 0;
  int rank = 0;
  std::uint64_t place = 0;  ///< of its first element in its rank's arrays
};

/// Which rank owns which elements, ascending and without gaps.
class PieceOwners {
 public:
  /// One partition per rank; `offsets` [ranks + 1].
  explicit PieceOwners(std::span<const std::size_t> offsets);
  PieceOwners(std::vector<OwnedRange> ranges, std::uint64_t elements)
      : ranges_(std::move(ranges)), elements_(elements) {}
  std::uint64_t elements() const { return elements_; }  ///< of the flat buffer
  struct Found {
    const OwnedRange& range;
    std::uint64_t end;  ///< of the range
  };
  Found find(std::uint64_t element) const;

 private:
  std::vector<OwnedRange> ranges_;
  std::uint64_t elements_;
};

/// What a rank owns of the three arrays.
template <class T>
struct PiecePartition {
  const PieceOwners& owners;
  std::span<T> weights, first_moment, second_moment;
};

/// The rank that verifies and reads a piece, by its place in the list.
inline int reader_of(std::size_t piece, const comm::Communicator& world) {
  return static_cast<int>(piece % static_cast<std::size_t>(world.size()));
}

/// Collective. BadInput, the same on all ranks, naming the file that is damaged or of another model, and when
/// the pieces do not cover every element once. `tick` is called after each round of chunks.
template <class T>
void load_pieces(const std::filesystem::path& folder, const std::vector<PieceInfo>& pieces,
                 const PiecePartition<T>& mine, const comm::Communicator& world,
                 const std::function<void()>& tick);

}  // namespace srl::training
