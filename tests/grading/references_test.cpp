// Two different answers of a benchmark must not be judged equal. Where the benchmark files are present, this
// compares all pairs of references whose strings differ. The pairs that may be judged equal are listed here.
// Each was reviewed and is the same answer (docs/conformance.md gives the reasons).
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "base/json.hpp"
#include "grading/grading.hpp"

namespace srl::grading {
namespace {

using Pair = std::pair<std::string, std::string>;

std::filesystem::path data_folder() {
  const char* const given = std::getenv("SRL_SHARED_DATA");
  return given != nullptr ? given : std::string(SRL_SOURCE_DIR) + "/../shared/data";
}

void add(std::set<std::string>& references, const Json& value) {
  if (value.is_array()) {
    for (const Json& one : value.as_array()) { add(references, one); }
  } else {
    references.insert(extract_answer(value.is_string() ? value.as_string() : value.dump(), true).answer);
  }
}

// The different reference answers of a benchmark, in the form in which they are graded.
std::set<std::string> references_of(const std::string& benchmark, const std::string& field) {
  std::ifstream file(data_folder() / "eval" / (benchmark + ".jsonl"));
  std::set<std::string> references;
  for (std::string line; std::getline(file, line);) {
    add(references, Json::parse(line, benchmark).at(field));
  }
  return references;
}

// A sanitizer makes a pair ten times slower, so only every seventh pair is compared there.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t take_every = 7;
#else
constexpr std::size_t take_every = 1;
#endif

void expect_only_reviewed(const std::string& benchmark, const std::string& field,
                          const std::set<Pair>& reviewed) {
  const std::set<std::string> references = references_of(benchmark, field);
  if (references.empty()) { GTEST_SKIP() << "no " << benchmark << ".jsonl (set SRL_SHARED_DATA)"; }
  std::set<Pair> equal;
  std::size_t pairs = 0;
  for (auto x = references.begin(); x != references.end(); ++x) {
    for (auto y = std::next(x); y != references.end(); ++y, ++pairs) {
      if (pairs % take_every == 0 && same_answer(*x, *y, {}).correct) { equal.emplace(*x, *y); }
    }
  }
  std::cout << benchmark << ": " << references.size() << " different references, " << pairs << " pairs, "
            << equal.size() << " judged equal\n";
  for (const Pair& pair : equal) {
    EXPECT_TRUE(reviewed.contains(pair)) << pair.first << " | " << pair.second;
  }
}

TEST(References, Amc23) {
  expect_only_reviewed("amc23", "answer", {});
}
TEST(References, Aime24) {
  expect_only_reviewed("aime24", "answer", {});
}
TEST(References, Aime25) {
  expect_only_reviewed("aime25", "expected_answer", {});
}
TEST(References, Minerva) {
  expect_only_reviewed("minerva_math", "solution", {{"+2", "2"}});
}
TEST(References, Math500) {
  expect_only_reviewed("math500", "answer",
                       {{"(-2,1)", "-2,1"},
                        {"-2,1", "1,-2"},
                        {"10,\\!080", "10080"},
                        {"120", "120^\\circ"},
                        {"15", "15\\mbox{ cm}^2"},
                        {"2 \\sqrt{5}", "2\\sqrt{5}"},
                        {"30", "30^\\circ"},
                        {"36", "36^\\circ"},
                        {"36", "\\$36"},
                        {"5", "x=5"},
                        {"90", "90^\\circ"},
                        {"\\frac14", "\\frac{1}{4}"}});
}
TEST(References, OlympiadBench) {
  expect_only_reviewed("olympiadbench_math_en_textonly", "final_answer",
                       {{"1", "f(x)=1"},
                        {"1", "k=1"},
                        {"1/3", "\\frac{1}{3}"},
                        {"2 n", "2n"},
                        {"2,3,4", "2,4,3"},
                        {"3", "k=3"},
                        {"4", "4^{\\circ}"},
                        {"44", "44^{\\circ}"},
                        {"45", "45^{\\circ}"},
                        {"8", "8 \\%"}});
}
TEST(References, Gsm8k) {
  expect_only_reviewed("gsm8k_test", "answer", {{"14,000", "14000"}, {"5,600", "5600"}});
}

}  // namespace
}  // namespace srl::grading
