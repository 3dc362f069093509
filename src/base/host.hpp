#pragma once
// What the system says: this machine's name, and why a call failed.
#include <string>
#include <string_view>

namespace srl {

/// This machine's name, from uname(2).
std::string host_name();

/// errno in words, with what to do where that is known: "too many open files (this process may open 1024):
/// …".
std::string reason_of(int error);
/// Whether a message holds the words of reason_of for too many open files: the file that it names is not at
/// fault.
bool says_too_many_files(std::string_view message);

}  // namespace srl
