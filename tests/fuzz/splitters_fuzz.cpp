// Any text through every splitter: steps are not empty and are pieces of the text in its order. A dropped
// solution has no steps.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/unicode.hpp"
#include "data_prep/agent/commands.hpp"
#include "data_prep/split/splitters.hpp"

namespace {

void require(bool good) {
  if (!good) { std::abort(); }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace srl::data_prep;
  const std::string text = srl::repair_utf8(std::string_view(reinterpret_cast<const char*>(data), size));
  const bool plain = text.find('\r') == std::string::npos &&
                     text.find("<<") == std::string::npos;  // these marks and line ends are removed
  for (const char* name :
       {"numbered", "roman", "lines", "lines_if_answer", "paragraphs", "sentences", "whole"}) {
    std::string used;
    const SplitResult result = split_steps(name, text, used);
    require(result.dropped.empty() == !result.steps.empty());
    std::size_t at = 0;
    for (const auto& step : result.steps) {
      require(!step.action.empty() && srl::is_valid_utf8(step.action));
      if (!plain) { continue; }
      at = text.find(step.action, at);
      require(at != std::string::npos);
      at += step.action.size();
    }
  }
  const Commands commands = commands_in_text(text);
  require(!commands.malformed || commands.commands.empty());
  return 0;
}
