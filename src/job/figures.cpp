#include "job/figures.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

namespace srl::job {
namespace {

/// Reduces all fields in one message.
template <class T>
void reduce(const std::vector<T*>& fields, comm::Reduce operation, const comm::Communicator& world) {
  if (fields.empty()) { return; }
  std::vector<T> values;
  for (const T* field : fields) { values.push_back(*field); }
  world.all_reduce(std::span<T>(values), operation);
  for (std::size_t i = 0; i < fields.size(); ++i) { *fields[i] = values[i]; }
}

}  // namespace

void FigureFields::combine(const comm::Communicator& world) const {
  std::vector<double*> reals = sums_;
  reals.insert(reals.end(), averages_.begin(), averages_.end());
  reduce(reals, comm::Reduce::sum, world);
  reduce(counts_, comm::Reduce::sum, world);
  reduce(largest_, comm::Reduce::max, world);
}

void FigureFields::add(const FigureFields& part, std::size_t parts) const {
  for (std::size_t i = 0; i < sums_.size(); ++i) { *sums_[i] += *part.sums_[i]; }
  for (std::size_t i = 0; i < averages_.size(); ++i) {
    *averages_[i] += *part.averages_[i] / static_cast<double>(parts);
  }
  for (std::size_t i = 0; i < counts_.size(); ++i) { *counts_[i] += *part.counts_[i]; }
  for (std::size_t i = 0; i < largest_.size(); ++i) {
    *largest_[i] = std::max(*largest_[i], *part.largest_[i]);
  }
}

void FigureJson::print(std::string_view name, Json value, Shown shown) {
  if (shown == Shown::no) { return; }
  const bool undefined = value.is_number() && !std::isfinite(value.as_double());
  json_.append_member(std::string(name), shown == Shown::as_null || undefined ? Json() : std::move(value));
}

}  // namespace srl::job
