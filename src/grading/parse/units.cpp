#include "grading/parse/units.hpp"

#include "grading/text/sorted_table.hpp"

namespace srl::grading {
namespace {

using Pair = WordPair;

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
constexpr std::string_view unit_symbols[] = {"m",   "g",   "s",  "h",  "A",   "K",  "J",  "N",  "W",  "V",
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

}  // namespace

std::string_view plain_unit_of(std::string_view word) {
  return singular(word, [](std::string_view w) { return found_in(units, w); });
}

std::string unit_of(std::string_view word) {
  if (const std::string_view found = plain_unit_of(word); !found.empty()) { return std::string(found); }
  for (const std::string_view symbol : unit_symbols) {
    if (word == symbol) { return word == "L" ? "l" : std::string(word); }
    if (word.size() == symbol.size() + 1 && word.ends_with(symbol) &&
        prefixes.find(word[0]) != std::string_view::npos) {
      return word == "mL" ? "ml" : std::string(word);
    }
  }
  return {};
}

std::string_view scale_of(std::string_view word) {
  return singular(word, [](std::string_view w) { return found_in(scales, w); });
}
}  // namespace srl::grading
