#pragma once
// A piece: the weights and moments that one rank saves in a checkpoint (docs/design.md, "Checkpoints").
// Version 2 is a safetensors file, written with plain system calls: the writing thread holds no lock that a
// training thread needs. Version 1 is an HDF5 file with one range; it is still read.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/not_copied.hpp"

namespace srl::training {

/// A file of a checkpoint, as state.json lists it.
struct PieceInfo {
  std::string file, xxh3_128;
  std::uint64_t bytes = 0;
};

/// Elements of the flat buffer.
struct PieceRange {
  std::uint64_t begin = 0, count = 0;
};

/// The three arrays of a piece: the ranges' elements, one range after the other.
enum class PieceArray { weights, first_moment, second_moment };

template <class T>
struct PieceContent {
  std::uint64_t elements = 0;  ///< of the whole flat buffer
  std::vector<PieceRange> ranges;
  std::span<const T> weights, first_moment, second_moment;
};

/// Writes FOLDER/rank_00000.safetensors and flushes it to disk. `rank` gives the name. Any thread.
template <class T>
PieceInfo write_piece(const std::filesystem::path& folder, int rank, const PieceContent<T>& content);

/// BadInput naming the file when it is not a piece, or not of the wanted element type.
class PieceReader : NotCopied {
 public:
  explicit PieceReader(const std::filesystem::path& file);
  ~PieceReader();

  std::uint64_t elements() const;  ///< of the whole flat buffer
  const std::vector<PieceRange>& ranges() const;
  /// Elements [first, first + values.size()) of the array.
  template <class T>
  void read(PieceArray array, std::uint64_t first, std::span<T> values) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::training
