#include "trajectory/shard.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "store/hdf5.hpp"
#include "trajectory/shards/absent.hpp"

namespace srl::trajectory {
namespace {

using Column = std::vector<std::uint64_t>;  // (offset, length) pairs into the heap

/// Reads texts from the heap and checks that they are inside it.
class HeapReader {
 public:
  HeapReader(const std::filesystem::path& file, std::string text) : file_(file), text_(std::move(text)) {}
  std::optional<std::string> get(const Column& column, std::size_t row, const char* path) const {
    const std::uint64_t offset = column[2 * row], length = column[2 * row + 1];
    if (offset == absent) { return std::nullopt; }
    if (offset > text_.size() || length > text_.size() - offset) {
      throw BadInput(cat(file_.string(), ": ", path, " row ", row, " points outside the text"));
    }
    std::string value = text_.substr(offset, length);
    if (!is_valid_utf8(value)) {
      throw BadInput(cat(file_.string(), ": ", path, " row ", row, " is not UTF-8"));
    }
    return value;
  }
  std::string need(const Column& column, std::size_t row, const char* path) const {
    auto value = get(column, row, path);
    if (!value) { throw BadInput(cat(file_.string(), ": ", path, " row ", row, " is missing")); }
    return *value;
  }

 private:
  std::filesystem::path file_;
  std::string text_;
};

Column read_column(const store::Reader& reader, const std::filesystem::path& file, const std::string& path,
                   std::uint64_t rows) {
  if (reader.shape(path) != std::vector<std::uint64_t>{rows, 2}) {
    throw BadInput(cat(file.string(), ": ", path, " does not have the shape [", rows, ", 2]"));
  }
  return reader.dataset<std::uint64_t>(path);
}

}  // namespace

std::vector<Solution> read_shard(const std::filesystem::path& file) {
  const store::Reader reader(file);
  if (reader.text_attribute("/", "format") != "srl-shard") {
    throw BadInput(cat(file.string(), ": not a shard: its attribute `format` is not srl-shard"));
  }
  if (const auto version = reader.integer_attribute("/", "version"); version != 1) {
    throw BadInput(cat(file.string(), ": shard format version ", version,
                       "; this program reads version 1: prepare the data again"));
  }
  const HeapReader heap(file, reader.bytes("/text"));
  const Column first_step = reader.dataset<std::uint64_t>("/solutions/first_step");
  const std::vector<std::uint8_t> split = reader.dataset<std::uint8_t>("/solutions/split");
  if (first_step.size() != split.size() + 1 || first_step.front() != 0) {
    throw BadInput(cat(file.string(), ": /solutions/first_step does not match /solutions/split"));
  }
  const std::uint64_t rows = split.size(), steps = first_step.back();
  const auto solution_column = [&](const char* name) {
    return read_column(reader, file, cat("/solutions/", name), rows);
  };
  const auto step_column = [&](const char* name) {
    return read_column(reader, file, cat("/steps/", name), steps);
  };
  const Column id = solution_column("id"), source = solution_column("source"),
               domain = solution_column("domain"), question = solution_column("question"),
               reasoning = solution_column("reasoning"), answer = solution_column("answer");
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
    if (split[i] > 1) {
      throw BadInput(cat(file.string(), ": /solutions/split row ", i, " is neither 0 nor 1"));
    }
    s.split = static_cast<Split>(split[i]);
    if (first_step[i + 1] < first_step[i] || first_step[i + 1] > steps) {
      throw BadInput(cat(file.string(), ": /solutions/first_step row ", i + 1, " is out of order"));
    }
    for (std::size_t k = first_step[i]; k < first_step[i + 1]; ++k) {
      s.steps.push_back({heap.get(title, k, "/steps/title"), heap.get(thought, k, "/steps/thought"),
                         heap.need(action, k, "/steps/action"),
                         heap.get(observation, k, "/steps/observation")});
    }
  }
  return solutions;
}

}  // namespace srl::trajectory
