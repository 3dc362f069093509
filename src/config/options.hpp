#pragma once
// How an option's value passes through this room (docs/design.md, "Options"):
//   command line and INI file → read: a text for each option name → checked against the option's range or
//   words → the member of the option struct → options.ini and provenance.json (resolved values)
// An option struct has defaults and one `void visit(config::Visitor&)` that names every member once. This
// list is the only source for all of the above and for --help.
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

/// Both ends are included. `word` is the text for `word_value`, as in --threads auto; this value need not be
/// in the range.
template <class T>
struct Range {
  T low = std::numeric_limits<T>::lowest();
  T high = std::numeric_limits<T>::max();
  const char* word = nullptr;
  T word_value = {};
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

/// A size such as 512M (binary multiples K M G T) and a duration such as 90s, 15m or 2h.
struct Bytes {
  std::uint64_t value = 0;
};
struct Duration {
  double seconds = 0;
};
/// The values that one option accepts, if it does not accept the whole table. `unsupported` values are
/// refused as "not supported yet".
template <Worded E>
struct Among {
  std::vector<E> accepted;
  std::vector<E> unsupported = {};
};

/// An enumeration option as a visitor sees it: words instead of enumerators.
struct Choice {
  std::vector<std::string> accepted, unsupported;
  std::function<std::string()> get;
  std::function<void(const std::string&)> set;  ///< `accepted` words only
};

/// `then` runs after the value is set, for an option that sets others (--method).
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

/// The options on the first page of --help, by full name: those that a job cannot do without, and the few
/// that most runs set. An option struct may serve several jobs, so the visit of a job says which ones these
/// are for it. A name that is not visited is a Bug, so the lists cannot be out of date.
struct FirstPage {
  std::vector<std::string> required, often;
};

class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void first_page(const FirstPage&) {}
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

/// Option names beyond a job's own: all names that any job of the suite has (one file may serve several
/// jobs), and names of other programs, which error messages translate.
struct SuiteNames {
  std::vector<std::string> known;
  std::vector<OtherName> others;
};

/// A ready configuration, by its name on the command line (--preset).
struct Preset {
  std::string name, path;         ///< of its INI file
  std::string meaning;            ///< for --help
  std::vector<std::string> jobs;  ///< whose options it sets
};

/// A command line that works, for one use of a job.
struct Example {
  std::string use, command;
  std::string subcommand = "";
};

struct JobText {
  std::string name;                                                   ///< "srl_train"
  std::string purpose;                                                ///< first line of --help
  std::vector<Example> examples;                                      ///< one per use
  std::vector<std::pair<std::string, std::string>> subcommands = {};  ///< name, meaning; empty = none
  std::vector<std::string> positional =
      {};  ///< options that arguments without -- set, in this order (srl_prep inspect DIR)
  /// The presets of all jobs; empty = the job has no --preset. Called only when they are asked for: reading
  /// them opens files.
  std::function<std::vector<Preset>()> presets = {};
  bool subcommand_optional = false;   ///< if none is given, the subcommand is "" (srl_prep --input FILES)
  const SuiteNames* suite = nullptr;  ///< nullptr: only the job's own options are known
  /// For a job without required options: what to give it. Without arguments it ends with this message.
  std::string needs = {};
};

struct Parsed {
  enum class Action { run, help, version } action = Action::run;
  std::string subcommand;
  std::string text;  ///< what to print for help and version
};

/// Sets the options from `arguments` (without argv[0]), from the file named by --config and from the preset
/// named by
/// --preset. The command line overrides the file, the file overrides the preset, the preset overrides the
/// default. `visit(subcommand, visitor)` calls the option struct's visit. Options may differ by subcommand.
/// Every job has `--help`, `--help all` and `--version`. Command line: `--name value` or `--name=value`. A
/// switch takes no value or one of on|off|true|false|1|0. A list takes the arguments that follow it;
/// `--name=` empties a list. An option given twice with different values is refused, on the command line and,
/// but for lists, in the file. File: `[section]`, `name = value`, "quotes" keep spaces, # starts a comment.
/// Names that only another job has (JobText::suite) are accepted in the file, never on the command line.
/// Options are set in the order of the visit, so an option that sets others (--method) must come before them.
/// Throws one BadOption that lists every unknown, ill-typed or out-of-range option, unknown ones with the
/// nearest valid name.
using Visit = std::function<void(const std::string& subcommand, Visitor&)>;
Parsed parse(const std::vector<std::string>& arguments, const JobText& text, const Visit& visit);
/// Whether --help or --version is among the arguments. parse() then returns that text and ignores the rest.
bool asks_for_text(const std::vector<std::string>& arguments);

/// The resolved options as an INI file that --config reads back, and as JSON {"section.name": value}.
std::string to_ini(const std::string& subcommand, const Visit& visit);
Json to_json(const std::string& subcommand, const Visit& visit);

}  // namespace srl::config
