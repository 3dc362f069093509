#pragma once
// An expert solution: a question and the steps that solve it
// (docs/method.md, "Data: from expert solutions to instances").
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace srl::trajectory {

struct Step {
  std::optional<std::string> title;
  std::optional<std::string> thought;  ///< agents: natural language before the command, never a target
  std::string action;                  ///< mathematics: the whole step text as written, "N. **Title** body"
  std::optional<std::string> observation;  ///< agents
  bool operator==(const Step&) const = default;
};

enum class Split : std::uint8_t { train = 0, validation = 1 };

struct Solution {
  std::string id, source, domain;  ///< domain: "math" or "agent"
  std::string question;
  std::optional<std::string> reasoning, answer;
  std::vector<Step> steps;
  Split split = Split::train;
  bool operator==(const Solution&) const = default;
};

}  // namespace srl::trajectory
