#pragma once
// The base of classes of which there is one object per thing: a file, a lock, a thread.

namespace srl {

class NotCopied {
 protected:
  NotCopied() = default;
  ~NotCopied() = default;
  NotCopied(const NotCopied&) = delete;
  NotCopied& operator=(const NotCopied&) = delete;
};

}  // namespace srl
