#include "data_prep/synthetic/problem.hpp"

#include "base/checksum.hpp"
#include "base/random.hpp"

namespace srl::data_prep {

std::uint32_t Dice::word() {
  constexpr std::uint32_t worlds = 0x776F726C;  // separates these numbers from every stream of random_words
  const Philox counter{{drawn_++, low_word(problem_), high_word(problem_), worlds}};
  return philox4x32_10(counter, low_word(seed_), high_word(seed_)).words[0];
}

std::int64_t Dice::below(std::int64_t count) {
  return (std::uint64_t{word()} * count) >> 32;
}

std::int64_t Dice::between(std::int64_t low, std::int64_t high) {
  return low + below(high - low + 1);
}

bool Dice::chance(double probability) {
  return word() < probability * 0x1.0p32;
}

Use use_of(std::string_view question) {
  const std::uint64_t part = xxh3_64(question) % 16;
  return part < 2 ? Use::test : part < 4 ? Use::validation : part < 10 ? Use::training : Use::warmup;
}

}  // namespace srl::data_prep
