#pragma once
// The message of an exception, for tests that compare it.
#include <string>

namespace srl::test {

/// The message with which `run` fails; "no error" if it does not throw an E.
template <class E, class Run>
std::string message_of(const Run& run) {
  try {
    run();
  } catch (const E& error) { return error.what(); }
  return "no error";
}

}  // namespace srl::test
