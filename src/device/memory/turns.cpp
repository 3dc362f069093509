#include "device/turns.hpp"

#include "base/error.hpp"

namespace srl::device {

Turns::Turns(Arena& memory, std::string_view name, std::size_t bytes, const Stream& stream)
    : part_(memory.part(name, bytes)), stream_(stream) {}

void Turns::add(int turn, Take take) {
  if (turn == now_) { throw Bug("a user joins a turn that has begun"); }
  users_.emplace_back(turn, std::move(take));
}

void Turns::enter(int turn) {
  if (turn == now_) { return; }
  part_.restart(stream_);
  now_ = turn;
  for (const auto& [number, take] : users_) {
    if (number == turn) { take(part_); }
  }
}

void Turn::add(Turns::Take take) const {
  if (turns_ != nullptr) {
    turns_->add(number_, std::move(take));
  } else {
    take(*own_);
  }
}

}  // namespace srl::device
