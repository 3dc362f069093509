#include "config/read/command_line.hpp"

#include <algorithm>
#include <boost/program_options.hpp>

#include "config/read/values.hpp"

namespace srl::config {
namespace {

namespace po = boost::program_options;

/// Accepts 0 to `most` arguments after the name, so that Boost does not throw at an option without its value.
class UpTo : public po::value_semantic {
 public:
  UpTo(std::string placeholder, unsigned most) : placeholder_(std::move(placeholder)), most_(most) {}
  std::string name() const override { return placeholder_; }
  unsigned min_tokens() const override { return 0; }
  unsigned max_tokens() const override { return most_; }
  bool is_composing() const override { return true; }
  bool is_required() const override { return false; }
  void parse(boost::any&, const std::vector<std::string>&, bool) const override {
  }  // the entries read their values themselves
  bool apply_default(boost::any&) const override { return false; }
  void notify(const boost::any&) const override {}

 private:
  std::string placeholder_;
  unsigned most_;
};

po::options_description description_of(const std::vector<Entry>& entries) {
  constexpr unsigned any_number = 1U << 30;
  po::options_description description;
  for (const Entry& entry : entries) {
    const auto* semantic =
        new UpTo(entry.placeholder, entry.kind == Kind::list ? any_number : 1);  // the description owns it
    description.add_options()(entry.full_name().c_str(), semantic, entry.help.c_str());
  }
  return description;
}

/// Reads `--name` and `--name=value`. Boost's own parser refuses `--name=`, which sets an empty list.
std::vector<po::option> take_option(std::vector<std::string>& words) {
  if (!is_option_word(words.front())) { return {}; }
  const std::string word = words.front();
  words.erase(words.begin());
  const std::size_t equals = word.find('=');
  po::option option;
  option.string_key = word.substr(2, equals == std::string::npos ? equals : equals - 2);
  if (equals != std::string::npos) { option.value.push_back(word.substr(equals + 1)); }
  option.original_tokens.push_back(word);
  return {option};
}

/// How many of the arguments that Boost gave to an option belong to it: a switch takes only on, off, etc.
std::size_t own_words(const po::option& option, bool attached, const std::vector<Entry>& entries) {
  if (attached) { return 1; }
  const auto entry = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& e) { return e.full_name() == option.string_key; });
  const bool other_word =
      entry->kind == Kind::flag && !option.value.empty() && !parse_switch(option.value.front());
  return other_word ? 0 : option.value.size();
}

}  // namespace

bool is_option_word(const std::string& word) {
  return word.size() > 2 && word.starts_with("--") && word[2] != '=';
}

std::vector<Argument> sort_words(const std::vector<std::string>& words, const std::vector<Entry>& entries) {
  using Style = po::command_line_style::style_t;
  const po::options_description description = description_of(entries);
  const po::parsed_options sorted =
      po::command_line_parser(words)
          .options(description)
          .style(Style::allow_long | Style::long_allow_next)  // no -x, no abbreviations
          .extra_style_parser(take_option)
          .allow_unregistered()
          .run();
  std::vector<Argument> arguments;
  bool after_unknown = false;
  for (const po::option& option : sorted.options) {
    const bool attached = !option.original_tokens.empty() && is_option_word(option.original_tokens.front()) &&
                          option.original_tokens.front().find('=') != std::string::npos;
    if (option.string_key.empty()) {
      if (after_unknown) {
        arguments.back().words.insert(arguments.back().words.end(), option.value.begin(), option.value.end());
      } else {
        arguments.push_back({"", true, false, option.value});
      }
      continue;
    }
    after_unknown = option.unregistered && !attached;
    const auto own = static_cast<std::ptrdiff_t>(option.unregistered ? option.value.size()
                                                                     : own_words(option, attached, entries));
    arguments.push_back({option.string_key,
                         !option.unregistered,
                         attached,
                         {option.value.begin(), option.value.begin() + own}});
    if (option.value.begin() + own != option.value.end()) {
      arguments.push_back({"", true, false, {option.value.begin() + own, option.value.end()}});
    }
  }
  return arguments;
}

}  // namespace srl::config
