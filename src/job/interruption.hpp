#pragma once
// What a long computation reports while it runs, and what it asks: that it moves, what it is doing, and
// whether to stop before its end (docs/design.md, "Agreement points").
#include <string>

namespace srl::job {

/// As it is: reports nothing and never interrupts. A job derives from it.
class Interruption {
 public:
  Interruption() = default;
  virtual ~Interruption() = default;
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// Something moved: a token decoded, a pack done. Cheap.
  virtual void progress() {}
  /// The name of what follows, and after how many seconds without progress it counts as stuck (0 = the job's
  /// limit).
  virtual void phase(const std::string& /*name*/, double /*limit_seconds*/ = 0) {}
  /// This rank's own view, between agreement points: leave what is under way and go to the next one, where
  /// agreed_to_drop() is then true for all ranks.
  virtual bool leaving() { return false; }
  /// Collective, at an agreement point: is the work under way dropped? True once means true until the end.
  virtual bool agreed_to_drop() { return false; }
};

}  // namespace srl::job
