// Grading is bounded in time and memory, symmetric and reflexive for any input.
#include <gmock/gmock.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "grading/allocations.hpp"
#include "grading/grading.hpp"
#include "grading/hard_inputs.hpp"
#include "support/counted_work.hpp"

namespace srl::grading {
namespace {

// In basic blocks of the grading room. The worst input takes 16 million, about 10 ms
// (tests/bench/grading_bench measures times).
constexpr std::uint64_t most_work = 50'000'000;
constexpr std::size_t most_bytes = std::size_t{64} << 20;  // allocated at the same time, without the input

TEST(Bounds, TheWorstInputsTakeBoundedWorkAnd64Megabytes) {
  std::uint64_t worst_work = 0;
  std::size_t worst_bytes = 0;
  for (const auto& [text, other] : testing::hard_pairs()) {
    const testing::PeakOfAllocations peak;
    const std::uint64_t before = test::counted_work();
    grade(text, other, {});
    const std::uint64_t work = test::counted_work() - before;
    EXPECT_LT(work, most_work) << text.substr(0, 60) << " | " << other.substr(0, 60);
    EXPECT_LT(peak.bytes(), most_bytes) << text.substr(0, 60);
    if (std::getenv("SRL_PRINT_WORK") != nullptr) {
      std::cout << work << "  " << peak.bytes() << "  " << text.substr(0, 30) << " | " << other.substr(0, 30)
                << '\n';
    }
    worst_work = std::max(worst_work, work);
    worst_bytes = std::max(worst_bytes, peak.bytes());
  }
  EXPECT_GT(worst_work, 1000U) << "nothing was counted";
  std::cout << "at most " << worst_work << " basic blocks and " << worst_bytes << " bytes\n";
}

TEST(Bounds, WhatIsNotDecidedIsSaid) {
  const Verdict verdict = same_answer("9^{9^{9^9}}", "9^{9^{9^8}}", {});
  EXPECT_FALSE(verdict.correct);
  EXPECT_EQ(verdict.how, "not_decided");
  EXPECT_TRUE(same_answer("9^{9^{9^9}}", "9^{9^{9^9}}", {}).correct);
}

// A random answer made of meaningful pieces.
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
