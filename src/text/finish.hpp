#pragma once
// How a completion ended.
#include "base/words.hpp"

namespace srl::text {

/// stop: a stop token or stop string. length: the token limit. Only evaluation uses the last two: bad_format
/// (a step with a wrong format) and max_steps (the maximum number of steps without a final answer).
enum class Finish { unfinished, stop, length, bad_format, max_steps };
SRL_WORDS(Finish, "", "stop", "length", "bad_format", "max_steps");

}  // namespace srl::text
