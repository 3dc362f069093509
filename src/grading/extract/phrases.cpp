// Phrases that announce an answer, in eleven languages: a noun ("answer", "答案", "Antwort"), and a connector
// ("is", ":", "是", "lautet").
#include "grading/extract/phrases.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/characters.hpp"
#include "grading/text/ascii.hpp"

namespace srl::grading {
namespace {

using Word = std::string_view;

struct Noun {
  Word text;
  bool spaced = true;  // a language with spaces between words
  bool alone = false;  // the answer may follow directly, without a connector
};

// In lower case where letters have cases; the first letter may be upper case.
constexpr std::array<Noun, 37> nouns = {{{"answer"},
                                         {"correct option"},
                                         {"correct choice"},
                                         {"right option"},
                                         {"right choice"},
                                         {"best option"},
                                         {"best choice"},
                                         {"final result"},
                                         {"réponse"},
                                         {"Réponse"},
                                         {"RÉPONSE"},
                                         {"reponse"},
                                         {"résultat final"},
                                         {"antwort"},
                                         {"ergebnis"},
                                         {"endergebnis"},
                                         {"respuesta"},
                                         {"resultado final"},
                                         {"resposta"},
                                         {"risposta"},
                                         {"ответ"},
                                         {"Ответ"},
                                         {"ОТВЕТ"},
                                         {"答案", false},
                                         {"正确选项", false},
                                         {"正確選項", false},
                                         {"答え", false},
                                         {"解答", false},
                                         {"正解", false},
                                         {"答", false},
                                         {"故选", false, true},
                                         {"故選", false, true},
                                         {"应选", false, true},
                                         {"所以选", false, true},
                                         {"정답", false},
                                         {"답", false},
                                         {"####", true, true}}};

constexpr std::array<Word, 24> verbs = {
    "is", "are", "was",  "equals", "be", "est",   "sont",  "sera",  "ist",  "sind",  "lautet",   "lauten",
    "es", "son", "será", "é",      "è",  "равен", "равна", "равно", "есть", "будет", "являются", "является"};
constexpr std::array<Word, 9> signs = {
    ":", "\uff1a", "=", "->", "\u2192", "\\rightarrow", "\\Rightarrow", "\u2014 ", "\u2013 "};
constexpr std::array<Word, 14> signs_between_cjk = {
    "应该是", "应该为", "应为", "就是", "等于", "是", "为", "為", "は", "が", "은", "는", "\uff1a", ":"};
// Words that may be between the noun and the verb.
constexpr std::array<Word, 37> qualifiers = {
    "to",      "for",      "of",     "in",     "s",    "choice", "option", "letter", "therefore", "thus",
    "then",    "hence",    "would",  "should", "must", "will",   "finale", "final",  "correcte",  "correcta",
    "correta", "corretta", "exacte", "exacta", "donc", "also",   "somit",  "daher",  "entonces",  "здесь",
    "тогда",   "is",       "value",  "here",   "итак", "(s)",    "number"};
// Words after which any words may follow up to the verb: "the answer to the second question is".
constexpr std::array<Word, 4> openers = {"to", "for", "of", "in"};
// Words between the connector and the answer.
constexpr std::array<Word, 41> fillers = {
    "therefore", "thus",     "then",     "hence",     "simply",      "exactly",    "approximately",
    "about",     "for sure", "surely",   "certainly", "clearly",     "definitely", "obviously",
    "indeed",    "just",     "given by", "equal to",  "found to be", "donc",       "also",
    "somit",     "daher",    "entonces", "egal à",    "égale à",     "igual a",    "gleich",
    "числу",     "равен",    "option",   "choice",    "letter",      "answer",     "option:",
    "выражение", "вариант",  "opción",   "lettre",    "Option",      "Choice"};

bool is_mark(char c) {
  return c == '*' || c == '_' || c == '`' || c == '~';
}

// Bytes of letters, also outside of ASCII.
bool is_letter_byte(char c) {
  return is_letter(c) || byte_of(c) >= 0x80;
}

template <std::size_t n>
std::size_t starts_with_one_of(Word text, const std::array<Word, n>& words) {
  std::size_t longest = 0;
  for (const Word word : words) {
    if (text.starts_with(word) || starts_with_ignoring_case(text, word)) {
      longest = std::max(longest, word.size());
    }
  }
  return longest;
}

template <std::size_t n>
bool is_one_of(Word word, const std::array<Word, n>& words) {
  return std::any_of(words.begin(), words.end(), [&](Word known) {
    return known.size() == word.size() && starts_with_ignoring_case(word, known);
  });
}

std::size_t after_marks(Word text, std::size_t at) {
  while (at < text.size() && (is_mark(text[at]) || text[at] == ' ')) { ++at; }
  return at;
}

std::size_t word_end(Word text, std::size_t at) {
  while (at < text.size() && is_letter_byte(text[at])) { ++at; }
  return at;
}

// Position after the connector that follows a noun which ends at `at`; npos if there is none.
std::size_t after_connector(Word text, std::size_t at, const Noun& noun) {
  const std::size_t begin = at;
  at = after_marks(text, at);
  if (!noun.spaced) {
    if (const std::size_t length = starts_with_one_of(text.substr(at), signs_between_cjk)) {
      return at + length;
    }
    return noun.alone ? begin : Word::npos;
  }
  if (noun.alone) { return begin; }
  bool opened = false;
  constexpr int most_words = 10;
  for (int words = 0; words < most_words && at < text.size(); ++words) {
    if (words == 0 || !opened) {
      if (const std::size_t length = starts_with_one_of(text.substr(at), signs)) { return at + length; }
    }
    const std::size_t end = word_end(text, at);
    const Word word = text.substr(at, end - at);
    if (word.empty()) { break; }
    if (is_one_of(word, verbs)) { return end; }
    opened = opened || is_one_of(word, openers);
    if (!opened && !is_one_of(word, qualifiers)) { break; }
    at = after_marks(text, end);
    if (at < text.size() && text[at] == '\n') { break; }
  }
  // A heading of its own line: "**Final answer**".
  at = after_marks(text, begin);
  constexpr std::size_t most_heading = 40;
  std::size_t line = begin;
  while (line > 0 && text[line - 1] != '\n' && begin - line < most_heading) { --line; }
  while (line < begin && (is_mark(text[line]) || text[line] == '#' || text[line] == ' ')) { ++line; }
  const Word heading = text.substr(line, begin - line);
  const bool alone = at < text.size() && text[at] == '\n' && heading.size() <= noun.text.size() + 8;
  return alone && (heading.size() == noun.text.size() || starts_with_ignoring_case(heading, "final") ||
                   starts_with_ignoring_case(heading, "the"))
             ? at
             : Word::npos;
}

// The nouns that begin with each byte, as chains through `next`; the number of nouns ends a chain.
struct Chains {
  std::array<std::uint8_t, 256> first{};
  std::array<std::uint8_t, nouns.size()> next{};
};
constexpr Chains chains = [] {
  Chains result;
  result.first.fill(nouns.size());
  for (std::size_t k = nouns.size(); k-- > 0;) {
    const char c = nouns[k].text[0];
    std::uint8_t& first = result.first[byte_of(c)];
    result.next[k] = first;
    first = static_cast<std::uint8_t>(k);
    if (c >= 'a' && c <= 'z') { result.first[byte_of(static_cast<char>(c - 'a' + 'A'))] = first; }
  }
  return result;
}();

// Position after the phrase that begins at `at`; npos if none does.
std::size_t phrase_end(Word text, std::size_t at) {
  const Word rest = text.substr(at);
  for (std::size_t k = chains.first[byte_of(text[at])]; k < nouns.size(); k = chains.next[k]) {
    const Noun& noun = nouns[k];
    if (!rest.starts_with(noun.text) && !starts_with_ignoring_case(rest, noun.text)) { continue; }
    if (noun.spaced && noun.text[0] != '#' && at > 0 && is_letter(text[at - 1])) { continue; }
    std::size_t end = at + noun.text.size();
    for (const Word plural : {"(s)", "en", "ом", "s"}) {  // Antworten, ответом
      if (noun.spaced && text.substr(end).starts_with(plural)) {
        end += plural.size();
        break;
      }
    }
    if (const std::size_t found = after_connector(text, end, noun); found != Word::npos) { return found; }
  }
  return Word::npos;
}

}  // namespace

std::size_t after_last_phrase(std::string_view text) {
  for (std::size_t i = text.size(); i-- > 0;) {
    if (chains.first[byte_of(text[i])] == nouns.size()) { continue; }
    if (const std::size_t end = phrase_end(text, i); end != Word::npos) { return end; }
  }
  return Word::npos;
}

std::string_view without_fillers(std::string_view stated) {
  for (;;) {
    const std::size_t before = stated.size();
    while (!stated.empty() && (is_space(stated[0]) || Word(":*=`~#").find(stated[0]) != Word::npos)) {
      stated.remove_prefix(1);
    }
    while (stated.starts_with("__")) { stated.remove_prefix(2); }
    for (const Word mark : {"\uff1a", "约", "大约", "选项", "選項", "：", "、"}) {
      if (stated.starts_with(mark)) { stated.remove_prefix(mark.size()); }
    }
    const std::size_t filler = starts_with_one_of(stated, fillers);
    if (filler > 0 && filler < stated.size() && (stated[filler] == ' ' || stated[filler] == ':')) {
      stated.remove_prefix(filler);
    }
    if (stated.size() == before) { return stated; }
  }
}

}  // namespace srl::grading
