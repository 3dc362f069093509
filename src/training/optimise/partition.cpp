#include "training/optimise/partition.hpp"

#include <algorithm>

namespace srl::training {

std::vector<std::size_t> partition_offsets(std::size_t elements, int ranks) {
  const std::size_t chunks = (elements + chunk_elements - 1) / chunk_elements,
                    count = static_cast<std::size_t>(ranks);
  std::vector<std::size_t> offsets;
  for (std::size_t r = 0; r <= count; ++r) {
    offsets.push_back(std::min(elements, chunks * r / count * chunk_elements));
  }
  return offsets;
}

template <class T>
double global_square_sum(std::span<const T> mine, std::span<const std::size_t> offsets,
                         const comm::Communicator& world) {
  std::vector<std::size_t> chunk_offsets;
  for (std::size_t offset : offsets) { chunk_offsets.push_back(compute::chunks_of(offset)); }
  std::vector<double> sums(chunk_offsets.back(), 0.0);
  const std::size_t first = chunk_offsets[static_cast<std::size_t>(world.rank())];
  compute::square_sums(mine, std::span(sums).subspan(first, compute::chunks_of(mine.size())));
  world.all_gather(std::span(sums), chunk_offsets);
  double total = 0;
  for (double sum : sums) { total += sum; }
  return total;
}

template double global_square_sum(std::span<const float>, std::span<const std::size_t>,
                                  const comm::Communicator&);
template double global_square_sum(std::span<const double>, std::span<const std::size_t>,
                                  const comm::Communicator&);

}  // namespace srl::training
