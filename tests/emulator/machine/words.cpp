#include "emulator/words.hpp"

#include <bit>
#include <string>

#include "emulator/machine/state.hpp"

namespace srl::emulator {
namespace {

struct BallotRecord {
  bool value = false;
  unsigned result = 0;
};

const Thread& thread_of(unsigned lane) {
  return machine.threads[machine.current->warp * warp_size + lane];
}

void complete_ballot(unsigned present, Records records, Place) {
  unsigned bits = 0;
  for (unsigned left = present; left != 0; left &= left - 1) {
    const auto lane = static_cast<unsigned>(std::countr_zero(left));
    bits |= static_cast<unsigned>(static_cast<BallotRecord*>(records[lane])->value) << lane;
  }
  for (unsigned left = present; left != 0; left &= left - 1) {
    static_cast<BallotRecord*>(records[std::countr_zero(left)])->result = bits;
  }
}

void complete_synchronise(unsigned present, Records, Place) {
  if (observer != nullptr) { observer->synchronised_lanes(machine.current->warp, present); }
}

}  // namespace

void complete_shuffle(unsigned present, Records records, Place where) {
  for (unsigned left = present; left != 0; left &= left - 1) {
    const auto lane = static_cast<unsigned>(std::countr_zero(left));
    auto& mine = *static_cast<ShuffleRecord*>(records[lane]);
    if (mine.source >= warp_size || (present >> mine.source & 1) == 0) {
      fault_of(thread_of(lane), "a shuffle reads lane " + std::to_string(mine.source) +
                                    ", which does not take part, at " + text_of(where));
    }
    mine.result = static_cast<ShuffleRecord*>(records[mine.source])->value;
  }
}

unsigned ballot(unsigned mask, const char* word, bool value, Place where) {
  BallotRecord record{.value = value};
  meet(mask, word, &record, complete_ballot, where);
  return record.result;
}

void synchronise_lanes(unsigned mask, Place where) {
  char nothing = 0;
  meet(mask, "__syncwarp", &nothing, complete_synchronise, where);
}

}  // namespace srl::emulator
