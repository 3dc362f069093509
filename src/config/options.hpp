#pragma once
// One list of options a job: an option struct has defaults and one `void visit(config::Visitor&)` that names
// every member once. From it come the description by which Boost.Program_options sorts the command line, the
// INI file, --help, validation, the resolved options.ini and provenance (docs/design.md, "Options").
//   struct SamplingOptions {
//     double temperature = 1.0;
//     void visit(config::Visitor& v) {
//       v.section("sampling");
//       v.option("temperature", temperature, "softmax temperature; 0 is refused, use greedy",
//       config::at_least(0.0));
//     }
//   };
#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/words.hpp"

namespace srl::config {

/// Both ends are allowed. `zero_word` is another way to write 0, as in --threads auto.
template <class T>
struct Range {
  T low = std::numeric_limits<T>::lowest();
  T high = std::numeric_limits<T>::max();
  const char* zero_word = nullptr;
};
inline Range<double> at_least(double low) {
  return {low};
}
inline Range<std::int64_t> at_least(std::int64_t low) {
  return {low};
}
inline Range<std::int64_t> at_least(int low) {
  return {low};
}

/// A size as in 512M (binary multiples K M G T) and a duration as in 90s 15m 2h. The unit of the help text.
struct Bytes {
  std::uint64_t value = 0;
};
struct Duration {
  double seconds = 0;
};
/// Values of a choice that one option accepts, when that is not the whole table; `unsupported` ones are
/// refused as "not supported yet".
template <Worded E>
struct Among {
  std::vector<E> accepted;
  std::vector<E> unsupported = {};
};

/// A choice as a visitor sees it: words instead of the enumeration.
struct Choice {
  std::vector<std::string> accepted, unsupported;
  std::function<std::string()> get;
  std::function<void(const std::string&)> set;  ///< `accepted` words only
};

/// `then` runs after the value was set: for an option that sets others (--method).
template <Worded E>
Choice choice_of(E& value, const Among<E>& among = {}, std::function<void()> then = {}) {
  Choice choice;
  for (const Word<E>& entry : words_of(E{})) {
    const auto in = [&](const std::vector<E>& some) {
      return std::find(some.begin(), some.end(), entry.value) != some.end();
    };
    if (in(among.unsupported)) {
      choice.unsupported.emplace_back(entry.word);
    } else if (among.accepted.empty() || in(among.accepted)) {
      choice.accepted.emplace_back(entry.word);
    }
  }
  choice.get = [&value] { return std::string(word(value)); };
  choice.set = [&value, then = std::move(then)](const std::string& text) {
    value = value_of_word<E>(text).value();
    if (then) { then(); }
  };
  return choice;
}

class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void section(std::string_view name) = 0;  ///< "" = no section
  virtual void option(std::string_view name, bool& value, std::string_view help) = 0;
  virtual void option(std::string_view name, std::int64_t& value, std::string_view help,
                      Range<std::int64_t> range = {}) = 0;
  virtual void option(std::string_view name, double& value, std::string_view help,
                      Range<double> range = {}) = 0;
  virtual void option(std::string_view name, std::string& value, std::string_view help) = 0;
  virtual void option(std::string_view name, std::vector<std::string>& value, std::string_view help) = 0;
  virtual void option(std::string_view name, Bytes& value, std::string_view help) = 0;
  virtual void option(std::string_view name, Duration& value, std::string_view help) = 0;
  virtual void choice(std::string_view name, const Choice& choice, std::string_view help) = 0;
  template <Worded E>
  void option(std::string_view name, E& value, std::string_view help, const Among<E>& among = {}) {
    choice(name, choice_of(value, among), help);
  }
};

/// An option's name in another program, or a former name of ours.
struct OtherName {
  std::string_view whose;  ///< "TRL", "verl", "formerly"
  std::string_view theirs, ours;
};

/// What is known of options beyond a job's own: the names that any job of the suite has (one file may serve
/// several jobs), and other names for hints.
struct SuiteNames {
  std::vector<std::string> known;
  std::vector<OtherName> others;
};

struct JobText {
  std::string name;                                                   ///< "srl_train"
  std::string purpose;                                                ///< first line of --help
  std::string example;                                                ///< a command line that works
  std::vector<std::pair<std::string, std::string>> subcommands = {};  ///< word, meaning; empty = none
  std::vector<std::string> positional =
      {};  ///< names of options that words without -- fill, in order (srl_prep inspect DIR)
  bool subcommand_optional = false;   ///< without one the subcommand is "" (srl_prep --input FILES)
  const SuiteNames* suite = nullptr;  ///< none: only the job's own options are known
};

struct Parsed {
  enum class Action { run, help, version } action = Action::run;
  std::string subcommand;
  std::string text;  ///< what to print for help and version
};

/// Fills the options from `arguments` (without argv[0]) and the file named by --config; command line > file >
/// default. `visit(subcommand, visitor)` calls the option struct's visit; options may differ by subcommand.
/// `--help` and `--version` are every job's. Command line: `--name value`, `--name=value`; a switch stands
/// alone or takes on|off|true|false|1|0; a list takes the words after it, and again where the option occurs
/// again; `--name=` empties a list; of a single value given twice the last counts. File: `[section]`, `name =
/// value`, "quotes" keep spaces, # starts a comment; names that only another job knows (JobText::suite) are
/// accepted there, never on the command line. Options are set in the order of the visit, so that one that
/// sets others (--method) comes before them. Throws one BadOption that lists every unknown, ill-typed or
/// out-of-range option, each with the nearest valid name.
using Visit = std::function<void(const std::string& subcommand, Visitor&)>;
Parsed parse(const std::vector<std::string>& arguments, const JobText& text, const Visit& visit);
/// Is there a --help or --version among them? parse() then answers with that text, whatever else is said.
bool asks_for_text(const std::vector<std::string>& arguments);

/// The resolved options as an INI file that --config reads back, and as JSON {"section.name": value}.
std::string to_ini(const std::string& subcommand, const Visit& visit);
Json to_json(const std::string& subcommand, const Visit& visit);

}  // namespace srl::config
