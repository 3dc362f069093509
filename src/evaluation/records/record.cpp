#include "evaluation/record.hpp"

#include <algorithm>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::evaluation {

namespace {

text::Finish finish_of(const std::string& reason) {
  const std::optional<text::Finish> finish = value_of_word<text::Finish>(reason);
  if (!finish) { throw BadInput(cat("finish_reason '", reason, "' is unknown")); }
  return *finish;
}

}  // namespace

bool is_greedy(const Record& record) {
  const Json* greedy = record.settings.find("greedy");
  return greedy != nullptr && greedy->is_bool() && greedy->as_bool();
}

std::string settings_key(const Json& settings) {
  return xxh3_128_hex(settings.dump()).substr(0, 12);
}

Json to_json(const Record& record) {
  Json line = Json::object();
  line["model"] = record.model;
  if (!record.model_checksum.empty()) { line["model_checksum"] = record.model_checksum; }
  line["benchmark"] = record.benchmark;
  line["benchmark_checksum"] = record.benchmark_checksum;
  line["question"] = record.question;
  if (!record.id.empty()) { line["id"] = record.id; }
  line["sample"] = record.sample;
  line["view"] = record.view;
  line["settings"] = record.settings;
  line["settings_key"] = settings_key(record.settings);
  if (!record.setting.empty()) { line["setting"] = record.setting; }
  line["text"] = record.text;
  line["answer"] = record.answer;
  line["reference"] = record.reference;
  line["correct"] = record.correct;
  if (record.similarity) { line["similarity"] = *record.similarity; }
  if (record.similarity_unrelated) { line["similarity_unrelated"] = *record.similarity_unrelated; }
  if (record.solution) { line["solution"] = *record.solution; }
  if (record.step) { line["step"] = *record.step; }
  line["how"] = record.how;
  line["tokens"] = record.tokens;
  line["finish_reason"] = word(record.finish);
  line["seconds"] = record.seconds;
  return line;
}

Record record_from_json(const Json& json, const std::string& where) {
  try {
    Record record;
    record.model = json.at("model").as_string();
    if (const Json* checksum = json.find("model_checksum")) { record.model_checksum = checksum->as_string(); }
    record.benchmark = json.at("benchmark").as_string();
    record.benchmark_checksum = json.at("benchmark_checksum").as_string();
    record.question = json.at("question").as_integer();
    if (const Json* id = json.find("id")) { record.id = id->as_string(); }
    record.sample = json.at("sample").as_integer();
    record.view = json.at("view").as_string();
    record.settings = json.at("settings");
    if (const Json* setting = json.find("setting")) { record.setting = setting->as_string(); }
    record.text = json.at("text").as_string();
    record.answer = json.at("answer").as_string();
    record.reference = json.at("reference").as_string();
    record.correct = json.at("correct").as_bool();
    if (const Json* similarity = json.find("similarity")) { record.similarity = similarity->as_double(); }
    if (const Json* unrelated = json.find("similarity_unrelated")) {
      record.similarity_unrelated = unrelated->as_double();
    }
    if (const Json* solution = json.find("solution")) { record.solution = solution->as_integer(); }
    if (const Json* step = json.find("step")) { record.step = step->as_integer(); }
    record.how = json.at("how").as_string();
    record.tokens = json.at("tokens").as_integer();
    record.finish = finish_of(json.at("finish_reason").as_string());
    record.seconds = json.at("seconds").as_double();
    return record;
  } catch (const BadInput& error) {
    throw BadInput(cat(where, ": not a record of srl_eval: ", error.what()));
  }
}

RecordFile read_records(const std::filesystem::path& file) {
  const std::string content = read_file(file);
  RecordFile result;
  std::size_t begin = 0;
  for (std::int64_t number = 1; begin < content.size(); ++number) {
    std::size_t end = content.find('\n', begin);
    if (end == std::string::npos) {  // each line is written with its newline at once
      result.torn_last_line = true;
      break;
    }
    const std::string_view line = std::string_view(content).substr(begin, end - begin);
    const std::string where = cat(file.string(), " line ", number);
    begin = end + 1;
    if (!line.empty()) { result.records.push_back(record_from_json(Json::parse(line, where), where)); }
  }
  return result;
}

}  // namespace srl::evaluation
