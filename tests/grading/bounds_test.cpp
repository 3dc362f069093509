// Bounded, symmetric, reflexive: whatever the input.
#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <random>

#include "grading/allocations.hpp"
#include "grading/grading.hpp"

namespace srl::grading {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int k = 0; k < times; ++k) { out += text; }
  return out;
}

struct Cost {
  double cpu_seconds = 0;
  std::size_t peak_bytes = 0;  // allocated at once, the input aside
};

// The better of three runs, since other programs disturb.
Cost cost_of(const std::string& prediction, const std::string& reference) {
  Cost cost{1e9, 0};
  for (int run = 0; run < 3; ++run) {
    const testing::PeakOfAllocations peak;
    const std::clock_t start = std::clock();
    grade(prediction, reference, {});
    cost.cpu_seconds = std::min(cost.cpu_seconds, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    cost.peak_bytes = std::max(cost.peak_bytes, peak.bytes());
  }
  return cost;
}

std::vector<std::string> hard_inputs() {
  std::vector<std::string> hard = {
      "9^{9^{9^9}}",
      "\\boxed{9^{9^{9^9}}}",
      "\\boxed{" + repeated("{", 10000) + "1" + repeated("}", 10000) + "}",
      repeated("{", 10000),
      repeated("(", 10000),
      repeated("-", 10000) + "1",
      repeated("\\sqrt{", 10000),
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

TEST(Bounds, TheWorstInputsTakeAtMost10MillisecondsAnd64Megabytes) {
  const std::vector<std::string> hard = hard_inputs();
  Cost worst;
  for (std::size_t k = 0; k < hard.size(); ++k) {
    const std::string& text = hard[k];
    for (const std::string& other : {text + " ", text + "+1", std::string("x+1"), "\\boxed{" + text + "+0}",
                                     hard[(k + 1) % hard.size()]}) {
      const Cost cost = cost_of(text, other);
      EXPECT_LT(cost.cpu_seconds, testing::instrumented ? 1 : 0.01)
          << text.substr(0, 60) << " | " << other.substr(0, 60);
      EXPECT_LT(cost.peak_bytes, std::size_t{64} << 20) << text.substr(0, 60);
      if (std::getenv("SRL_PRINT_TIMES") != nullptr) {
        std::cout << cost.cpu_seconds << "  " << cost.peak_bytes << "  " << text.substr(0, 30) << " | "
                  << other.substr(0, 30) << '\n';
      }
      worst = {std::max(worst.cpu_seconds, cost.cpu_seconds), std::max(worst.peak_bytes, cost.peak_bytes)};
    }
  }
  std::cout << "at most " << worst.cpu_seconds << " s and " << worst.peak_bytes << " bytes\n";
}

TEST(Bounds, WhatIsNotDecidedIsSaid) {
  const Verdict verdict = same_answer("9^{9^{9^9}}", "9^{9^{9^8}}", {});
  EXPECT_FALSE(verdict.correct);
  EXPECT_EQ(verdict.how, "not_decided");
  EXPECT_TRUE(same_answer("9^{9^{9^9}}", "9^{9^{9^9}}", {}).correct);
}

// Random answers from pieces that mean something.
std::string random_answer(std::mt19937& random, int depth) {
  const auto again = [&] { return random_answer(random, depth - 1); };
  static const std::vector<std::string> atoms = {"1",     "2",     "0",  "x",           "y", "\\pi",
                                                 "0.5",   "10",    "-3", "e",           "i", "7",
                                                 "1,000", "50\\%", "n",  "\\text{even}"};
  if (depth == 0) { return atoms[random() % atoms.size()]; }
  switch (random() % 14) {
    case 0: return "\\frac{" + again() + "}{" + again() + "}";
    case 1: return again() + "+" + again();
    case 2: return again() + "-" + again();
    case 3: return "(" + again() + ")(" + again() + ")";
    case 4: return "\\sqrt{" + again() + "}";
    case 5: return "(" + again() + ")^{" + again() + "}";
    case 6: return again() + "," + again();
    case 7: return "(" + again() + "," + again() + "]";
    case 8: return "\\{" + again() + "," + again() + "\\}";
    case 9: return "x=" + again();
    case 10: return "\\sin(" + again() + ")";
    case 11: return again() + "\\pm " + again();
    case 12: return again() + "\\le x";
    default: return "|" + again() + "|";
  }
}

TEST(Bounds, SymmetricAndReflexiveOnRandomAnswers) {
  std::mt19937 random(11);
  for (int k = 0; k < 8000; ++k) {
    const std::string x = random_answer(random, static_cast<int>(random() % 3)),
                      y = random_answer(random, static_cast<int>(random() % 3));
    const Verdict there = same_answer(x, y, {}), back = same_answer(y, x, {});
    EXPECT_EQ(there.correct, back.correct) << x << " | " << y;
    EXPECT_EQ(there.how, back.how) << x << " | " << y;
    EXPECT_TRUE(same_answer(x, x, {}).correct) << x;
    EXPECT_TRUE(same_answer(x, " " + x + " ", {}).correct ||
                same_answer(x, " " + x + " ", {}).how == "not_decided")
        << x;
  }
}

TEST(Bounds, AnyBytesAreTaken) {
  std::mt19937 random(12);
  const std::string alphabet = "\\{}()[]|^_$%&,;.0123456789abxyfrcsqtn+-*/=<>! \n\xc2\xb0\xe2\x88\x9a";
  for (int k = 0; k < 15000; ++k) {
    std::string x, y;
    for (std::size_t length = random() % 30; x.size() < length;) {
      x += alphabet[random() % alphabet.size()];
    }
    for (std::size_t length = random() % 30; y.size() < length;) {
      y += alphabet[random() % alphabet.size()];
    }
    EXPECT_EQ(same_answer(x, y, {}).correct, same_answer(y, x, {}).correct) << x << " | " << y;
    extract_answer(x);
  }
}

}  // namespace
}  // namespace srl::grading
