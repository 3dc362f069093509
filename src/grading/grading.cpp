#include "grading/grading.hpp"

#include <cmath>
#include <optional>

#include "grading/extract.hpp"
#include "grading/literal.hpp"

namespace srl::grading {
namespace {

// Spelling that does not change a plain answer: spaces, math marks, currency, percent, size commands, \text{}.
std::string plain_spelling(std::string_view answer) {
  std::string text(bare(answer));
  for (const std::string_view noise : {"\\left", "\\right", "\\$", "$", "\\%", "%", "\\!", "\\,", "\\ ", "^\\circ", "^{\\circ}", "\\text", "\\mathrm"}) {
    for (std::size_t at = text.find(noise); at != std::string::npos; at = text.find(noise, at)) {
      text.erase(at, noise.size());
    }
  }
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"\\dfrac", "\\frac"}, {"\\tfrac", "\\frac"}}) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from)) {
      text.replace(at, from.size(), to);
    }
  }
  std::erase(text, ' ');
  return text;
}

struct Number {
  long double value = 0;
  bool integer = false;     // written without decimal point or exponent
  std::string digits;
};

// A plain number or a fraction of two, nothing else.
std::optional<Number> plain_number(std::string_view text) {
  const bool minus = text.starts_with('-');
  text.remove_prefix(minus || text.starts_with('+') ? 1 : 0);
  const auto valued = [](const Literal& literal) { return std::stold(literal.digits + "e" + std::to_string(literal.exponent)); };
  Literal above, below;
  if (text.starts_with("\\frac{") && read_literal(text, 6, true, above) && text.substr(above.end).starts_with("}{") &&
      read_literal(text, above.end + 2, true, below) && text.substr(below.end) == "}") {
    return Number{(minus ? -1 : 1) * valued(above) / valued(below), false, {}};
  }
  if (!read_literal(text, 0, true, above)) {
    return std::nullopt;
  }
  if (above.end == text.size()) {
    return Number{(minus ? -1 : 1) * valued(above), !above.approximate, (minus ? "-" : "") + above.digits};
  }
  if (text[above.end] == '/' && read_literal(text, above.end + 1, true, below) && below.end == text.size()) {
    return Number{(minus ? -1 : 1) * valued(above) / valued(below), false, {}};
  }
  return std::nullopt;
}

bool near(long double x, long double y) { return std::fabs(x - y) <= 1e-4L * std::fmax(std::fabs(x), std::fabs(y)); }

bool same_number(const Number& x, const Number& y, const GradingOptions& options) {
  if (x.integer && y.integer) {
    return x.digits == y.digits || (options.percent_or_fraction && (x.digits + "00" == y.digits || y.digits + "00" == x.digits));
  }
  return near(x.value, y.value) ||
         (options.percent_or_fraction && (near(100 * x.value, y.value) || near(x.value, 100 * y.value)));
}

}  // namespace

void GradingOptions::visit(config::Visitor& v) {
  v.section("grading");
  v.option("percent_or_fraction", percent_or_fraction,
           "also right after x100 or /100, as the Qwen2.5-Math package has it; would pay wrong answers in RLVR");
}

Extracted extract_answer(std::string_view text, bool reference) {
  if (std::optional<std::string> boxed = last_boxed(text)) {
    return {!boxed->empty(), *boxed, "boxed"};
  }
  if (std::optional<std::string> stated = after_phrase(text)) {
    if (!plain_number(plain_spelling(*stated))) {
      if (std::optional<std::string> number = last_number(*stated)) {
        return {true, *number, "answer_is"};
      }
    }
    return {true, *stated, "answer_is"};
  }
  const std::string_view whole = bare(text);
  if (!whole.empty() && (reference || plain_number(plain_spelling(whole)))) {
    return {true, std::string(whole), "whole"};
  }
  if (std::optional<std::string> number = last_number(text)) {
    return {true, *number, "last_number"};
  }
  return {false, "", "none"};
}

Verdict same_answer(std::string_view prediction, std::string_view reference, const GradingOptions& options) {
  const std::string p = plain_spelling(prediction), r = plain_spelling(reference);
  if (p.empty() || r.empty()) {
    return {false, "no_answer"};
  }
  if (p == r) {
    return {true, "string"};
  }
  const std::optional<Number> x = plain_number(p), y = plain_number(r);
  if (x && y) {
    const bool same = same_number(*x, *y, options);
    return {same, same ? "number" : "different"};
  }
  return {false, "not_decided"};
}

Verdict grade(std::string_view prediction_text, std::string_view reference_text, const GradingOptions& options) {
  const Extracted prediction = extract_answer(prediction_text), reference = extract_answer(reference_text, true);
  if (!prediction.found || !reference.found) {
    return {false, "no_answer"};
  }
  return same_answer(prediction.answer, reference.answer, options);
}

}  // namespace srl::grading
