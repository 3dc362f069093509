#pragma once
// Small worlds of problems with known expert steps, made from a seed: no file is needed. Each step has two
// ways of thinking, a hasty one that states the result and a careful one that works it out; which of them a
// model has the habit of is what training changes.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace srl::data_prep {

/// Random numbers of one problem: a function of (seed, problem, how many were drawn before).
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t problem) : seed_(seed), problem_(problem) {}
  std::int64_t below(std::int64_t count);                     ///< uniform in [0, count), count < 2^32
  std::int64_t between(std::int64_t low, std::int64_t high);  ///< uniform in [low, high]
  bool chance(double probability);

 private:
  std::uint32_t word();
  std::uint64_t seed_, problem_;
  std::uint32_t drawn_ = 0;
};

struct SyntheticStep {
  std::string title, action;   ///< action: the whole step, "2. **Mul** c = 73 * 73 = 29"
  std::string hasty, careful;  ///< thoughts before it, both correct
};

struct SyntheticProblem {
  std::string question, answer;
  std::vector<SyntheticStep> steps;
};

/// Arithmetic modulo 100, each result an operand of the next step: "a=49,b=a*77,c=b+73?". `steps` operations
/// (1 to 25), each a multiplication with probability `multiply`, else an addition. `hard` draws again until
/// no number but an addend is below 10 or a multiple of 5, since those let guesses win. The answer is the
/// last four results (one would be too easy to hit).
SyntheticProblem chain_problem(Dice& dice, std::int64_t steps, double multiply, bool hard);

/// Euclid's algorithm: "gcd(964,372)?", a division with remainder a step, exactly `steps` of them (2 to 8).
/// `hard` asks for a divisor above 1 in the answer.
SyntheticProblem euclid_problem(Dice& dice, std::int64_t steps, bool hard);

/// What a question may be used for, by its hash alone: whatever the seed, options and command, no question of
/// one use has another.
enum class Use { test, validation, training, warmup };
Use use_of(std::string_view question);

}  // namespace srl::data_prep
