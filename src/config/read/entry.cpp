#include "config/read/entry.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "config/ini.hpp"
#include "config/read/values.hpp"

namespace srl::config {
namespace {

/// "from 0 to 1", "at least 0", "at most 5" or nothing.
template <class T, class Print>
std::string limits_of(const Range<T>& range, const Print& print) {
  const bool low = range.low != std::numeric_limits<T>::lowest(),
             high = range.high != std::numeric_limits<T>::max();
  if (low && high) { return cat("from ", print(range.low), " to ", print(range.high)); }
  if (low) { return cat("at least ", print(range.low)); }
  if (high) { return cat("at most ", print(range.high)); }
  return "";
}

/// The entry of a number with a unit. `kind`: what a wrong text is not.
template <class T, class Parse, class Print>
Entry with_unit(T& value, std::string_view placeholder, std::string_view kind, const Parse& parse,
                const Print& print) {
  Entry entry;
  entry.placeholder = placeholder;
  entry.assign = [&value, kind = std::string(kind), parse](const std::vector<std::string>& words) {
    const std::optional<T> parsed = parse(words[0]);
    if (!parsed) { return cat("'", words[0], "' is not ", kind); }
    value = *parsed;
    return std::string();
  };
  entry.ini = [&value, print] { return print(value); };
  entry.json = [&value] { return Json(value); };
  return entry;
}

/// The entry of an integer or a real number: parse, then compare with the range.
template <class T, class Parse, class Print>
Entry ranged(T& value, const Range<T>& range, std::string_view placeholder, std::string_view kind,
             const Parse& parse, const Print& print) {
  const std::string word = range.word != nullptr ? range.word : "";
  const std::string limits = limits_of(range, print);
  const auto text = [&value, word, special = range.word_value, print] {
    return value == special && !word.empty() ? word : print(value);
  };
  Entry entry;
  entry.placeholder = word.empty() ? std::string(placeholder) : cat(placeholder, "|", word);
  entry.limits = limits;
  entry.assign = [&value, range, word, limits, parse,
                  kind = std::string(kind)](const std::vector<std::string>& words) -> std::string {
    if (!word.empty() && words[0] == word) {
      value = range.word_value;
      return "";
    }
    const auto parsed = parse(words[0]);
    if (!parsed) { return cat("'", words[0], "' is not ", kind, word.empty() ? "" : cat(" or ", word)); }
    if (*parsed < range.low || *parsed > range.high) {
      return cat(words[0], " is out of range: must be ", limits);
    }
    value = *parsed;
    return "";
  };
  entry.ini = text;
  entry.json = [&value, word, special = range.word_value] {
    return value == special && !word.empty() ? Json(word) : Json(value);
  };
  return entry;
}

class Collector : public Visitor {
 public:
  std::vector<Entry> entries;

  void section(std::string_view name) override { section_ = name; }
  void first_page(const FirstPage& page) override { page_ = page; }

  /// Marks the options of the first page.
  void mark() {
    for (const auto& [names, member] :
         {std::pair{&page_.required, &Entry::required}, std::pair{&page_.often, &Entry::often}}) {
      for (const std::string& name : *names) {
        const auto found = std::find_if(entries.begin(), entries.end(),
                                        [&](const Entry& entry) { return entry.full_name() == name; });
        if (found == entries.end()) {
          throw Bug(cat("--", name, " on the first page of --help is not an option"));
        }
        (*found).*member = true;
      }
    }
  }

  void option(std::string_view name, bool& value, std::string_view help) override {
    Entry entry;
    entry.kind = Kind::flag;
    entry.placeholder = "on|off";
    entry.assign = [&value](const std::vector<std::string>& words) -> std::string {
      const std::optional<bool> parsed = parse_switch(words[0]);
      if (!parsed) { return cat("'", words[0], "' is not on, off, true, false, 1 or 0"); }
      value = *parsed;
      return "";
    };
    entry.ini = [&value] { return std::string(value ? "on" : "off"); };
    entry.json = [&value] { return Json(value); };
    add(name, help, std::move(entry));
  }

  void option(std::string_view name, std::int64_t& value, std::string_view help,
              Range<std::int64_t> range) override {
    add(name, help, ranged(value, range, "N", "a whole number", parse_integer, [](std::int64_t v) {
          return std::to_string(v);
        }));
  }
  void option(std::string_view name, double& value, std::string_view help, Range<double> range) override {
    add(name, help, ranged(value, range, "NUMBER", "a number", parse_number, print_number));
  }

  void option(std::string_view name, std::string& value, std::string_view help) override {
    Entry entry;
    entry.placeholder = "TEXT";
    entry.assign = [&value](const std::vector<std::string>& words) {
      value = words[0];
      return std::string();
    };
    entry.ini = [&value] { return quote_ini(value, false); };
    entry.json = [&value] { return Json(value); };
    add(name, help, std::move(entry));
  }

  void choice(std::string_view name, const Choice& choice, std::string_view help) override {
    Entry entry;
    entry.placeholder = join(choice.accepted, "|");
    entry.assign = [choice](const std::vector<std::string>& words) -> std::string {
      const auto among = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), words[0]) != list.end();
      };
      if (among(choice.unsupported)) {
        return cat("'", words[0], "' is not supported yet: use ", join(choice.accepted, " or "));
      }
      if (!among(choice.accepted)) {
        return cat("'", words[0], "' is not one of ", join(choice.accepted, ", "));
      }
      choice.set(words[0]);
      return "";
    };
    entry.ini = choice.get;
    entry.json = [get = choice.get] { return Json(get()); };
    add(name, help, std::move(entry));
  }

  void option(std::string_view name, std::vector<std::string>& value, std::string_view help) override {
    Entry entry;
    entry.kind = Kind::list;
    entry.placeholder = "TEXT...";
    entry.assign = [&value](const std::vector<std::string>& words) {
      value = words;
      return std::string();
    };
    entry.ini = [&value] {
      std::vector<std::string> quoted;
      for (const std::string& word : value) { quoted.push_back(quote_ini(word, true)); }
      return join(quoted, " ");
    };
    entry.json = [&value] { return Json(value); };
    add(name, help, std::move(entry));
  }

  void option(std::string_view name, Bytes& value, std::string_view help) override {
    add(name, help, with_unit(value.value, "SIZE", "a size such as 512M or 2G", parse_bytes, print_bytes));
  }

  void option(std::string_view name, Duration& value, std::string_view help) override {
    add(name, help,
        with_unit(value.seconds, "TIME", "a duration such as 90s, 15m or 2h", parse_duration,
                  print_duration));
  }

 private:
  void add(std::string_view name, std::string_view help, Entry entry) {
    entry.section = section_;
    entry.name = name;
    entry.help = help;
    entry.default_text = entry.ini();
    const auto same = [&](const Entry& other) { return other.full_name() == entry.full_name(); };
    if (std::any_of(entries.begin(), entries.end(), same)) {
      throw Bug(cat("option --", entry.full_name(), " is declared twice"));
    }
    entries.push_back(std::move(entry));
  }

  std::string section_;
  FirstPage page_;
};

}  // namespace

bool Entry::same(const std::vector<std::string>& one, const std::vector<std::string>& other) const {
  if (one == other) { return true; }
  if (kind != Kind::flag || one.size() != 1 || other.size() != 1) { return false; }
  const std::optional<bool> first = parse_switch(one[0]);
  return first && first == parse_switch(other[0]);
}

std::vector<Entry> entries_of(const std::string& subcommand, const Visit& visit) {
  Collector collector;
  visit(subcommand, collector);
  collector.mark();
  return std::move(collector.entries);
}

}  // namespace srl::config
