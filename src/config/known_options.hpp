#pragma once
// Every option name that some job of the suite knows. One configuration file may serve several jobs: names in this table are
// accepted in a file by jobs that do not use them (docs/design.md, "Options"). A test compares the table with the jobs' own --help.
#include <string_view>
#include <vector>

namespace srl::config {

/// Full names, "sampling.top_p"; sorted.
const std::vector<std::string_view>& known_options();
bool is_known_option(std::string_view full_name);

}  // namespace srl::config
