#include "evaluation/shots.hpp"

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::evaluation {
namespace {

/// The question without differences in white space.
std::string plain(const std::string& question) {
  std::string text;
  bool gap = false;
  for (const char c : python_strip(std::string_view(question))) {
    const bool white = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!white && gap) { text += ' '; }
    if (!white) { text += c; }
    gap = white;
  }
  return text;
}

}  // namespace

Shots::Shots(const std::filesystem::path& file, std::int64_t count, const FieldNames& fields)
    : file_(file), count_(count), examples_(read_examples(file, fields)) {
  if (std::ssize(examples_) < count) {
    throw BadInput(cat(file.string(), " has ", counted(examples_.size(), "row"), " for ",
                       counted(count, "example"), ": give a smaller --evaluation.shots"));
  }
}

std::vector<const Example*> Shots::before(const std::string& question) const {
  std::vector<const Example*> chosen;
  const std::string asked = count_ > 0 ? plain(question) : "";
  for (const Example& example : examples_) {
    if (std::ssize(chosen) == count_) { break; }
    if (plain(example.question) != asked) { chosen.push_back(&example); }
  }
  if (std::ssize(chosen) < count_) {
    throw BadInput(cat(file_.string(), " has too few rows: a question is itself among the ",
                       counted(count_, "example"), ", and there is no other row in its place; add a row"));
  }
  return chosen;
}

}  // namespace srl::evaluation
