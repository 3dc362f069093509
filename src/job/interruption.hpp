#pragma once
// How a long computation reports progress and its phase, and asks whether to stop early
// (docs/design.md, "Agreement points").
#include <string>

#include "base/not_copied.hpp"

namespace srl::job {

/// This base class reports nothing and never interrupts. A job derives from it.
class Interruption : NotCopied {
 public:
  Interruption() = default;
  virtual ~Interruption() = default;

  /// Some work is done: a token decoded, a pack finished. Cheap.
  virtual void progress() {}
  /// A new phase starts. `limit_seconds`: after this time without progress it counts as stuck (0 = the job's
  /// limit).
  virtual void phase(const std::string& /*name*/, double /*limit_seconds*/ = 0) {}
  /// This rank's own view, between agreement points. True: leave the current work and go to the next
  /// agreement point, where agreed_to_drop() is then true on all ranks.
  virtual bool leaving() { return false; }
  /// Collective, at an agreement point: whether the current work is dropped. Once true, it stays true.
  virtual bool agreed_to_drop() { return false; }
};

}  // namespace srl::job
