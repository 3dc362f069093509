#include "data_prep/row/notices.hpp"

#include <algorithm>
#include <vector>

#include "base/strings.hpp"
#include "data_prep/row/marks.hpp"

namespace srl::data_prep {
namespace {

constexpr unsigned first_field = 8;

/// The fields whose notices have bits of their own.
const std::vector<std::string>& fields() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const std::vector<MarkField>* some : {&honoured_mark_fields(), &other_mark_fields()}) {
      for (const MarkField& field : *some) { all.push_back(field.name); }
    }
    return all;
  }();
  return names;
}

std::string text_of(unsigned bit) {
  switch (bit) {
    case 0: return "kept for rewards by the final answer: no steps, so no instances of the step view";
    case 1: return "single instances: a prompt and the next action; train with --instance.targets all";
    case 2: return "chats of several exchanges: only the first one was used";
    case 3: return "a thought was taken out of the solution and kept as reasoning";
    case 4: return "a mark that is not known was not used";
    default:
      return cat("the field `", fields().at(bit - first_field),
                 "` was not used as a mark of right or wrong: name it with --fields.correct if it is one");
  }
}

}  // namespace

Notices outcome_only() {
  return Notices{1} << 0;
}
Notices single_instance() {
  return Notices{1} << 1;
}
Notices exchanges_left_out() {
  return Notices{1} << 2;
}
Notices thought_taken() {
  return Notices{1} << 3;
}

Notices mark_not_used(std::string_view field) {
  const auto found = std::find(fields().begin(), fields().end(), field);
  return found == fields().end() ? Notices{1} << 4 : Notices{1} << (first_field + (found - fields().begin()));
}

std::map<std::string, std::int64_t> texts_of(const std::map<unsigned, std::int64_t>& rows_by_bit) {
  std::map<std::string, std::int64_t> texts;
  for (const auto& [bit, rows] : rows_by_bit) { texts[text_of(bit)] += rows; }
  return texts;
}

}  // namespace srl::data_prep
