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

/// A rank's partition of the three arrays.
template <class T>
struct PiecePartition {
  std::span<const std::size_t> offsets;  ///< of all ranks' partitions in the flat buffer
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
