#pragma once
// What every room uses, and nothing about models. Values stand apart from the world: json.hpp, unicode.hpp,
// strings.hpp, words.hpp and random.hpp compute; files.hpp writes files that are whole or absent,
// checksum.hpp tells whether they stayed so, log.hpp reports, thread_pool.hpp spreads work over cores.
// Whatever fails throws one of the types below. They are sorted by what the user can do about the failure;
// their messages say what happened, where, and what to do.
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
/// A file or a row whose content is wrong: the message names file, place and field.
struct BadInput : Error {
  using Error::Error;
};
/// The machine said no: disk full, no permission, a peer is gone, no GPU.
struct EnvironmentError : Error {
  using Error::Error;
};
/// Our own mistake: please report.
struct Bug : Error {
  using Error::Error;
};

}  // namespace srl
