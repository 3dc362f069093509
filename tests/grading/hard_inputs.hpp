#pragma once
// Texts that are hard to grade: huge numbers, deep nesting, many candidates, and every construct many times.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace srl::grading::testing {

inline std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int k = 0; k < times; ++k) { out += text; }
  return out;
}

inline std::vector<std::string> hard_texts() {
  return {
      "9^{9^{9^9}}",
      "\\boxed{9^{9^{9^9}}}",
      "\\boxed{" + repeated("{", 10000) + "1" + repeated("}", 10000) + "}",
      repeated("{", 10000),
      repeated("(", 10000),
      repeated("-", 10000) + "1",
      repeated("\\sqrt{", 10000),
      "\\boxed{" + repeated("\\mathrm{", 1500) + "ABC" + repeated("}", 1500) + "}",
      repeated("9", 1000000),
      "\\boxed{" + repeated("9", 1000000) + "}",
      "the answer is " + repeated("9", 1000000),
      repeated("9", 3999),
      repeated("9", 16000),
      repeated("0." + repeated("1", 3000) + "+", 5) + "1",
      repeated("1,", 5000),
      repeated("1 ", 8000),
      repeated("\\boxed{1} ", 20000),
      repeated("\\boxed{", 30000),
      repeated("\\boxed{1},", 64),
      repeated("$1$ ", 20000),
      repeated("$1$, ", 20000),
      "the answer is " + repeated("is ", 300000),
      "the answer is " + repeated("1, ", 100) + "(",
      repeated("answer is ", 30000),
      repeated("answer ", 100000),
      repeated("$", 100000),
      repeated("\\(", 50000),
      repeated("####", 200000),
      repeated("2^", 5000) + "2",
      repeated("\xff\xfe", 8000),
      repeated("\xe2\x88", 8000),
      repeated("\u2212", 5000),
      repeated("\\text{", 2000),
      repeated("\\text{a} ", 1000),
      repeated("or ", 5000),
      repeated("x=", 3000) + "1",
      repeated("1:", 3000) + "1",
      repeated("|", 5000),
      repeated("a", 250000),
      repeated("a b ", 60000),
      repeated("1.", 60000),
      repeated("1/", 60000) + "1",
  };
}

inline std::vector<std::string> hard_expressions() {
  std::vector<std::string> hard = {
      "2000!" + repeated("*2000!", 700),
      repeated("\\sin(", 90) + "x" + repeated(")", 90),
      repeated("\\sin x+", 400) + "1",
      repeated("x!+", 600) + "1",
      repeated("\\binom{x}{y}+", 300) + "1",
      repeated("\\arcsin(x)+", 400) + "1",
      repeated("\\sqrt[7]{x}+", 300) + "1",
      repeated("x^{y}+", 400) + "1",
      repeated("(x+1)^{999999}+", 200) + "1",
      repeated("\\binom{2000}{1000}+", 300) + "1",
      repeated("(x+1)(y-1)", 190),
      repeated("\\pm x", 300),
      repeated("\\{", 50) + "1" + repeated("\\}", 50),
      repeated("\\frac{1}{x+", 80) + "1" + repeated("}", 80),
      "\\begin{pmatrix}" + repeated("1&", 60) + "1\\end{pmatrix}",
      "\\{" + repeated("\\sin x,", 60) + "1\\}",
  };
  std::string list, tuples;
  for (int k = 0; k < 63; ++k) {
    list += "\\sin(" + std::to_string(k) + "x)^{1/3}+\\sqrt{x},";
    tuples += "(" + std::to_string(k) + ",x,y!),";
  }
  hard.push_back("\\boxed{" + list + "1}");
  hard.push_back("\\boxed{\\{" + list + "1\\}}");
  hard.push_back("\\boxed{" + tuples + "(1,2)}");
  return hard;
}

inline std::vector<std::string> hard_inputs() {
  std::vector<std::string> hard = hard_texts();
  for (std::string& expression : hard_expressions()) { hard.push_back(std::move(expression)); }
  return hard;
}

/// Each hard input as a prediction, with references that are almost the same, short, or another hard input.
inline std::vector<std::pair<std::string, std::string>> hard_pairs() {
  const std::vector<std::string> hard = hard_inputs();
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t k = 0; k < hard.size(); ++k) {
    const std::string& text = hard[k];
    for (const std::string& other : {text + " ", text + "+1", std::string("x+1"), "\\boxed{" + text + "+0}",
                                     hard[(k + 1) % hard.size()]}) {
      pairs.emplace_back(text, other);
    }
  }
  return pairs;
}

}  // namespace srl::grading::testing
