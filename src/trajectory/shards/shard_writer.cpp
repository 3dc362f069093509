#include <span>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "trajectory/shard.hpp"
#include "trajectory/shards/absent.hpp"

namespace srl::trajectory {
namespace {

void write_column(store::Writer& writer, const std::string& path, const std::vector<std::uint64_t>& column) {
  writer.dataset<std::uint64_t>(path, std::span<const std::uint64_t>(column), {column.size() / 2, 2});
}

}  // namespace

ShardBuilder::ShardBuilder() : first_step_{0} {}

void ShardBuilder::clear() {
  heap_.clear();
  for (Column& column : solution_columns_) { column.clear(); }
  for (Column& column : step_columns_) { column.clear(); }
  first_step_.assign(1, 0);
  split_.clear();
}

void ShardBuilder::put(Text text, Column& column) {
  column.push_back(text ? heap_.size() : absent);
  column.push_back(text ? text->size() : 0);
  if (text) { heap_ += *text; }
}

void ShardBuilder::solution(std::string_view id, std::string_view source, std::string_view domain,
                            std::string_view question, Text reasoning, Text answer, Split split) {
  const std::array<Text, 6> texts{id, source, domain, question, reasoning, answer};
  for (std::size_t c = 0; c < texts.size(); ++c) { put(texts[c], solution_columns_[c]); }
  first_step_.push_back(first_step_.back());
  split_.push_back(static_cast<std::uint8_t>(split));
}

void ShardBuilder::step(Text title, Text thought, std::string_view action, Text observation) {
  if (split_.empty()) { throw Bug("a step was added before the first solution"); }
  const std::array<Text, 4> texts{title, thought, action, observation};
  for (std::size_t c = 0; c < texts.size(); ++c) { put(texts[c], step_columns_[c]); }
  ++first_step_.back();
}

store::Writer::Closed ShardBuilder::write(const std::filesystem::path& file,
                                          const store::Storage& storage) const {
  store::Writer writer(file, storage);
  writer.attribute("/", "format", "srl-shard");
  writer.attribute("/", "version", std::int64_t{1});
  writer.dataset("/text", std::string_view(heap_));
  writer.group("/solutions");
  const char* solution_names[] = {"id", "source", "domain", "question", "reasoning", "answer"};
  for (std::size_t c = 0; c < solution_columns_.size(); ++c) {
    write_column(writer, cat("/solutions/", solution_names[c]), solution_columns_[c]);
  }
  writer.dataset("/solutions/first_step", first_step_);
  writer.dataset("/solutions/split", split_);
  writer.group("/steps");
  const char* step_names[] = {"title", "thought", "action", "observation"};
  for (std::size_t c = 0; c < step_columns_.size(); ++c) {
    write_column(writer, cat("/steps/", step_names[c]), step_columns_[c]);
  }
  return writer.close();
}

void write_shard(const std::filesystem::path& file, const std::vector<Solution>& solutions) {
  ShardBuilder builder;
  for (const Solution& s : solutions) {
    builder.solution(s.id, s.source, s.domain, s.question, s.reasoning, s.answer, s.split);
    for (const Step& step : s.steps) {
      builder.step(step.title, step.thought, step.action, step.observation);
    }
  }
  builder.write(file);
}

}  // namespace srl::trajectory
