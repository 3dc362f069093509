#pragma once
// Pairs that are hard to match: equal letters, periods, Fibonacci and ruler sequences, runs of every length,
// and chains of single matches.
#include <bit>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "reward/search/alphabet.hpp"

namespace srl::reward::testing {

struct HardPair {
  std::string name;
  Symbols a, b;
};

inline Symbols random_letters(std::mt19937& random, std::size_t length, std::uint32_t letters) {
  Symbols symbols(length);
  for (std::uint32_t& symbol : symbols) { symbol = 97 + random() % letters; }
  return symbols;
}

inline Symbols reversed(const Symbols& symbols) {
  return {symbols.rbegin(), symbols.rend()};
}

/// f(0), f(1), … f(length - 1).
template <class F>
Symbols made_by(std::size_t length, const F& f) {
  Symbols symbols(length);
  for (std::size_t k = 0; k < length; ++k) { symbols[k] = static_cast<std::uint32_t>(f(k)); }
  return symbols;
}

inline void add_random(std::vector<HardPair>& pairs, std::size_t n) {
  std::mt19937 random(6);
  for (const std::uint32_t letters : {2u, 4u, 60u, 5000u}) {
    pairs.push_back({"random over " + std::to_string(letters), random_letters(random, n, letters),
                     random_letters(random, n, letters)});
  }
  Symbols shuffled = made_by(n, [](std::size_t k) { return k; });
  for (std::size_t k = n; k > 1; --k) { std::swap(shuffled[k - 1], shuffled[random() % k]); }
  pairs.push_back({"a permutation", made_by(n, [](std::size_t k) { return k; }), shuffled});
}

inline void add_periodic(std::vector<HardPair>& pairs, std::size_t n) {
  const Symbols one(n, 97), abab = made_by(n, [](std::size_t k) { return 97 + k % 2; });
  pairs.push_back({"equal letters", one, one});
  pairs.push_back({"equal letters, one less", one, Symbols(n - 1, 97)});
  pairs.push_back({"aaaa and abab", one, abab});
  pairs.push_back({"abab and baba", abab, made_by(n, [](std::size_t k) { return 98 - k % 2; })});
  pairs.push_back({"two periods", made_by(n, [](std::size_t k) { return 97 + k % 3; }),
                   made_by(n, [](std::size_t k) { return 97 + k / 3 % 3; })});
  pairs.push_back({"hundreds of a",
                   made_by(n, [](std::size_t k) { return k % 101 < 100 ? 97 : 98 + k / 101 % 2; }),
                   made_by(n, [](std::size_t k) { return k % 101 < 100 ? 97 : 98 + k / 101 % 3; })});
  pairs.push_back({"combs",
                   made_by(n, [](std::size_t k) { return k % 4 == 3 ? 97 + k % 97 % 5 : 97 + k % 2; }),
                   made_by(n, [](std::size_t k) { return k % 4 == 3 ? 97 + k % 89 % 7 : 97 + k % 2; })});
  Symbols squares(n, 97), from_the_end(n, 97);
  for (std::size_t k = 1; k * k < n; ++k) {
    squares[k * k] = 98;
    from_the_end[n - 1 - k * k] = 98;
  }
  pairs.push_back({"marks at squares", squares, from_the_end});
}

inline void add_recursive_words(std::vector<HardPair>& pairs, std::size_t n) {
  Symbols before = {97}, word = {97, 98};
  while (word.size() < n) {
    Symbols next = word;
    next.insert(next.end(), before.begin(), before.end());
    before = std::exchange(word, std::move(next));
  }
  word.resize(n);
  pairs.push_back({"Fibonacci, reversed", word, reversed(word)});
  pairs.push_back(
      {"Fibonacci, shifted", word, Symbols(word.begin() + static_cast<std::ptrdiff_t>(n / 3), word.end())});
  Symbols noisy = reversed(word);
  for (std::size_t k = 0; k < n; k += 97) { noisy[k] = 97 + k % 2; }
  pairs.push_back({"Fibonacci with noise", word, noisy});
  pairs.push_back({"Thue-Morse", made_by(n, [](std::size_t k) { return 97 + std::popcount(k) % 2; }),
                   made_by(n, [&](std::size_t k) { return 97 + std::popcount(n - k) % 2; })});
  pairs.push_back({"ruler", made_by(n, [](std::size_t k) { return 97 + std::countr_zero(k + 1); }),
                   made_by(n, [](std::size_t k) { return 97 + std::countr_zero(k + 7); })});
}

inline void add_chains(std::vector<HardPair>& pairs, std::size_t n) {
  const Symbols up = made_by(n, [](std::size_t k) { return k; });
  pairs.push_back({"every second matches", made_by(n, [](std::size_t k) { return k % 2 == 0 ? k : 200000; }),
                   made_by(n, [](std::size_t k) { return k % 2 == 0 ? k : 400000; })});
  pairs.push_back({"up and down", up, reversed(up)});
  pairs.push_back({"halves exchanged", up, made_by(n, [&](std::size_t k) { return (k + n / 2) % n; })});
  pairs.push_back({"even then odd", up,
                   made_by(n, [&](std::size_t k) { return k < n / 2 ? 2 * k : 2 * (k - n / 2) + 1; })});
  Symbols growing, stairs_a, stairs_b;
  for (std::uint32_t run = 1; growing.size() < n; ++run) {
    growing.insert(growing.end(), run, 97);
    growing.push_back(98 + run % 3);
  }
  pairs.push_back({"growing runs, reversed", growing, reversed(growing)});
  pairs.push_back({"shrinking runs, reversed", reversed(growing), growing});
  pairs.push_back({"growing runs", growing, growing});
  std::uint32_t unique = 1000;
  for (auto run = static_cast<std::uint32_t>(std::sqrt(2.0 * static_cast<double>(n))); run > 0; --run) {
    for (std::uint32_t k = 0; k < run; ++k) {
      stairs_a.push_back(97 + k % 7);
      stairs_b.push_back(97 + k % 7);
    }
    stairs_a.push_back(unique++);
    stairs_b.push_back(unique++);
  }
  pairs.push_back({"stairs down", stairs_a, stairs_b});
  pairs.push_back({"stairs up", reversed(stairs_a), reversed(stairs_b)});
}

inline std::vector<HardPair> hard_pairs(std::size_t length) {
  std::vector<HardPair> pairs;
  add_random(pairs, length);
  add_periodic(pairs, length);
  add_recursive_words(pairs, length);
  add_chains(pairs, length);
  return pairs;
}

}  // namespace srl::reward::testing
