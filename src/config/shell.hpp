#pragma once
// Arguments in commands that a reader copies into a shell.
#include <string>
#include <string_view>

namespace srl {

/// `argument` as a POSIX shell reads it back: unchanged, or in single quotes where it has blanks or other
/// characters that a shell would interpret.
std::string shell_quoted(std::string_view argument);

}  // namespace srl
