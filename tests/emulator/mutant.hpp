#pragma once
// The switch of a mutation run (mutate.py): a tree with all mutants at once is compiled, and the environment
// chooses one. mutants.py puts these words into copies of the sources; nothing else includes this file.
//   a < b     →  a < Less<7>{} < b                    with mutant 7: a <= b
//   a += b    →  a += Accumulate<8>{} += b            with mutant 8: a = b
//   a[i] = b  →  a[i] += Assign<9>{} += b             with mutant 9: a[i] += b
//   a[i + b]  →  a[i + kept<10>(b)]                   with mutant 10: a[i]
//   f();      →  if (!is(11)) f();                    with mutant 11: nothing
// SRL_MUTANT is the number of the chosen mutant, 0 or nothing for none. SRL_MUTANTS_REACHED names a folder:
// each process writes there which mutants it came to. Constants that the compiler computes keep their values:
// no test comes to a mutant there.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>

namespace srl::mutants {

constexpr int most = 1 << 14;

struct State {
  int chosen = 0;
  bool reached[most] = {};
  State() {
    const char* const wanted = std::getenv("SRL_MUTANT");
    chosen = wanted == nullptr ? 0 : std::atoi(wanted);
  }
  ~State() {
    const char* const folder = std::getenv("SRL_MUTANTS_REACHED");
    if (folder == nullptr) { return; }
    const std::string path = std::string(folder) + "/" + std::to_string(getpid());
    std::FILE* const file = std::fopen(path.c_str(), "w");
    if (file == nullptr) { return; }
    for (int number = 1; number < most; ++number) {
      if (reached[number]) { std::fprintf(file, "%d\n", number); }
    }
    std::fclose(file);
  }
};
inline State state;

/// `const` lets the compiler ask once before a loop. Not a part of the checked accesses of a kernel.
__attribute__((noinline, const, no_sanitize("thread"), no_sanitize("address"))) inline bool chosen(
    int number) {
  state.reached[number] = true;
  return state.chosen == number;
}
constexpr bool is(int number) {
  return std::is_constant_evaluated() ? false : chosen(number);
}
/// The chosen mutant would not compile.
[[noreturn]] inline void invalid() {
  std::fputs("mutant: does not compile\n", stderr);
  std::_Exit(98);
}

template <int number, class T>
constexpr T kept(T value) {
  return is(number) ? T{} : value;
}

#define SRL_MUTANT_OF_COMPARISON(Name, before, after)                   \
  template <int number>                                                 \
  struct Name {};                                                       \
  template <int number, class A>                                        \
  struct Name##Left {                                                   \
    A value;                                                            \
  };                                                                    \
  template <class A, int number>                                        \
  constexpr Name##Left<number, A> operator before(A a, Name<number>) {  \
    return {a};                                                         \
  }                                                                     \
  template <int number, class A, class B>                               \
  constexpr bool operator before(Name##Left<number, A> a, const B& b) { \
    return is(number) ? a.value after b : a.value before b;             \
  }
SRL_MUTANT_OF_COMPARISON(Less, <, <=)
SRL_MUTANT_OF_COMPARISON(LessEqual, <=, <)
SRL_MUTANT_OF_COMPARISON(Greater, >, >=)
SRL_MUTANT_OF_COMPARISON(GreaterEqual, >=, >)
#undef SRL_MUTANT_OF_COMPARISON

template <int number>
struct Accumulate {};
template <int number>
struct Assign {};
template <int number, class B>
struct Added {
  B value;
};
template <int number, class B>
struct Assigned {
  B value;
};
template <int number, class B>
constexpr Added<number, B> operator+=(Accumulate<number>, B b) {
  return {b};
}
template <int number, class B>
constexpr Assigned<number, B> operator+=(Assign<number>, B b) {
  return {b};
}
template <class A, int number, class B>
constexpr A& operator+=(A& a, Added<number, B> b) {
  if (!is(number)) {
    a += b.value;
  } else if constexpr (requires { a = b.value; }) {
    a = b.value;
  } else {
    invalid();
  }
  return a;
}
template <class A, int number, class B>
constexpr A& operator+=(A&& a, Assigned<number, B> b) {
  if (!is(number)) {
    a = b.value;
  } else if constexpr (requires { a += b.value; }) {
    a += b.value;
  } else {
    invalid();
  }
  return a;
}

}  // namespace srl::mutants
