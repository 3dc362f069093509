#pragma once
// Synthetic problems with known expert steps, made from a seed without any input file. Each step has two
// possible thoughts: a hasty one that states the result, and a careful one that derives it. Training changes
// how often a model uses each.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace srl::data_prep {

/// Random numbers of one problem: a function of (seed, problem, number of earlier draws).
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

/// Arithmetic modulo 100, where each result is an operand of the next step: "a=49,b=a*77,c=b+73?". There are
/// `steps` operations (1 to 25), each a multiplication with probability `multiply`, else an addition. `hard`
/// draws again until no number except an addend is below 10 or a multiple of 5, because such numbers make
/// guessing easy. The answer is the last four results; a single one would be too easy to guess.
SyntheticProblem chain_problem(Dice& dice, std::int64_t steps, double multiply, bool hard);

/// Euclid's algorithm: "gcd(964,372)?". Each step is one division with remainder, exactly `steps` of them (2
/// to 8). `hard` requires a greatest common divisor above 1.
SyntheticProblem euclid_problem(Dice& dice, std::int64_t steps, bool hard);

/// The use of a question, decided by its hash alone. Whatever the seed, options and command, no question has
/// two uses.
enum class Use { test, validation, training, warmup };
Use use_of(std::string_view question);

}  // namespace srl::data_prep
