#pragma once
// How a completion ended.
#include "base/words.hpp"

namespace srl::text {

/// stop: a stop token or stop string. length: the token limit. Only evaluation uses the last three:
/// bad_format (a step with a wrong format), max_steps (the maximum number of steps without a final answer)
/// and not_asked (a question that does not fit the model).
enum class Finish { unfinished, stop, length, bad_format, max_steps, not_asked };
SRL_WORDS(Finish, "", "stop", "length", "bad_format", "max_steps", "not_asked");

}  // namespace srl::text
