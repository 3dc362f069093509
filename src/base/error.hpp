#pragma once
// This room holds what every room uses. It knows nothing about models.
//   pure functions: json.hpp, unicode.hpp, strings.hpp, words.hpp, random.hpp
//   the system: files.hpp (atomic writes), checksum.hpp, log.hpp, thread_pool.hpp
// Every failure throws one of the types below. Each type stands for what the user can do about the failure.
// A message says what happened, where, and what to do.
#include <stdexcept>
#include <string>

namespace srl {

struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// A wrong option on the command line or in the configuration file: exit code 2.
struct BadOption : Error {
  using Error::Error;
};
/// A file or a row has wrong content. The message names the file, the place and the field.
struct BadInput : Error {
  using Error::Error;
};
/// The machine or the system failed: disk full, no permission, a peer is gone, no GPU.
struct EnvironmentError : Error {
  using Error::Error;
};
/// A programming error in SRL: please report it.
struct Bug : Error {
  using Error::Error;
};

}  // namespace srl
