#include "evaluation/rows/choices.hpp"

#include <algorithm>
#include <cstddef>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::evaluation {
namespace {

constexpr std::size_t most_choices = 26;

std::vector<std::string> texts_in(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& text : list.as_array()) {
    texts.push_back(text.is_string() ? text.as_string() : text.dump());
  }
  return texts;
}

std::string letter(std::size_t place) {
  return std::string(1, static_cast<char>('A' + place));
}

/// The place of a text in a list; the length of the list when it is not there, or there twice.
std::size_t place_in(const std::vector<std::string>& list, const std::string& text) {
  const auto found = std::find(list.begin(), list.end(), text);
  if (found == list.end() || std::find(found + 1, list.end(), text) != list.end()) { return list.size(); }
  return static_cast<std::size_t>(found - list.begin());
}

}  // namespace

Choices choices_of(const Json& value) {
  Choices choices;
  if (value.is_array()) {
    choices.texts = texts_in(value);
  } else if (const Json* texts = value.find("text"); texts != nullptr && texts->is_array()) {
    choices.texts = texts_in(*texts);
    if (const Json* labels = value.find("label")) { choices.labels = texts_in(*labels); }
  } else if (value.is_object()) {
    for (const auto& [label, text] : value.as_object()) {
      choices.labels.push_back(label);
      choices.texts.push_back(text.is_string() ? text.as_string() : text.dump());
    }
  } else {
    throw BadInput("the choices are not a list");
  }
  if (choices.texts.size() < 2 || choices.texts.size() > most_choices) {
    throw BadInput(
        cat("the row has ", choices.texts.size(), " choices; 2 to ", most_choices, " are possible"));
  }
  if (!choices.labels.empty() && choices.labels.size() != choices.texts.size()) {
    throw BadInput("the choices do not have one label each");
  }
  return choices;
}

std::string letter_of_answer(const Json& answer, const Choices& choices) {
  const std::size_t count = choices.texts.size();
  std::size_t place = count;
  if (answer.is_integer()) {
    place = place_in(choices.labels, answer.dump());
    if (place == choices.labels.size()) {
      const std::int64_t index = answer.as_integer();
      place = index >= 0 && index < std::ssize(choices.texts) ? static_cast<std::size_t>(index) : count;
    }
  } else if (answer.is_string()) {
    const std::string text(python_strip(std::string_view(answer.as_string())));
    place = place_in(choices.labels, text);
    if (place == choices.labels.size()) { place = count; }
    const bool one_letter = text.size() == 1 && text[0] >= 'A' && text[0] <= 'Z';
    if (place == count && one_letter) { place = static_cast<std::size_t>(text[0] - 'A'); }
    if (place >= count) { place = place_in(choices.texts, answer.as_string()); }
  }
  if (place >= count) {
    throw BadInput(cat("the answer ", answer.dump(),
                       " is not the index from 0, letter or text of one of the ", count, " choices"));
  }
  return letter(place);
}

std::string question_with_choices(const std::string& question, const Choices& choices) {
  std::string all = question + "\n\n";
  for (std::size_t i = 0; i < choices.texts.size(); ++i) {
    all += cat(letter(i), ". ", choices.texts[i], "\n");
  }
  return all + "\nGive the letter of the right choice.";
}

}  // namespace srl::evaluation
