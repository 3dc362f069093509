#include "grading/parse/units.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/characters.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

template <std::size_t n>
std::string_view find(const std::array<Pair, n>& sorted, std::string_view word) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), word,
                                   [](const Pair& pair, std::string_view w) { return pair.first < w; });
  return at != sorted.end() && at->first == word ? at->second : std::string_view();
}

template <class T, std::size_t n>
constexpr std::array<T, n> sorted(std::array<T, n> entries) {
  std::sort(entries.begin(), entries.end());
  return entries;
}

// The word itself, or without the ending of its plural.
template <class Find>
std::string_view singular(std::string_view word, const Find& find_word) {
  std::string_view found = find_word(word);
  if (found.empty() && word.size() > 3 && word.ends_with('s')) {
    found = find_word(word.substr(0, word.size() - 1));
  }
  if (found.empty() && word.size() > 4 && word.ends_with("es")) {
    found = find_word(word.substr(0, word.size() - 2));
  }
  return found;
}

// Names and symbols that are a unit wherever they follow a number.
constexpr auto units = sorted(std::to_array<Pair>({
    {"%", "%"},
    {"percent", "%"},
    {"pct", "%"},
    {"percentage", "%"},
    {"degree", "degree"},
    {"deg", "degree"},
    {"dollar", "dollar"},
    {"usd", "dollar"},
    {"USD", "dollar"},
    {"cent", "cent"},
    {"euro", "euro"},
    {"EUR", "euro"},
    {"yuan", "yuan"},
    {"rupee", "rupee"},
    {"yen", "yen"},
    {"unit", "unit"},
    {"piece", "piece"},
    {"meter", "m"},
    {"metre", "m"},
    {"cm", "cm"},
    {"centimeter", "cm"},
    {"centimetre", "cm"},
    {"mm", "mm"},
    {"millimeter", "mm"},
    {"millimetre", "mm"},
    {"km", "km"},
    {"kilometer", "km"},
    {"kilometre", "km"},
    {"nm", "nm"},
    {"nanometer", "nm"},
    {"nanometre", "nm"},
    {"micrometer", "um"},
    {"micrometre", "um"},
    {"micron", "um"},
    {"inche", "inch"},
    {"inch", "inch"},
    {"foot", "foot"},
    {"feet", "foot"},
    {"ft", "foot"},
    {"yard", "yard"},
    {"yd", "yard"},
    {"mile", "mile"},
    {"second", "s"},
    {"sec", "s"},
    {"minute", "min"},
    {"min", "min"},
    {"hour", "h"},
    {"hr", "h"},
    {"day", "day"},
    {"week", "week"},
    {"month", "month"},
    {"year", "year"},
    {"yr", "year"},
    {"millisecond", "ms"},
    {"microsecond", "us"},
    {"nanosecond", "ns"},
    {"gram", "g"},
    {"kg", "kg"},
    {"kilogram", "kg"},
    {"milligram", "mg"},
    {"lb", "lb"},
    {"pound", "lb"},
    {"ounce", "oz"},
    {"oz", "oz"},
    {"ton", "ton"},
    {"tonne", "ton"},
    {"liter", "l"},
    {"litre", "l"},
    {"ml", "ml"},
    {"mL", "ml"},
    {"milliliter", "ml"},
    {"millilitre", "ml"},
    {"gallon", "gallon"},
    {"kelvin", "K"},
    {"hertz", "Hz"},
    {"Hz", "Hz"},
    {"kHz", "kHz"},
    {"MHz", "MHz"},
    {"GHz", "GHz"},
    {"joule", "J"},
    {"kilojoule", "kJ"},
    {"newton", "N"},
    {"watt", "W"},
    {"kilowatt", "kW"},
    {"megawatt", "MW"},
    {"volt", "V"},
    {"kilovolt", "kV"},
    {"ampere", "A"},
    {"amp", "A"},
    {"ohm", "ohm"},
    {"kiloohm", "kohm"},
    {"coulomb", "C"},
    {"farad", "F"},
    {"henry", "H"},
    {"tesla", "T"},
    {"pascal", "Pa"},
    {"kilopascal", "kPa"},
    {"atm", "atm"},
    {"bar", "bar"},
    {"calorie", "cal"},
    {"kilocalorie", "kcal"},
    {"kcal", "kcal"},
    {"eV", "eV"},
    {"keV", "keV"},
    {"MeV", "MeV"},
    {"GeV", "GeV"},
    {"electronvolt", "eV"},
    {"mol", "mol"},
    {"mole", "mol"},
    {"mmol", "mmol"},
    {"radian", "rad"},
    {"rad", "rad"},
    {"celsius", "celsius"},
    {"Celsius", "celsius"},
    {"fahrenheit", "fahrenheit"},
    {"Fahrenheit", "fahrenheit"},
    {"am", "am"},
    {"AM", "am"},
    {"pm", "pm"},
    {"PM", "pm"},
    {"acre", "acre"},
    {"hectare", "ha"},
    {"kPa", "kPa"},
    {"kWh", "kWh"},
    {"byte", "byte"},
    {"bit", "bit"},
    {"knot", "knot"},
    {"mph", "mph"},
    {"kph", "kph"},
    {"kmh", "kph"},
}));

// Symbols to which a prefix may be set. Between letters they may also be variables.
constexpr std::string_view symbols[] = {"m",   "g",   "s",  "h",  "A",   "K",  "J",  "N",  "W",  "V",
                                        "C",   "F",   "T",  "H",  "L",   "l",  "S",  "Pa", "Hz", "eV",
                                        "mol", "cal", "Wb", "cd", "bar", "lx", "lm", "Bq", "Gy", "Sv"};
constexpr std::string_view prefixes = "pnumcdkMGT";

constexpr auto scales = sorted(std::to_array<Pair>({
    {"hundred", "100"},
    {"thousand", "1000"},
    {"million", "1000000"},
    {"billion", "1000000000"},
    {"trillion", "1000000000000"},
    {"dozen", "12"},
    {"lakh", "100000"},
    {"crore", "10000000"},
}));

constexpr auto numerals = sorted(std::to_array<Pair>({
    {"zero", "0"},     {"one", "1"},      {"two", "2"},        {"three", "3"},     {"four", "4"},
    {"five", "5"},     {"six", "6"},      {"seven", "7"},      {"eight", "8"},     {"nine", "9"},
    {"ten", "10"},     {"eleven", "11"},  {"twelve", "12"},    {"thirteen", "13"}, {"fourteen", "14"},
    {"fifteen", "15"}, {"sixteen", "16"}, {"seventeen", "17"}, {"eighteen", "18"}, {"nineteen", "19"},
    {"twenty", "20"},
}));

// Words of three letters that are no products.
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

std::string_view plain_unit_of(std::string_view word) {
  return singular(word, [](std::string_view w) { return find(units, w); });
}

std::string unit_of(std::string_view word) {
  if (const std::string_view found = plain_unit_of(word); !found.empty()) { return std::string(found); }
  for (const std::string_view symbol : symbols) {
    if (word == symbol) { return word == "L" ? "l" : std::string(word); }
    if (word.size() == symbol.size() + 1 && word.ends_with(symbol) &&
        prefixes.find(word[0]) != std::string_view::npos) {
      return word == "mL" ? "ml" : std::string(word);
    }
  }
  return {};
}

std::string_view scale_of(std::string_view word) {
  return singular(word, [](std::string_view w) { return find(scales, w); });
}
std::string_view numeral_of(std::string_view word) {
  return find(numerals, word);
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
  return std::adjacent_find(lower.begin(), lower.end(), next_letter) != lower.end();  // "abcd" is no word
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
  return find(functions, word);
}
std::string_view constant_of(std::string_view word) {
  return find(constants, word);
}

}  // namespace srl::grading
