#include "base/host.hpp"

#include <sys/resource.h>
#include <sys/utsname.h>

#include <cerrno>
#include <cstring>

#include "base/strings.hpp"

namespace srl {
namespace {

constexpr std::string_view too_many_files = "too many open files";

}  // namespace

std::string host_name() {
  utsname name{};
  return ::uname(&name) == 0 ? name.nodename : "unknown";
}

std::string reason_of(int error) {
  const std::string words = std::strerror(error);
  if (error == EMFILE) {
    rlimit limit{};
    const bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
    return cat(too_many_files, known ? cat(" (this process may open ", limit.rlim_cur, ")") : std::string(),
               ": raise the limit with `ulimit -n 65536` before the start");
  }
  if (error == ENFILE) {
    return cat(too_many_files,
               " on this machine: end other programs, or ask its administrator to raise fs.file-max");
  }
  return words;
}

bool says_too_many_files(std::string_view message) {
  return message.find(too_many_files) != std::string_view::npos;
}

}  // namespace srl
