#include "data_prep/select/question_texts.hpp"

#include "data_prep/select/row_status.hpp"
#include "text/normalised_question.hpp"

namespace srl::data_prep {

std::string question_of_body(std::string_view body) {
  BodyReader reader(body);
  for (int before = 0; before < 3; ++before) {
    reader.text();  // id, source, domain
  }
  return text::normalised_question(reader.text().value_or(""));
}

Shingles QuestionTexts::shingles(std::uint64_t number) {
  constexpr std::size_t most = 20000;
  if (const auto found = known_.find(number); found != known_.end()) { return found->second; }
  if (known_.size() >= most) { known_.clear(); }
  const ChunkReader reader = chunks_.open(chunk_of(number));
  const RowRecord record = reader.records()[row_of(number)];
  return known_[number] = shingles_of(question_of_body(reader.body(record)));
}

}  // namespace srl::data_prep
