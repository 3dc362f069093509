#include "data_prep/chunk/benchmark_files.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "data_prep/read/input_files.hpp"
#include "data_prep/split/solutions.hpp"

namespace srl::data_prep {

void add_files(text::Contamination& contamination, const std::vector<std::filesystem::path>& files,
               const std::vector<Preset>& presets) {
  JsonParser parser;
  for (const auto& file : files) {
    RowReader reader = row_reader(described(file), std::size_t{1} << 25);
    RowText row;
    std::size_t found = 0;
    while (reader.next(row)) {
      if (row.fault != nullptr) { throw BadInput(cat(file.string(), " byte ", row.offset, ": ", row.fault)); }
      const Json json = parser.parse(row.text, "row");
      const std::string question = question_of(json, presets);
      if (question.empty()) { continue; }
      contamination.add(question);
      ++found;
    }
    if (found == 0) {
      throw BadInput(
          cat(file.string(),
              ": no question found in this benchmark file (contamination.against); name the field that "
              "holds the question with --fields.question"));
    }
  }
}

}  // namespace srl::data_prep
