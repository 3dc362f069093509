#include "evaluation/shares.hpp"

#include <algorithm>

namespace srl::evaluation {
namespace {

std::int64_t cost_of(const Unit& unit) {
  return unit.questions * unit.tokens * unit.size;
}

/// Where task t of `tasks` begins on a line of this length.
std::int64_t begin_of(std::int64_t t, std::int64_t tasks, std::int64_t length) {
  return length / tasks * t + std::min(t, length % tasks);
}

/// A task's part of a model.
struct Part {
  std::int64_t task = 0;
  std::int64_t room = 0;    ///< its part of the line
  std::int64_t filled = 0;  ///< cost of its questions
};

/// The tasks whose parts of the line meet [begin, end).
std::vector<Part> parts_in(std::int64_t begin, std::int64_t end, std::int64_t tasks, std::int64_t length) {
  std::vector<Part> parts;
  for (std::int64_t t = 0; t < tasks; ++t) {
    const std::int64_t from = std::max(begin, begin_of(t, tasks, length)),
                       to = std::min(end, begin_of(t + 1, tasks, length));
    if (from < to) { parts.push_back({t, to - from}); }
  }
  return parts;
}

/// The part that is least full after a question of this cost; of equal ones the first.
Part& emptiest(std::vector<Part>& parts, std::int64_t cost) {
  // A quotient of two whole numbers is rounded in one way on every machine.
  const auto fullness = [&](const Part& part) {
    return static_cast<double>(part.filled + cost) / static_cast<double>(part.room);
  };
  return *std::min_element(parts.begin(), parts.end(),
                           [&](const Part& a, const Part& b) { return fullness(a) < fullness(b); });
}

}  // namespace

std::vector<std::vector<std::int64_t>> share_of(const std::vector<Unit>& units, std::int64_t task,
                                                std::int64_t tasks) {
  std::int64_t length = 0, begin = 0;
  for (const Unit& unit : units) { length += cost_of(unit); }
  std::vector<std::vector<std::int64_t>> shares(units.size());
  for (std::size_t first = 0; first < units.size();) {
    std::size_t last = first;
    std::int64_t end = begin;
    for (; last < units.size() && units[last].model == units[first].model; ++last) {
      end += cost_of(units[last]);
    }
    std::vector<Part> parts = parts_in(begin, end, tasks, length);
    for (std::size_t u = first; u < last; ++u) {
      const std::int64_t cost = units[u].tokens * units[u].size;
      for (std::int64_t q = 0; q < units[u].questions; ++q) {
        Part& part = emptiest(parts, cost);
        part.filled += cost;
        if (part.task == task) { shares[u].push_back(q); }
      }
    }
    first = last;
    begin = end;
  }
  return shares;
}

}  // namespace srl::evaluation
