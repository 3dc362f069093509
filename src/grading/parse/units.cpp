#include "grading/parse/units.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/characters.hpp"

namespace srl::grading {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

template <std::size_t n>
std::string_view find(const std::array<Pair, n>& sorted, std::string_view word) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), word,
                                   [](const Pair& pair, std::string_view w) { return pair.first < w; });
  return at != sorted.end() && at->first == word ? at->second : std::string_view();
}

template <std::size_t n>
constexpr std::array<Pair, n> sorted(std::array<Pair, n> pairs) {
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

constexpr auto units = sorted(std::to_array<Pair>({
    {"%", "%"},           {"percent", "%"},    {"pct", "%"},         {"percentage", "%"},
    {"degree", "degree"}, {"deg", "degree"},   {"dollar", "dollar"}, {"usd", "dollar"},
    {"cent", "cent"},     {"euro", "euro"},    {"yuan", "yuan"},     {"rupee", "rupee"},
    {"yen", "yen"},       {"unit", "unit"},    {"piece", "piece"},   {"m", "m"},
    {"meter", "m"},       {"metre", "m"},      {"cm", "cm"},         {"centimeter", "cm"},
    {"centimetre", "cm"}, {"mm", "mm"},        {"millimeter", "mm"}, {"millimetre", "mm"},
    {"km", "km"},         {"kilometer", "km"}, {"kilometre", "km"},  {"nm", "nm"},
    {"inche", "inch"},    {"inch", "inch"},    {"foot", "foot"},     {"feet", "foot"},
    {"ft", "foot"},       {"yard", "yard"},    {"yd", "yard"},       {"mile", "mile"},
    {"mph", "mph"},       {"kph", "kph"},      {"kmh", "kph"},       {"s", "s"},
    {"second", "s"},      {"sec", "s"},        {"minute", "min"},    {"min", "min"},
    {"hour", "h"},        {"hr", "h"},         {"h", "h"},           {"day", "day"},
    {"week", "week"},     {"month", "month"},  {"year", "year"},     {"yr", "year"},
    {"g", "g"},           {"gram", "g"},       {"kg", "kg"},         {"kilogram", "kg"},
    {"mg", "mg"},         {"lb", "lb"},        {"pound", "lb"},      {"ounce", "oz"},
    {"oz", "oz"},         {"ton", "ton"},      {"l", "l"},           {"L", "l"},
    {"liter", "l"},       {"litre", "l"},      {"ml", "ml"},         {"milliliter", "ml"},
    {"gallon", "gallon"}, {"K", "K"},          {"Hz", "Hz"},         {"J", "J"},
    {"N", "N"},           {"W", "W"},          {"V", "V"},           {"A", "A"},
    {"eV", "eV"},         {"mol", "mol"},      {"square", ""},       {"cubic", ""},
    {"sq", ""},           {"per", ""},
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

std::string unit_of(std::string_view word) {
  std::string_view found = find(units, word);
  if (found.data() == nullptr && word.size() > 2 && word.ends_with('s')) {
    found = find(units, word.substr(0, word.size() - 1));
  }
  if (found.data() == nullptr && word.size() > 3 && word.ends_with("es")) {
    found = find(units, word.substr(0, word.size() - 2));
  }
  if (found.data() == nullptr) { return {}; }
  return found.empty() ? "-" : std::string(found);
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
