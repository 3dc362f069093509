#include "base/host.hpp"

#include <sys/utsname.h>

namespace srl {

std::string host_name() {
  utsname name{};
  return ::uname(&name) == 0 ? name.nodename : "unknown";
}

}  // namespace srl
