#pragma once
// Memory that several users have in turn: on a training GPU, gradients and activations while it trains, the
// key/value cache while it samples.
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "device/arena.hpp"

namespace srl::device {

/// Users are in one of several turns. All users of a turn have their pieces at the same time; another turn
/// takes them away. All work on the pieces is in `stream`, or `stream` waits for it before the next turn.
class Turns {
 public:
  using Take = std::function<void(Arena&)>;
  /// A piece of `memory`, large enough for each turn. Keeps a reference to the stream.
  Turns(Arena& memory, std::string_view name, std::size_t bytes, const Stream& stream);
  /// `take` takes a user's pieces whenever the turn begins; their content is undefined then.
  void add(int turn, Take take);
  /// Begins the turn, unless it is this one already.
  void enter(int turn);

 private:
  Arena part_;
  const Stream& stream_;
  std::vector<std::pair<int, Take>> users_;
  int now_ = -1;
};

/// Where a user takes pieces that it needs only while it works: from an arena for ever, or in a turn.
class Turn {
 public:
  explicit Turn(Arena& own) : own_(&own) {}
  Turn(Turns& turns, int number) : turns_(&turns), number_(number) {}
  /// Once per user.
  void add(Turns::Take take) const;
  /// Before each use of the pieces.
  void enter() const {
    if (turns_ != nullptr) { turns_->enter(number_); }
  }

 private:
  Arena* own_ = nullptr;
  Turns* turns_ = nullptr;
  int number_ = 0;
};

/// Bytes of a user: what it keeps, and what it needs while it works.
struct TurnBytes {
  std::size_t kept = 0, in_turn = 0;
  std::size_t total() const { return kept + in_turn; }
};

}  // namespace srl::device
