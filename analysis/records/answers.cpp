#include "analysis/records/answers.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <tuple>

#include "base/checksum.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

auto completion_of(const Answer& answer) {
  return std::tie(answer.subject, answer.place, answer.sample);
}

bool same_subject(const Subject& subject, const evaluation::Record& record) {
  return subject.model_checksum == record.model_checksum && subject.view == record.view &&
         subject.benchmark.first == record.benchmark &&
         subject.benchmark.second == record.benchmark_checksum &&
         (!record.model_checksum.empty() || subject.model == record.model) &&
         subject.settings == record.settings;
}

/// Without white space and dollar signs.
std::string compact(const std::string& answer) {
  std::string text;
  for (const char c : answer) {
    if (std::string_view(" \t\n\r$").find(c) == std::string_view::npos) { text += c; }
  }
  return text;
}

/// Numbers are equal by value: 0.50 and .5; 1,000 and 1000.
std::string canonical(const std::string& answer) {
  const std::string text = compact(answer);
  std::string digits = text;
  std::erase(digits, ',');
  if (digits.starts_with('+')) { digits.erase(0, 1); }
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool number = error == std::errc() && end == digits.data() + digits.size() && std::isfinite(value);
  return number ? Json(value).dump() : text;
}

}  // namespace

bool Subject::greedy() const {
  const Json* greedy = settings.find("greedy");
  return greedy != nullptr && greedy->is_bool() && greedy->as_bool();
}

std::uint64_t vote_of(const evaluation::Record& record) {
  if (record.correct) { return 1; }
  const std::string text = canonical(record.answer);
  return text.empty() ? 0 : std::max<std::uint64_t>(2, xxh3_64(text));
}

std::uint32_t Answers::subject_of(const evaluation::Record& record, std::int64_t input) {
  if (last_ < subjects_.size() && same_subject(subjects_[last_], record)) {
    Subject& subject = subjects_[last_];
    subject.model = std::min(subject.model, record.model);
    subject.input = std::min(subject.input, input);
    return last_;
  }
  Subject subject{{record.benchmark, record.benchmark_checksum},
                  record.model,
                  record.model_checksum,
                  record.view,
                  record.settings,
                  input};
  const std::string key = Json(Json::Array{record.benchmark, record.benchmark_checksum, subject.identity(),
                                           record.model_checksum.empty(), record.view, record.settings})
                              .dump();
  const auto [found, added] = numbers_.try_emplace(key, static_cast<std::uint32_t>(subjects_.size()));
  last_ = found->second;
  if (added) {
    subjects_.push_back(std::move(subject));
  } else {
    subjects_[last_].model = std::min(subjects_[last_].model, record.model);
    subjects_[last_].input = std::min(subjects_[last_].input, input);
  }
  return last_;
}

void Answers::add(const evaluation::Record& record, std::int64_t input) {
  const bool step = record.view == "step";
  Answer answer;
  answer.subject = subject_of(record, input);
  if (step && !record.solution) { subjects_[answer.subject].solutions_missing = true; }
  answer.correct = record.correct;
  answer.truncated = record.finish == text::Finish::length;
  answer.answered = !record.answer.empty();
  answer.place = {step ? record.solution.value_or(record.question) : record.question,
                  step ? record.step.value_or(record.question) : record.question,
                  step ? xxh3_64(record.reference) : 0};
  answer.sample = record.sample;
  answer.tokens = record.tokens;
  answer.text = xxh3_64(record.text);
  answer.vote = vote_of(record);
  answers_.push_back(answer);
}

Repeats Answers::settle() {
  std::sort(answers_.begin(), answers_.end(), [](const Answer& a, const Answer& b) {
    if (const auto order = completion_of(a) <=> completion_of(b); order != 0) { return order < 0; }
    return std::tuple(a.text, !a.correct, a.vote, a.tokens) <
           std::tuple(b.text, !b.correct, b.vote, b.tokens);
  });
  Repeats repeats;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    if (kept == 0 || completion_of(answers_[kept - 1]) != completion_of(answers_[i])) {
      answers_[kept++] = answers_[i];
      continue;
    }
    ++repeats.doubled;
    const Answer& first = answers_[kept - 1];
    if (first.text == answers_[i].text && first.correct == answers_[i].correct) { continue; }
    const Subject& subject = subjects_[first.subject];
    const std::string name = cat(subject.benchmark.first, ", ", subject.view, ", question ",
                                 first.place.number, ", sample ", first.sample);
    if (++repeats.conflicting == 1 || name < repeats.first_conflict) { repeats.first_conflict = name; }
  }
  answers_.resize(kept);
  return repeats;
}

Answers Answers::only(const std::function<bool(const Answer&)>& keeps) const {
  Answers kept;
  kept.subjects_ = subjects_;
  kept.numbers_ = numbers_;
  std::copy_if(answers_.begin(), answers_.end(), std::back_inserter(kept.answers_), keeps);
  return kept;
}

Answers answers_of(const std::vector<evaluation::Record>& records) {
  Answers answers;
  for (const evaluation::Record& record : records) { answers.add(record); }
  return answers;
}

}  // namespace srl::analysis
