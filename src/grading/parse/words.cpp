// Names of functions and constants, numbers in words, and letters that are a word.
#include <algorithm>
#include <array>

#include "base/characters.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/limits.hpp"
#include "grading/text/sorted_table.hpp"

namespace srl::grading {
namespace {

using Pair = WordPair;

constexpr auto numerals = sorted(std::to_array<Pair>({
    {"zero", "0"},     {"one", "1"},      {"two", "2"},        {"three", "3"},     {"four", "4"},
    {"five", "5"},     {"six", "6"},      {"seven", "7"},      {"eight", "8"},     {"nine", "9"},
    {"ten", "10"},     {"eleven", "11"},  {"twelve", "12"},    {"thirteen", "13"}, {"fourteen", "14"},
    {"fifteen", "15"}, {"sixteen", "16"}, {"seventeen", "17"}, {"eighteen", "18"}, {"nineteen", "19"},
    {"twenty", "20"},
}));

// Words of three letters that are not products.
constexpr auto short_words = sorted(std::to_array<std::string_view>({
    "add", "age", "ago", "all", "and", "any", "are", "arm", "bad", "bag", "bar", "bat", "bed", "bee", "big",
    "bit", "box", "boy", "bus", "but", "buy", "can", "cap", "car", "cat", "cow", "cup", "cut", "day", "dog",
    "due", "ear", "eat", "egg", "end", "eye", "fan", "far", "few", "fit", "fly", "for", "fox", "fun", "gas",
    "get", "got", "gun", "had", "has", "hat", "her", "hen", "him", "his", "hot", "how", "ice", "its", "jar",
    "jam", "job", "key", "kid", "law", "leg", "let", "lot", "low", "man", "map", "may", "men", "mix", "new",
    "nor", "not", "now", "nut", "odd", "off", "oil", "old", "one", "our", "out", "own", "pan", "pay", "pen",
    "pet", "pie", "pig", "put", "red", "row", "run", "sad", "saw", "say", "sea", "see", "set", "she", "sit",
    "six", "sky", "son", "sum", "sun", "tax", "tea", "ten", "the", "tie", "tip", "too", "top", "toy", "try",
    "two", "use", "van", "was", "way", "wet", "who", "why", "win", "wit", "yes", "yet", "you", "zoo", "mon",
    "tue", "wed", "thu", "fri", "sat", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "oct", "nov",
    "dec", "ann", "bob", "ben", "dan", "eve", "ian", "jim", "joe", "kim", "leo", "max", "mia", "pam", "ray",
    "ron", "sam", "sue", "ted", "tim", "tom", "zoe", "amy", "eva", "von", "ist",
}));

constexpr auto functions = sorted(std::to_array<Pair>({
    {"sin", "sin"},       {"cos", "cos"},     {"tan", "tan"},       {"tg", "tan"},        {"cot", "cot"},
    {"ctg", "cot"},       {"sec", "sec"},     {"csc", "csc"},       {"arcsin", "arcsin"}, {"asin", "arcsin"},
    {"arccos", "arccos"}, {"acos", "arccos"}, {"arctan", "arctan"}, {"atan", "arctan"},   {"sinh", "sinh"},
    {"cosh", "cosh"},     {"tanh", "tanh"},   {"ln", "ln"},         {"log", "log"},       {"lg", "lg"},
    {"exp", "exp"},       {"cis", "cis"},     {"sqrt", "sqrt"},     {"abs", "abs"},       {"floor", "floor"},
    {"ceil", "ceil"},
}));

constexpr auto constants = sorted(std::to_array<Pair>({
    {"pi", "pi"},
    {"infty", "infinity"},
    {"infinity", "infinity"},
    {"inf", "infinity"},
    {"oo", "infinity"},
    {"alpha", "alpha"},
    {"beta", "beta"},
    {"gamma", "gamma"},
    {"delta", "delta"},
    {"epsilon", "epsilon"},
    {"varepsilon", "epsilon"},
    {"zeta", "zeta"},
    {"eta", "eta"},
    {"theta", "theta"},
    {"vartheta", "theta"},
    {"iota", "iota"},
    {"kappa", "kappa"},
    {"lambda", "lambda"},
    {"mu", "mu"},
    {"nu", "nu"},
    {"xi", "xi"},
    {"rho", "rho"},
    {"varrho", "rho"},
    {"sigma", "sigma"},
    {"tau", "tau"},
    {"upsilon", "upsilon"},
    {"phi", "phi"},
    {"varphi", "phi"},
    {"chi", "chi"},
    {"psi", "psi"},
    {"omega", "omega"},
    {"Gamma", "Gamma"},
    {"Delta", "Delta"},
    {"Theta", "Theta"},
    {"Lambda", "Lambda"},
    {"Xi", "Xi"},
    {"Pi", "Pi"},
    {"Sigma", "Sigma"},
    {"Phi", "Phi"},
    {"Psi", "Psi"},
    {"Omega", "Omega"},
    {"ell", "ell"},
    {"hbar", "hbar"},
    {"nabla", "nabla"},
    {"partial", "partial"},
    {"odot", "odot"},
    {"emptyset", "emptyset"},
    {"varnothing", "emptyset"},
    {"imath", "i"},
}));

}  // namespace

std::string_view numeral_of(std::string_view word) {
  return found_in(numerals, word);
}

bool looks_like_word(std::string_view run) {
  if (run.size() <= 2) { return is_short_word(run); }
  if (run.size() > limits::word_bytes) { return true; }
  std::string lower;
  std::size_t capitals = 0;
  for (const char c : run) {
    lower += ascii_lower(c);
    capitals += c != lower.back();
  }
  const bool cases = capitals == 0 || capitals == run.size() || (capitals == 1 && run[0] != lower[0]);
  if (!cases || lower.find_first_of("aeiouy") == std::string::npos) { return false; }
  if (run.size() == 3) { return std::binary_search(short_words.begin(), short_words.end(), lower); }
  const auto next_letter = [](char x, char y) { return y != x + 1; };
  return std::adjacent_find(lower.begin(), lower.end(), next_letter) != lower.end();  // "abcd" is not a word
}

bool is_short_word(std::string_view as_written) {
  if (as_written.size() != 2) { return false; }
  const char letters[] = {ascii_lower(as_written[0]), as_written[1]};  // "So" too, but "AM" is a segment
  const std::string_view word(letters, 2);
  constexpr std::string_view known[] = {"no", "on", "is", "in", "at", "am", "pm", "it",
                                        "if", "to", "up", "go", "so", "do", "of", "we",
                                        "he", "by", "us", "as", "be", "an", "me", "my"};
  return std::find(std::begin(known), std::end(known), word) != std::end(known);
}

std::string_view function_of(std::string_view word) {
  return found_in(functions, word);
}
std::string_view constant_of(std::string_view word) {
  return found_in(constants, word);
}

}  // namespace srl::grading
