#include "training/resume.hpp"

#include <algorithm>
#include <array>

#include "base/strings.hpp"

namespace srl::training {

bool may_change(const std::string& name) {
  static constexpr std::array<std::string_view, 20> exact{
      "config", "threads", "resume", "dry_run", "run", "data", "deterministic",   // data: the shards' own checksums are compared
      "training.updates", "training.epochs", "training.pack_tokens", "training.recompute", "training.zero", "training.dump_gradients",
      "training.samples_kept", "training.max_bad_updates", "training.tensorboard",
      "rollout.save", "rollout.kv_bytes", "rollout.max_batch", "rollout.prefill_chunk"};
  static constexpr std::array<std::string_view, 6> sections{"checkpoint.", "validation.", "export.", "job.", "comm.", "plan."};
  return std::any_of(exact.begin(), exact.end(), [&](std::string_view allowed) { return name == allowed; }) ||
         std::any_of(sections.begin(), sections.end(), [&](std::string_view section) { return name.starts_with(section); });
}

std::vector<std::string> forbidden_changes(const Json& saved, const Json& now, std::vector<std::string>& changed) {
  std::vector<std::string> forbidden;
  for (const auto& [name, value] : now.as_object()) {
    const Json* before = saved.find(name);
    if (before != nullptr && *before == value) continue;
    (may_change(name) ? changed : forbidden).push_back(cat(name, ": ", before == nullptr ? "absent" : before->dump(), " -> ", value.dump()));
  }
  return forbidden;
}

}  // namespace srl::training
