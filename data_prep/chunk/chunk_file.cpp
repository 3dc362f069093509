#include "data_prep/chunk/chunk_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/beside.hpp"
#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "data_prep/split/splitters.hpp"

namespace srl::data_prep {
namespace {

constexpr std::size_t longest_detail = 1000;
constexpr std::uint32_t absent = ~std::uint32_t{0};
constexpr std::uint64_t magic = 0x324B4E4843505253ull;  // "SRPCHNK2"

static_assert(sizeof(RowRecord) % 8 == 0);

struct FileHead {
  std::uint64_t magic = 0, checksum = 0;  ///< of everything after this head
  ChunkHeader header;
};

void put_number(std::string& out, std::uint32_t value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}
void put(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}
void put(std::string& out, const std::optional<std::string>& text) {
  if (text) {
    put(out, std::string_view(*text));
  } else {
    put_number(out, absent);
  }
}

const std::vector<std::string>& reasons() {
  static const std::vector<std::string> names{"",
                                              "bad_json",
                                              "row_too_long",
                                              "array_does_not_end",
                                              "truncated_file",
                                              "damaged_file",
                                              "not_an_object",
                                              "missing_question",
                                              "question_is_not_text",
                                              "empty_question",
                                              "missing_solution",
                                              "solution_is_not_text",
                                              "missing_steps",
                                              "steps_are_no_texts",
                                              "missing_turns",
                                              "turns_are_no_list",
                                              "no_steps",
                                              "single_step",
                                              "numbering_restarts",
                                              "numbering_skips",
                                              "marked_incorrect",
                                              "question_too_long",
                                              "solution_too_long",
                                              "too_many_steps",
                                              "step_too_long",
                                              "contaminated",
                                              "exact_duplicate",
                                              "near_duplicate"};
  return names;
}

std::string checksum_text(std::string_view records, std::string_view bodies) {
  return cat(xxh3_64(records), " ", xxh3_64(bodies));
}

}  // namespace

std::uint8_t reason_number(const std::string& reason) {
  const auto found = std::find(reasons().begin(), reasons().end(), reason);
  if (found == reasons().end()) { throw Bug(cat("unknown reason '", reason, "'")); }
  return found - reasons().begin();
}
const std::string& reason_name(std::uint8_t number) {
  return reasons().at(number);
}

std::uint8_t splitter_number(const std::string& splitter) {
  static const std::vector<std::string> names = splitter_names();
  return std::find(names.begin(), names.end(), splitter) - names.begin();
}
std::string splitter_name(std::uint8_t number) {
  static const std::vector<std::string> names = splitter_names();
  return number < names.size() ? names[number] : "none";
}

void ChunkWriter::add(RowRecord record, const RowResult& result, std::string_view excerpt) {
  record.body = bodies_.size();
  if (result.kind == Kind::kept) {
    const trajectory::Solution& s = result.solution;
    put(bodies_, s.id.empty() ? std::nullopt : std::optional<std::string>(s.id));
    put(bodies_, std::string_view(s.source));
    put(bodies_, std::string_view(s.domain));
    put(bodies_, std::string_view(s.question));
    put(bodies_, s.reasoning);
    put(bodies_, s.answer);
    put_number(bodies_, s.steps.size());
    for (const trajectory::Step& step : s.steps) {
      put(bodies_, step.title);
      put(bodies_, step.thought);
      put(bodies_, std::string_view(step.action));
      put(bodies_, step.observation);
    }
  } else {
    put(bodies_, std::string_view(result.id));
    put(bodies_, std::string_view(repair_utf8(excerpt.substr(0, 200))));
    put(bodies_, std::string_view(repair_utf8(std::string_view(result.detail).substr(0, longest_detail))));
  }
  record.body_bytes = bodies_.size() - record.body;
  records_.push_back(record);
}

void ChunkWriter::clear() {
  records_.clear();
  bodies_.clear();
}

void ChunkWriter::write(const std::filesystem::path& file, ChunkHeader header) {
  header.rows = records_.size();
  header.body_bytes = bodies_.size();
  const std::string_view records(reinterpret_cast<const char*>(records_.data()),
                                 records_.size() * sizeof(RowRecord));
  FileHead head{magic, xxh3_64(checksum_text(records, bodies_)), header};
  const std::filesystem::path beside = own_name_beside(file);
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(&head), sizeof head);
  out.write(records.data(), std::ssize(records));
  out.write(bodies_.data(), std::ssize(bodies_));
  out.close();
  std::error_code error;
  if (!out) {
    throw EnvironmentError(
        cat("cannot write ", beside.string(), ": ", reason_of(errno), "; is the disk full?"));
  }
  std::filesystem::rename(beside, file, error);
  if (error) { throw EnvironmentError(cat("cannot rename ", beside.string(), ": ", error.message())); }
}

ChunkReader::ChunkReader(const std::filesystem::path& file, bool verify) : file_(file) {
  const std::string_view bytes = file_.bytes();
  FileHead head;
  if (bytes.size() < sizeof head) {
    throw BadInput(cat(file.string(), ": not a complete chunk file; delete it and run srl_prep again"));
  }
  std::memcpy(&head, bytes.data(), sizeof head);
  header_ = head.header;
  const std::uint64_t record_bytes = header_.rows * sizeof(RowRecord);
  if (head.magic != magic || header_.rows > bytes.size() ||
      sizeof head + record_bytes + header_.body_bytes != bytes.size()) {
    throw BadInput(cat(file.string(), ": not a complete chunk file; delete it and run srl_prep again"));
  }
  records_ = {reinterpret_cast<const RowRecord*>(bytes.data() + sizeof head),
              header_.rows};  // aligned to 8 bytes, as the head is
  bodies_ = bytes.substr(sizeof head + record_bytes);
  if (verify && head.checksum != xxh3_64(checksum_text(bytes.substr(sizeof head, record_bytes), bodies_))) {
    throw BadInput(
        cat(file.string(), ": wrong checksum, the chunk file is damaged; delete it and run srl_prep again"));
  }
}

std::string_view ChunkReader::body(const RowRecord& record) const {
  if (record.body > bodies_.size() || record.body_bytes > bodies_.size() - record.body) {
    throw Bug("a record points outside its chunk");
  }
  return bodies_.substr(record.body, record.body_bytes);
}

std::uint32_t BodyReader::number() {
  std::uint32_t value = 0;
  if (body_.size() < sizeof value) { throw Bug("a body ends early"); }
  std::memcpy(&value, body_.data(), sizeof value);
  body_.remove_prefix(sizeof value);
  return value;
}

std::optional<std::string_view> BodyReader::text() {
  const std::uint32_t bytes = number();
  if (bytes == absent) { return std::nullopt; }
  if (bytes > body_.size()) { throw Bug("a body ends early"); }
  const std::string_view text = body_.substr(0, bytes);
  body_.remove_prefix(bytes);
  return text;
}

void read_body(std::string_view body, SolutionBody& into) {
  BodyReader reader(body);
  into.id = reader.text();
  into.source = reader.text().value_or("");
  into.domain = reader.text().value_or("");
  into.question = reader.text().value_or("");
  into.reasoning = reader.text();
  into.answer = reader.text();
  into.steps.resize(reader.number());
  for (SolutionBody::Step& step : into.steps) {
    step.title = reader.text();
    step.thought = reader.text();
    step.action = reader.text().value_or("");
    step.observation = reader.text();
  }
}

OtherBody read_other_body(std::string_view body) {
  BodyReader reader(body);
  OtherBody other;
  other.id = reader.text().value_or("");
  other.excerpt = reader.text().value_or("");
  other.detail = reader.text().value_or("");
  return other;
}

}  // namespace srl::data_prep
