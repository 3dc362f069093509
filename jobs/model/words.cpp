#include "jobs/model/words.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::model_job {

std::vector<std::string> read_words(const std::filesystem::path& file) {
  const Json list = Json::parse(read_file(file), file.string());
  if (!list.is_array()) {
    throw BadInput(cat(file.string(), ": expected a JSON list of texts, found ", list.type_name()));
  }
  std::vector<std::string> words;
  for (const Json& word : list.as_array()) {
    if (!word.is_string() || word.as_string().empty()) {
      throw BadInput(
          cat(file.string(), ": entry ", words.size() + 1, " of the list is not a text, or is empty"));
    }
    words.push_back(word.as_string());
  }
  return words;
}

}  // namespace srl::model_job
