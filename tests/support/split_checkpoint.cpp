// Writes a checkpoint again with many pieces, as if many ranks had saved it: split_checkpoint FOLDER PIECES.
// Each piece has two ranges, far from each other.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <vector>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "training/optimise/piece.hpp"

namespace {

using namespace srl;
using namespace srl::training;

struct Arrays {
  std::vector<float> weights, first, second;
  explicit Arrays(std::size_t size) : weights(size), first(size), second(size) {}

  void append(const Arrays& from, const PieceRange& range) {
    const auto add = [&](std::vector<float>& to, const std::vector<float>& values) {
      const auto begin = values.begin() + static_cast<std::ptrdiff_t>(range.begin);
      to.insert(to.end(), begin, begin + static_cast<std::ptrdiff_t>(range.count));
    };
    add(weights, from.weights);
    add(first, from.first);
    add(second, from.second);
  }
};

Arrays read_all(const std::filesystem::path& folder, const Json& files) {
  Arrays all(0);
  for (const Json& file : files.as_array()) {
    const PieceReader piece(folder / file.at("file").as_string());
    if (all.weights.empty()) { all = Arrays(piece.elements()); }
    std::uint64_t before = 0;
    for (const PieceRange& range : piece.ranges()) {
      for (const auto& [array, to] :
           {std::pair(PieceArray::weights, &all.weights), std::pair(PieceArray::first_moment, &all.first),
            std::pair(PieceArray::second_moment, &all.second)}) {
        piece.read<float>(array, before, std::span(*to).subspan(range.begin, range.count));
      }
      before += range.count;
    }
  }
  return all;
}

/// state.json with a checksum of itself (docs/data-formats.md).
void write_state(const std::filesystem::path& file, Json state) {
  state["xxh3_128"] = std::string(32, '0');
  state["xxh3_128"] = xxh3_128_hex(state.dump(2) + "\n");
  write_file_atomically(file, state.dump(2) + "\n");
}

void split(const std::filesystem::path& folder, std::uint64_t pieces) {
  Json state = Json::parse(read_file(folder / "state.json"), "state.json");
  const Arrays all = read_all(folder, state.at("files"));
  for (const Json& file : state.at("files").as_array()) {
    std::filesystem::remove(folder / file.at("file").as_string());
  }
  const std::uint64_t elements = all.weights.size();
  Json files = Json::array();
  for (std::uint64_t i = 0; i < pieces; ++i) {
    // Half a piece from the front of the buffer, half from its back.
    Arrays part(0);
    std::vector<PieceRange> ranges;
    for (const std::uint64_t half : {i, 2 * pieces - 1 - i}) {
      const std::uint64_t begin = elements * half / (2 * pieces);
      ranges.push_back({begin, elements * (half + 1) / (2 * pieces) - begin});
      part.append(all, ranges.back());
    }
    const PieceInfo info = write_piece<float>(folder, static_cast<int>(i),
                                              {.elements = elements,
                                               .ranges = ranges,
                                               .weights = part.weights,
                                               .first_moment = part.first,
                                               .second_moment = part.second});
    files.push_back(Json::Object{{"file", info.file}, {"bytes", info.bytes}, {"xxh3_128", info.xxh3_128}});
  }
  state["files"] = std::move(files);
  write_state(folder / "state.json", std::move(state));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: split_checkpoint FOLDER PIECES\n";
    return 2;
  }
  try {
    split(arguments[1], std::strtoull(arguments[2], nullptr, 10));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
