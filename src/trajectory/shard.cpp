#include "trajectory/shard.hpp"

#include <array>
#include <limits>
#include <span>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "store/hdf5.hpp"

namespace srl::trajectory {
namespace {

constexpr std::uint64_t absent = std::numeric_limits<std::uint64_t>::max();
using Column = std::vector<std::uint64_t>;   // (offset, length) pairs into the heap

/// Appends texts to the shard's heap.
struct Heap {
  std::string text;
  void put(const std::string& value, Column& column) {
    column.push_back(text.size());
    column.push_back(value.size());
    text += value;
  }
  void put(const std::optional<std::string>& value, Column& column) {
    if (value) return put(*value, column);
    column.push_back(absent);
    column.push_back(0);
  }
};

void write_column(store::Writer& writer, const std::string& path, const Column& column) {
  writer.dataset<std::uint64_t>(path, std::span<const std::uint64_t>(column), {column.size() / 2, 2});
}

/// Takes texts out of the heap, checking that they lie inside it.
class HeapReader {
 public:
  HeapReader(const std::filesystem::path& file, std::string text) : file_(file), text_(std::move(text)) {}
  std::optional<std::string> get(const Column& column, std::size_t row, const char* path) const {
    const std::uint64_t offset = column[2 * row], length = column[2 * row + 1];
    if (offset == absent) return std::nullopt;
    if (offset > text_.size() || length > text_.size() - offset) {
      throw BadInput(cat(file_.string(), ": ", path, " row ", row, " points outside the text"));
    }
    std::string value = text_.substr(offset, length);
    if (!is_valid_utf8(value)) throw BadInput(cat(file_.string(), ": ", path, " row ", row, " is not UTF-8"));
    return value;
  }
  std::string need(const Column& column, std::size_t row, const char* path) const {
    auto value = get(column, row, path);
    if (!value) throw BadInput(cat(file_.string(), ": ", path, " row ", row, " is absent"));
    return *value;
  }

 private:
  std::filesystem::path file_;
  std::string text_;
};

Column read_column(const store::Reader& reader, const std::filesystem::path& file, const std::string& path, std::uint64_t rows) {
  if (reader.shape(path) != std::vector<std::uint64_t>{rows, 2}) {
    throw BadInput(cat(file.string(), ": ", path, " has not the shape [", rows, ", 2]"));
  }
  return reader.dataset<std::uint64_t>(path);
}

}  // namespace

void write_shard(const std::filesystem::path& file, const std::vector<Solution>& solutions) {
  Heap heap;
  std::array<Column, 6> solution_columns;   // id source domain question reasoning answer
  std::array<Column, 4> step_columns;       // title thought action observation
  Column first_step{0};
  std::vector<std::uint8_t> split;
  for (const Solution& s : solutions) {
    heap.put(s.id, solution_columns[0]);
    heap.put(s.source, solution_columns[1]);
    heap.put(s.domain, solution_columns[2]);
    heap.put(s.question, solution_columns[3]);
    heap.put(s.reasoning, solution_columns[4]);
    heap.put(s.answer, solution_columns[5]);
    for (const Step& step : s.steps) {
      heap.put(step.title, step_columns[0]);
      heap.put(step.thought, step_columns[1]);
      heap.put(step.action, step_columns[2]);
      heap.put(step.observation, step_columns[3]);
    }
    first_step.push_back(first_step.back() + s.steps.size());
    split.push_back(static_cast<std::uint8_t>(s.split));
  }
  store::Writer writer(file);
  writer.attribute("/", "format", "srl-shard");
  writer.attribute("/", "version", std::int64_t{1});
  writer.dataset("/text", std::string_view(heap.text));
  writer.group("/solutions");
  const char* solution_names[] = {"id", "source", "domain", "question", "reasoning", "answer"};
  for (std::size_t c = 0; c < solution_columns.size(); ++c) write_column(writer, cat("/solutions/", solution_names[c]), solution_columns[c]);
  writer.dataset("/solutions/first_step", first_step);
  writer.dataset("/solutions/split", split);
  writer.group("/steps");
  const char* step_names[] = {"title", "thought", "action", "observation"};
  for (std::size_t c = 0; c < step_columns.size(); ++c) write_column(writer, cat("/steps/", step_names[c]), step_columns[c]);
  writer.close();
}

std::vector<Solution> read_shard(const std::filesystem::path& file) {
  const store::Reader reader(file);
  if (reader.text_attribute("/", "format") != "srl-shard") throw BadInput(cat(file.string(), ": not a shard (attribute format)"));
  if (const auto version = reader.integer_attribute("/", "version"); version != 1) {
    throw BadInput(cat(file.string(), ": shard format version ", version, "; this program reads version 1: prepare the data again"));
  }
  const HeapReader heap(file, reader.bytes("/text"));
  const Column first_step = reader.dataset<std::uint64_t>("/solutions/first_step");
  const std::vector<std::uint8_t> split = reader.dataset<std::uint8_t>("/solutions/split");
  if (first_step.size() != split.size() + 1 || first_step.front() != 0) {
    throw BadInput(cat(file.string(), ": /solutions/first_step does not fit /solutions/split"));
  }
  const std::uint64_t rows = split.size(), steps = first_step.back();
  const auto solution_column = [&](const char* name) { return read_column(reader, file, cat("/solutions/", name), rows); };
  const auto step_column = [&](const char* name) { return read_column(reader, file, cat("/steps/", name), steps); };
  const Column id = solution_column("id"), source = solution_column("source"), domain = solution_column("domain"),
               question = solution_column("question"), reasoning = solution_column("reasoning"), answer = solution_column("answer");
  const Column title = step_column("title"), thought = step_column("thought"), action = step_column("action"),
               observation = step_column("observation");
  std::vector<Solution> solutions(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    Solution& s = solutions[i];
    s.id = heap.need(id, i, "/solutions/id");
    s.source = heap.need(source, i, "/solutions/source");
    s.domain = heap.need(domain, i, "/solutions/domain");
    s.question = heap.need(question, i, "/solutions/question");
    s.reasoning = heap.get(reasoning, i, "/solutions/reasoning");
    s.answer = heap.get(answer, i, "/solutions/answer");
    if (split[i] > 1) throw BadInput(cat(file.string(), ": /solutions/split row ", i, " is neither 0 nor 1"));
    s.split = static_cast<Split>(split[i]);
    if (first_step[i + 1] < first_step[i] || first_step[i + 1] > steps) {
      throw BadInput(cat(file.string(), ": /solutions/first_step row ", i + 1, " is out of order"));
    }
    for (std::size_t k = first_step[i]; k < first_step[i + 1]; ++k) {
      s.steps.push_back({heap.get(title, k, "/steps/title"), heap.get(thought, k, "/steps/thought"), heap.need(action, k, "/steps/action"),
                         heap.get(observation, k, "/steps/observation")});
    }
  }
  return solutions;
}

}  // namespace srl::trajectory
