#include "rollout/sample/stop_strings.hpp"

#include <algorithm>

namespace srl::rollout {
namespace {

/// Number of places in `text` where one of the strings begins.
std::size_t occurrences(const std::string& text, const std::vector<std::string>& strings) {
  std::size_t count = 0;
  for (const std::string& one : strings) {
    for (std::size_t at = text.find(one); at != std::string::npos; at = text.find(one, at + 1)) { ++count; }
  }
  return count;
}

}  // namespace

bool hits_stop_string(const std::vector<std::int32_t>& ids, const SamplingOptions& sampling,
                      const std::function<std::string(const std::vector<std::int32_t>&)>& decode) {
  if (sampling.stop.empty() || std::ssize(ids) <= sampling.min_new_tokens) { return false; }
  std::size_t longest = 0;
  for (const std::string& text : sampling.stop) { longest = std::max(longest, text.size()); }
  // Some tokens more than the string has bytes, because special tokens may decode to nothing.
  const std::ptrdiff_t tail = std::min(ids.size(), longest + 8);
  const std::size_t found = occurrences(decode({ids.end() - tail, ids.end()}), sampling.stop);
  // A string that ended before min_new_tokens does not count later.
  return found > 0 && (sampling.min_new_tokens == 0 ||
                       found > occurrences(decode({ids.end() - tail, ids.end() - 1}), sampling.stop));
}

}  // namespace srl::rollout
