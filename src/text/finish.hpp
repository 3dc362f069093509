#pragma once
// How a completion ended.
#include "base/words.hpp"

namespace srl::text {

/// stop: a stop token or stop string. length: the token limit. Only evaluation uses the last two: bad_format
/// (a step with a wrong format) and max_steps (the maximum number of steps without a final answer).
enum class Finish { unfinished, stop, length, bad_format, max_steps };
constexpr auto words_of(Finish) {
  return words<Finish>({{"", Finish::unfinished},
                        {"stop", Finish::stop},
                        {"length", Finish::length},
                        {"bad_format", Finish::bad_format},
                        {"max_steps", Finish::max_steps}});
}

}  // namespace srl::text
