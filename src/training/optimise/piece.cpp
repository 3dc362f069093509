#include "training/optimise/piece.hpp"

#include <array>
#include <bit>

#include "base/error.hpp"
#include "base/file_stream.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");

template <class T>
std::string header_of(const PieceContent<T>& content) {
  Json ranges = Json::array();
  for (const PieceRange& range : content.ranges) {
    Json pair = Json::array();
    pair.push_back(range.begin);
    pair.push_back(range.count);
    ranges.push_back(std::move(pair));
  }
  Json metadata = Json::object();  // its values are strings, as the safetensors format demands
  metadata["format"] = "srl-checkpoint";
  metadata["version"] = "2";
  metadata["elements"] = cat(content.elements);
  metadata["ranges"] = ranges.dump();
  Json header = Json::object();
  header["__metadata__"] = std::move(metadata);
  std::uint64_t position = 0;
  for (const auto& [name, values] :
       {std::pair("weights", content.weights), std::pair("first_moment", content.first_moment),
        std::pair("second_moment", content.second_moment)}) {
    Json shape = Json::array(), offsets = Json::array();
    shape.push_back(values.size());
    offsets.push_back(position);
    offsets.push_back(position += values.size_bytes());
    Json tensor = Json::object();
    tensor["dtype"] = sizeof(T) == 8 ? "F64" : "F32";
    tensor["shape"] = std::move(shape);
    tensor["data_offsets"] = std::move(offsets);
    header[name] = std::move(tensor);
  }
  std::string text = header.dump();
  text.resize((text.size() + 8 + 63) / 64 * 64 - 8, ' ');  // the data begins at a multiple of 64
  return text;
}

}  // namespace

template <class T>
PieceInfo write_piece(const std::filesystem::path& folder, int rank, const PieceContent<T>& content) {
  PieceInfo info;
  info.file = cat("rank_", zero_padded(rank, 5), ".safetensors");
  FileWriter writer(folder / info.file);
  const std::string header = header_of(content);
  const std::uint64_t length = header.size();
  writer.write(&length, sizeof(length));
  writer.write(header.data(), header.size());
  for (const std::span<const T> values : {content.weights, content.first_moment, content.second_moment}) {
    writer.write(values.data(), values.size_bytes());
  }
  const FileWriter::Finished finished = writer.finish();
  info.xxh3_128 = finished.xxh3_128;
  info.bytes = finished.bytes;
  return info;
}

template PieceInfo write_piece(const std::filesystem::path&, int, const PieceContent<float>&);
template PieceInfo write_piece(const std::filesystem::path&, int, const PieceContent<double>&);

}  // namespace srl::training
