#pragma once
// Going on from a checkpoint: which options may differ from those it was saved under.
#include <string>
#include <vector>

#include "base/json.hpp"

namespace srl::training {

/// May the option differ on resume? Those that shape neither the numbers nor their order, or only how far the run goes and what it writes.
bool may_change(const std::string& name);
/// Options that differ and may not, as "name: before -> now"; `changed` collects those that differ and may.
std::vector<std::string> forbidden_changes(const Json& saved, const Json& now, std::vector<std::string>& changed);

}  // namespace srl::training
