#include "trajectory/shard_reader.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "trajectory/shards/absent.hpp"

namespace srl::trajectory {
namespace {

constexpr std::array<const char*, 6> solution_columns{"/solutions/id",        "/solutions/source",
                                                      "/solutions/domain",    "/solutions/question",
                                                      "/solutions/reasoning", "/solutions/answer"};
constexpr std::array<const char*, 4> step_columns{"/steps/title", "/steps/thought", "/steps/action",
                                                  "/steps/observation"};
using Places = std::vector<std::uint64_t>;  // (offset, length) pairs

}  // namespace

ShardReader::ShardReader(const std::filesystem::path& file) : file_(file), reader_(file) {
  if (reader_.text_attribute("/", "format") != "srl-shard") {
    throw BadInput(cat(file.string(), ": not a shard: its attribute `format` is not srl-shard"));
  }
  if (const auto version = reader_.integer_attribute("/", "version"); version != 1) {
    throw BadInput(cat(file.string(), ": shard format version ", version,
                       "; this program reads version 1: prepare the data again"));
  }
  const auto heap = reader_.shape("/text");
  if (heap.size() != 1) { throw BadInput(cat(file.string(), ": /text is not a one-dimensional array")); }
  heap_bytes_ = heap[0];
  first_step_ = reader_.dataset<std::uint64_t>("/solutions/first_step");
  split_ = reader_.dataset<std::uint8_t>("/solutions/split");
  if (first_step_.size() != split_.size() + 1 || first_step_.front() != 0 ||
      !std::is_sorted(first_step_.begin(), first_step_.end())) {
    throw BadInput(
        cat(file.string(), ": /solutions/first_step does not match /solutions/split or is out of order"));
  }
  if (std::any_of(split_.begin(), split_.end(), [](std::uint8_t split) { return split > 1; })) {
    throw BadInput(cat(file.string(), ": /solutions/split has a value that is neither 0 nor 1"));
  }
  const auto check = [&](const char* path, std::uint64_t rows) {
    if (reader_.shape(path) != std::vector<std::uint64_t>{rows, 2}) {
      throw BadInput(cat(file.string(), ": ", path, " does not have the shape [", rows, ", 2]"));
    }
  };
  for (const char* path : solution_columns) { check(path, split_.size()); }
  for (const char* path : step_columns) { check(path, first_step_.back()); }
}

std::vector<bool> ShardReader::answered() const {
  const Places places = reader_.dataset<std::uint64_t>(solution_columns.back());
  std::vector<bool> result(split_.size());
  for (std::size_t row = 0; row < result.size(); ++row) { result[row] = places[2 * row] != absent; }
  return result;
}

Solution ShardReader::read(std::uint64_t row) const {
  if (row >= split_.size()) { throw Bug(cat(file_.string(), " has no solution ", row)); }
  const std::uint64_t count = steps(row);
  // srl_prep stores a solution's texts next to each other, so all of them are read at once.
  std::uint64_t begin = absent, end = 0;
  const auto places_of = [&](const char* path, std::uint64_t first, std::uint64_t rows) {
    Places places(2 * rows);
    reader_.slice<std::uint64_t>(path, first, places);
    for (std::size_t i = 0; i < rows; ++i) {
      const std::uint64_t offset = places[2 * i], length = places[2 * i + 1];
      if (offset == absent) { continue; }
      if (offset > heap_bytes_ || length > heap_bytes_ - offset) {
        throw BadInput(cat(file_.string(), ": ", path, " row ", first + i, " points outside the text"));
      }
      begin = std::min(begin, offset);
      end = std::max(end, offset + length);
    }
    return places;
  };
  std::array<Places, 6> of_solution;
  std::array<Places, 4> of_steps;
  for (std::size_t c = 0; c < of_solution.size(); ++c) {
    of_solution[c] = places_of(solution_columns[c], row, 1);
  }
  for (std::size_t c = 0; c < of_steps.size(); ++c) {
    of_steps[c] = places_of(step_columns[c], first_step_[row], count);
  }
  std::vector<std::uint8_t> heap(begin == absent ? 0 : end - begin);
  reader_.slice<std::uint8_t>("/text", begin == absent ? 0 : begin, heap);
  const auto maybe = [&](const Places& places, std::size_t i,
                         const char* path) -> std::optional<std::string> {
    if (places[2 * i] == absent) { return std::nullopt; }
    std::string text(reinterpret_cast<const char*>(heap.data()) + (places[2 * i] - begin), places[2 * i + 1]);
    if (!is_valid_utf8(text)) {
      throw BadInput(cat(file_.string(), ": a text of ", path, " of solution ", row, " is not UTF-8"));
    }
    return text;
  };
  const auto need = [&](const Places& places, std::size_t i, const char* path) {
    auto text = maybe(places, i, path);
    if (!text) { throw BadInput(cat(file_.string(), ": ", path, " of solution ", row, " is missing")); }
    return *text;
  };
  Solution s;
  std::string* const needed[] = {&s.id, &s.source, &s.domain, &s.question};
  for (std::size_t c = 0; c < 4; ++c) { *needed[c] = need(of_solution[c], 0, solution_columns[c]); }
  s.reasoning = maybe(of_solution[4], 0, solution_columns[4]);
  s.answer = maybe(of_solution[5], 0, solution_columns[5]);
  s.split = split(row);
  for (std::size_t k = 0; k < count; ++k) {
    s.steps.push_back({maybe(of_steps[0], k, step_columns[0]), maybe(of_steps[1], k, step_columns[1]),
                       need(of_steps[2], k, step_columns[2]), maybe(of_steps[3], k, step_columns[3])});
  }
  return s;
}

}  // namespace srl::trajectory
