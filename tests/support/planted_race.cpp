// Two threads write the same number without a lock. The thread sanitizer must report it: this shows that a
// tree was built with the sanitizer and that its suppressions do not hide code of ours.
#include <thread>

int main() {
  long long sum = 0;
  const auto add = [&sum] {
    for (int i = 0; i < 1000; ++i) { ++sum; }
  };
  std::thread other(add);
  add();
  other.join();
  return sum == 0;
}
