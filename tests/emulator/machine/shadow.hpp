#pragma once
// The last accesses to each byte, and whether a barrier or a __syncwarp orders two of them.
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "emulator/machine/state.hpp"

namespace srl::emulator {

/// A place in the program: an instruction or a source line.
struct Spot {
  const void* instruction = nullptr;
  Place where = {};
};

struct Touch {
  Spot spot;
  std::uint64_t launch = 0;  ///< 0 = no access
  std::uint32_t block = 0, barriers = 0, clock = 0;
  std::uint16_t thread = 0;
  std::uint8_t bytes = 0;  ///< bit set of the cell's bytes
  Access access = Access::read;
};

class Shadow {
 public:
  void begin_launch() { ++launch_; }
  void begin_block();
  void passed_barrier() { ++barriers_; }
  std::uint32_t block() const { return block_; }
  /// After __syncwarp, the earlier accesses of these lanes are ordered before their later ones.
  void synchronised(unsigned warp, unsigned lanes);
  /// Records an access of the running block. Returns an earlier access that it races with.
  std::optional<Touch> touch(const void* address, std::size_t bytes, Access access, unsigned thread,
                             const Spot& spot, bool shared_memory);

 private:
  /// Two bytes of memory. With four, neighbours that store 16 bits each would seem to race.
  struct Cell {
    Touch write, first_read, last_read;
  };
  static constexpr std::size_t cell_bytes = 2, page_cells = 2048;
  struct Page {
    Cell cells[page_cells];
  };
  Cell& cell_at(std::uintptr_t cell);
  bool in_order(const Touch& earlier, const Touch& now, bool shared_memory) const;
  bool races(const Touch& earlier, const Touch& now, bool shared_memory) const;

  std::uint64_t launch_ = 0;
  std::uint32_t block_ = 0, barriers_ = 0;
  /// [warp][lane][other lane]: the clock of the other lane that this lane is ordered after.
  std::vector<std::uint32_t> clocks_;
  std::unordered_map<std::uintptr_t, std::unique_ptr<Page>> pages_;
  std::uintptr_t last_number_ = 0;
  Page* last_page_ = nullptr;
};

}  // namespace srl::emulator
