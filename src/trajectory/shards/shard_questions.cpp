// The questions of a shard one after the other, without the other texts of its solutions.
#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "trajectory/shard_reader.hpp"
#include "trajectory/shards/absent.hpp"

namespace srl::trajectory {
namespace {

constexpr const char* column = "/solutions/question";
constexpr std::uint64_t rows_at_once = 4096;
/// One read has texts of at most this size together, and leaves no larger gap between two questions. A longer
/// question is read alone.
constexpr std::uint64_t most_bytes = 8u << 20, most_gap = 64u << 10;

struct Place {
  std::uint64_t row = 0, offset = 0, length = 0;
  std::uint64_t end() const { return offset + length; }
};

/// The places from `first` on that one read takes: in the order of the file, and near each other.
std::size_t neighbours(const std::vector<Place>& places, std::size_t first) {
  std::size_t last = first + 1;
  while (last < places.size() && places[last].offset >= places[last - 1].end() &&
         places[last].offset - places[last - 1].end() <= most_gap &&
         places[last].end() - places[first].offset <= most_bytes) {
    ++last;
  }
  return last;
}

}  // namespace

void ShardReader::each_question(Split split,
                                const std::function<void(std::uint64_t, std::string_view)>& visit) const {
  std::vector<std::uint64_t> pairs;  // of offset and length
  std::vector<Place> places;
  std::string texts;
  for (std::uint64_t first = 0; first < solutions(); first += rows_at_once) {
    pairs.resize(2 * std::min(rows_at_once, solutions() - first));
    reader_.slice<std::uint64_t>(column, first, pairs);
    places.clear();
    for (std::uint64_t i = 0; 2 * i < pairs.size(); ++i) {
      const Place place{first + i, pairs[2 * i], pairs[2 * i + 1]};
      if (split_[place.row] != static_cast<std::uint8_t>(split)) { continue; }
      if (place.offset == absent) {
        throw BadInput(cat(file_.string(), ": ", column, " of solution ", place.row, " is missing"));
      }
      if (place.offset > heap_bytes_ || place.length > heap_bytes_ - place.offset) {
        throw BadInput(cat(file_.string(), ": ", column, " row ", place.row, " points outside the text"));
      }
      places.push_back(place);
    }
    for (std::size_t begin = 0; begin < places.size();) {
      const std::size_t end = neighbours(places, begin);
      const std::uint64_t offset = places[begin].offset;
      texts.resize(places[end - 1].end() - offset);
      reader_.slice<std::uint8_t>("/text", offset,
                                  {reinterpret_cast<std::uint8_t*>(texts.data()), texts.size()});
      for (; begin < end; ++begin) {
        const Place& place = places[begin];
        const std::string_view question = std::string_view(texts).substr(place.offset - offset, place.length);
        if (!is_valid_utf8(question)) {
          throw BadInput(
              cat(file_.string(), ": a text of ", column, " of solution ", place.row, " is not UTF-8"));
        }
        visit(place.row, question);
      }
    }
  }
}

}  // namespace srl::trajectory
