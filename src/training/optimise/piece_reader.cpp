#include <algorithm>
#include <array>
#include <optional>

#include "base/error.hpp"
#include "base/file_stream.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "store/hdf5.hpp"
#include "training/optimise/piece.hpp"

namespace srl::training {
namespace {

constexpr std::array<const char*, 3> array_names{"weights", "first_moment", "second_moment"};
/// A header with a hundred thousand ranges is shorter. A longer one is not ours.
constexpr std::uint64_t longest_header = 16 << 20;

/// Where an array of a version 2 piece is in its file.
struct ArrayPlace {
  std::uint64_t begin = 0, count = 0, element_bytes = 0;
};

std::uint64_t number_of(const Json& json) {
  const std::int64_t value = json.as_integer();
  if (value < 0) { throw BadInput("a negative number in the header"); }
  return static_cast<std::uint64_t>(value);
}

/// Ranges in ascending order inside the flat buffer, none twice. Returns how many elements they have.
std::uint64_t checked_count(const std::vector<PieceRange>& ranges, std::uint64_t elements) {
  std::uint64_t count = 0, end = 0;
  for (const PieceRange& range : ranges) {
    if (range.begin < end || range.begin > elements || range.count > elements - range.begin) {
      throw BadInput("its ranges overlap or lie outside the model's parameters");
    }
    end = range.begin + range.count;
    count += range.count;
  }
  return count;
}

}  // namespace

struct PieceReader::Impl {
  std::filesystem::path path;
  std::uint64_t elements = 0;
  std::vector<PieceRange> ranges;
  std::optional<store::Reader> hdf5;  ///< version 1
  std::optional<FileReader> file;     ///< version 2
  std::array<ArrayPlace, 3> places;

  void open_version_1();
  void open_version_2();
};

void PieceReader::Impl::open_version_1() {
  hdf5.emplace(path);
  const auto integer = [&](const char* name) {
    return static_cast<std::uint64_t>(hdf5->integer_attribute("/", name));
  };
  elements = integer("elements");
  ranges = {{integer("begin"), hdf5->shape("/weights").at(0)}};
  checked_count(ranges, elements);
}

void PieceReader::Impl::open_version_2() {
  file.emplace(path);
  std::uint64_t length = 0;
  file->read(0, &length, sizeof(length));
  if (length > std::min(longest_header, file->size())) { throw BadInput("not a piece of a checkpoint"); }
  std::string text(length, '\0');
  file->read(sizeof(length), text.data(), text.size());
  const Json header = Json::parse(text, "header");
  const Json& metadata = header.at("__metadata__");
  if (metadata.at("format").as_string() != "srl-checkpoint" || metadata.at("version").as_string() != "2") {
    throw BadInput("not a piece of a checkpoint of version 2");
  }
  elements = number_of(Json::parse(metadata.at("elements").as_string(), "elements"));
  const Json pairs = Json::parse(metadata.at("ranges").as_string(), "ranges");
  for (const Json& range : pairs.as_array()) {
    ranges.push_back({number_of(range.as_array().at(0)), number_of(range.as_array().at(1))});
  }
  const std::uint64_t count = checked_count(ranges, elements), data = sizeof(length) + length;
  for (std::size_t a = 0; a < array_names.size(); ++a) {
    const Json& tensor = header.at(array_names[a]);
    ArrayPlace& place = places[a];
    place.element_bytes = tensor.at("dtype").as_string() == "F64" ? 8 : 4;
    place.begin = data + number_of(tensor.at("data_offsets").as_array().at(0));
    place.count = number_of(tensor.at("shape").as_array().at(0));
    if (place.count != count || place.begin > file->size() ||
        place.count > (file->size() - place.begin) / place.element_bytes) {
      throw BadInput(cat(array_names[a], " has another size than its ranges, or the file is truncated"));
    }
  }
}

PieceReader::PieceReader(const std::filesystem::path& file) : impl_(std::make_unique<Impl>()) {
  impl_->path = file;
  try {
    if (file.extension() == ".h5") {
      impl_->open_version_1();
    } else {
      impl_->open_version_2();
    }
  } catch (const std::out_of_range&) {
    throw BadInput(cat(file.string(), ": not a piece of a checkpoint"));
  } catch (const BadInput& error) {
    const std::string what = error.what();  // of a reader that names the file already
    throw BadInput(what.starts_with(file.string()) ? what : cat(file.string(), ": ", what));
  }
}

PieceReader::~PieceReader() = default;

std::uint64_t PieceReader::elements() const {
  return impl_->elements;
}

const std::vector<PieceRange>& PieceReader::ranges() const {
  return impl_->ranges;
}

template <class T>
void PieceReader::read(PieceArray array, std::uint64_t first, std::span<T> values) const {
  const auto index = static_cast<std::size_t>(array);
  if (impl_->hdf5) { return impl_->hdf5->slice<T>(cat("/", array_names[index]), first, values); }
  const ArrayPlace& place = impl_->places[index];
  if (place.element_bytes != sizeof(T) || first > place.count || values.size() > place.count - first) {
    throw BadInput(cat(impl_->path.string(), ": ", array_names[index],
                       " has another element type or fewer elements than expected: not a checkpoint of this "
                       "model"));
  }
  impl_->file->read(place.begin + first * sizeof(T), values.data(), values.size_bytes());
}

template void PieceReader::read(PieceArray, std::uint64_t, std::span<float>) const;
template void PieceReader::read(PieceArray, std::uint64_t, std::span<double>) const;

}  // namespace srl::training
