#include "data_prep/chunk/contamination.hpp"

#include "base/characters.hpp"
#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "data_prep/chunk/near_duplicates.hpp"
#include "data_prep/read/input_files.hpp"
#include "data_prep/read/row_json.hpp"
#include "data_prep/split/solutions.hpp"

namespace srl::data_prep {
namespace {

bool of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || byte_of(c) >= 0x80;
}

std::uint64_t hash_of(const std::vector<std::uint64_t>& words, std::size_t first, std::size_t count) {
  return xxh3_64({reinterpret_cast<const char*>(words.data() + first), count * sizeof(std::uint64_t)});
}

}  // namespace

std::vector<std::uint64_t> word_hashes(std::string_view normalised) {
  std::vector<std::uint64_t> words;
  for (std::size_t i = 0; i < normalised.size();) {
    if (!of_word(normalised[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < normalised.size() && of_word(normalised[i])) { ++i; }
    words.push_back(xxh3_64(normalised.substr(begin, i - begin)));
  }
  return words;
}

void Contamination::add(std::string_view question) {
  const std::vector<std::uint64_t> words = word_hashes(normalised_question(question));
  if (words.empty()) { return; }
  whole_.insert(hash_of(words, 0, words.size()));
  for (std::size_t i = 0; i + words_ <= words.size(); ++i) { grams_.insert(hash_of(words, i, words_)); }
}

void Contamination::add_files(const std::vector<std::filesystem::path>& files,
                              const std::vector<Preset>& presets) {
  RowParser parser;
  for (const auto& file : files) {
    RowReader reader = row_reader(described(file), std::size_t{1} << 25);
    RowText row;
    std::size_t found = 0;
    while (reader.next(row)) {
      if (row.fault != nullptr) { throw BadInput(cat(file.string(), " byte ", row.offset, ": ", row.fault)); }
      const Json json = parser.parse(row.text);
      const std::string question = question_of(json, presets);
      if (question.empty()) { continue; }
      add(question);
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

bool Contamination::contains(std::string_view normalised) const {
  const std::vector<std::uint64_t> words = word_hashes(normalised);
  if (words.empty()) { return false; }
  if (whole_.contains(hash_of(words, 0, words.size()))) { return true; }
  for (std::size_t i = 0; i + words_ <= words.size(); ++i) {
    if (grams_.contains(hash_of(words, i, words_))) { return true; }
  }
  return false;
}

}  // namespace srl::data_prep
