#include "data_prep/synthetic/problem.hpp"

#include "base/checksum.hpp"
#include "base/random.hpp"

namespace srl::data_prep {

std::uint32_t Dice::word() {
  constexpr std::uint32_t worlds = 0x776F726C;  // keeps these numbers apart from every stream of random_words
  const Philox counter{
      {drawn_++, static_cast<std::uint32_t>(problem_), static_cast<std::uint32_t>(problem_ >> 32), worlds}};
  return philox4x32_10(counter, static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32))
      .words[0];
}

std::int64_t Dice::below(std::int64_t count) {
  return static_cast<std::int64_t>((std::uint64_t{word()} * static_cast<std::uint64_t>(count)) >> 32);
}

std::int64_t Dice::between(std::int64_t low, std::int64_t high) {
  return low + below(high - low + 1);
}

bool Dice::chance(double probability) {
  return static_cast<double>(word()) < probability * 0x1.0p32;
}

Use use_of(std::string_view question) {
  const std::uint64_t part = xxh3_64(question) % 16;
  return part < 2 ? Use::test : part < 4 ? Use::validation : part < 10 ? Use::training : Use::warmup;
}

}  // namespace srl::data_prep
