#include "emulator/machine/shadow.hpp"

#include <algorithm>
#include <bit>

namespace srl::emulator {

void Shadow::begin_block() {
  ++block_;
  barriers_ = 0;
  clocks_.assign(most_threads * warp_size, 0);
  for (unsigned t = 0; t < most_threads; ++t) { clocks_[t * warp_size + t % warp_size] = 1; }
}

void Shadow::synchronised(unsigned warp, unsigned lanes) {
  std::uint32_t joined[warp_size] = {};
  const auto row = [&](unsigned lane) { return &clocks_[(warp * warp_size + lane) * warp_size]; };
  for (unsigned left = lanes; left != 0; left &= left - 1) {
    const std::uint32_t* const known = row(static_cast<unsigned>(std::countr_zero(left)));
    for (unsigned k = 0; k < warp_size; ++k) { joined[k] = std::max(joined[k], known[k]); }
  }
  for (unsigned left = lanes; left != 0; left &= left - 1) {
    const auto lane = static_cast<unsigned>(std::countr_zero(left));
    std::copy(joined, joined + warp_size, row(lane));
    ++row(lane)[lane];
  }
}

Shadow::Cell& Shadow::cell_at(std::uintptr_t cell) {
  const std::uintptr_t number = cell / page_cells;
  if (last_page_ == nullptr || number != last_number_) {
    std::unique_ptr<Page>& page = pages_[number];
    if (!page) { page = std::make_unique<Page>(); }
    last_number_ = number;
    last_page_ = page.get();
  }
  return last_page_->cells[cell % page_cells];
}

bool Shadow::in_order(const Touch& earlier, const Touch& now, bool shared_memory) const {
  if (earlier.launch != now.launch) { return true; }  // streams order launches
  if (earlier.block != now.block) { return shared_memory; }
  if (earlier.barriers != now.barriers || earlier.thread == now.thread) { return true; }
  if (earlier.thread / warp_size != now.thread / warp_size) { return false; }
  return clocks_[now.thread * warp_size + earlier.thread % warp_size] >= earlier.clock;
}

bool Shadow::races(const Touch& earlier, const Touch& now, bool shared_memory) const {
  if (earlier.launch == 0 || (earlier.bytes & now.bytes) == 0) { return false; }
  if (earlier.access == now.access && now.access != Access::write) { return false; }
  return !in_order(earlier, now, shared_memory);
}

std::optional<Touch> Shadow::touch(const void* address, std::size_t bytes, Access access, unsigned thread,
                                   const Spot& spot, bool shared_memory) {
  Touch now{.spot = spot,
            .launch = launch_,
            .block = block_,
            .barriers = barriers_,
            .clock = clocks_[thread * warp_size + thread % warp_size],
            .thread = static_cast<std::uint16_t>(thread),
            .access = access};
  const auto begin = reinterpret_cast<std::uintptr_t>(address), end = begin + bytes;
  for (std::uintptr_t number = begin / cell_bytes; number * cell_bytes < end; ++number) {
    now.bytes = 0;
    for (std::uintptr_t b = 0; b < cell_bytes; ++b) {
      const std::uintptr_t at = number * cell_bytes + b;
      if (at >= begin && at < end) { now.bytes |= static_cast<std::uint8_t>(1u << b); }
    }
    Cell& cell = cell_at(number);
    for (const Touch* earlier : {&cell.write, &cell.first_read, &cell.last_read}) {
      if (races(*earlier, now, shared_memory)) { return *earlier; }
    }
    if (access != Access::read) {
      cell.write = now;
      cell.first_read = cell.last_read = {};
    } else if (cell.first_read.launch == 0 || in_order(cell.first_read, now, shared_memory)) {
      cell.first_read = now;
    } else {
      cell.last_read = now;
    }
  }
  return std::nullopt;
}

}  // namespace srl::emulator
