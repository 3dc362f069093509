#pragma once
// How a completion ended.
#include "base/words.hpp"

namespace srl::text {

/// stop: a stop token or stop string; length: no room for more tokens. Only evaluation knows the last two:
/// bad_format: a step of wrong format; max_steps: the largest number of steps without a final answer.
enum class Finish { unfinished, stop, length, bad_format, max_steps };
constexpr auto words_of(Finish) {
  return words<Finish>({{"", Finish::unfinished},
                        {"stop", Finish::stop},
                        {"length", Finish::length},
                        {"bad_format", Finish::bad_format},
                        {"max_steps", Finish::max_steps}});
}

}  // namespace srl::text
