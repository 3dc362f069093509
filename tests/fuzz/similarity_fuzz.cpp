// Any two byte sequences: every search engine finds the same blocks as the transcribed difflib.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "../reward/difflib_port.hpp"
#include "reward/search/alphabet.hpp"
#include "reward/search/matcher.hpp"

using namespace srl::reward;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 700) { return 0; }
  const std::size_t cut = data[0] * (size - 1) / 256 + 1;
  const bool autojunk = data[1] & 1;
  const std::vector<std::uint32_t> a(data + 1, data + cut), b(data + cut, data + size);
  const std::vector<Block> wanted = testing::DifflibPort(a, b, autojunk).matching_blocks();
  const Alphabet alphabet(b);
  std::vector<std::uint16_t> a_codes, b_codes;
  for (const std::uint32_t symbol : a) {
    a_codes.push_back(static_cast<std::uint16_t>(alphabet.code(symbol)));
  }
  for (const std::uint32_t symbol : b) {
    b_codes.push_back(static_cast<std::uint16_t>(alphabet.code(symbol)));
  }
  std::vector<Block> blocks;
  for (const Engine engine : {Engine::automatic, Engine::lanes, Engine::suffixes}) {
    match_codes<std::uint16_t>(a_codes, b_codes, alphabet.size(), autojunk, &blocks, engine);
    if (blocks != wanted) { std::abort(); }
  }
  if (matching_blocks(a, b, autojunk) != wanted) { std::abort(); }
  return 0;
}
