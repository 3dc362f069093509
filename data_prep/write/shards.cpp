#include "data_prep/write/shards.hpp"

#include <algorithm>
#include <numeric>

#include "base/characters.hpp"
#include "base/checksum.hpp"
#include "base/strings.hpp"
#include "job/progress.hpp"

namespace srl::data_prep {
namespace {

namespace fs = std::filesystem;

std::int64_t sum(const std::map<std::string, std::int64_t>& reasons) {
  return std::accumulate(reasons.begin(), reasons.end(), std::int64_t{0},
                         [](std::int64_t all, const auto& entry) { return all + entry.second; });
}

Json reasons_json(const std::map<std::string, std::int64_t>& reasons) {
  Json json = Json::object();
  for (const auto& [reason, number] : reasons) { json[reason] = number; }
  return json;
}

void count_row(const RowRecord& record, RowStatus status, RowNumber number, Counts& counts) {
  constexpr std::size_t examples = 3;
  ++counts.read;
  counts.turns_left_out += record.turns_left_out;
  if (!is_kept(status)) {
    const std::string& reason = reason_name(reason_of(status));
    ++(record.kind == Kind::rejected ? counts.rejected : counts.dropped)[reason];
    if (std::vector<RowNumber>& some = counts.examples[reason]; some.size() < examples) {
      some.push_back(number);
    }
    return;
  }
  ++counts.kept;
  ++(status == status_train ? counts.train : counts.validation);
  ++counts.splitters[splitter_name(record.splitter)];
  for (unsigned bit = 0; bit < 64 && (record.notices >> bit) != 0; ++bit) {
    if ((record.notices >> bit & 1) != 0) { ++counts.notices[bit]; }
  }
  counts.contaminated_kept += record.contaminated;
  counts.steps += record.steps;
  counts.instances += std::int64_t{record.steps} - 1;
  ++counts.solutions_by_steps[bin_of(record.steps, step_count_bounds())];
}

template <class Body>
void for_bodies(const ShardPlan& plan, const Chunks& chunks, const RowStatuses& statuses, const Body& body) {
  for (std::size_t c = chunk_of(plan.begin); c < chunks.size() && row_number(c, 0) < plan.end; ++c) {
    const ChunkReader reader = chunks.open(c);
    const std::span<const RowRecord> records = reader.records();
    const std::size_t first = c == chunk_of(plan.begin) ? row_of(plan.begin) : 0;
    const std::size_t last = c == chunk_of(plan.end) ? row_of(plan.end) : records.size();
    for (std::size_t row = first; row < last; ++row) {
      if (is_kept(statuses.at(c, row))) { body(c, row, records[row], reader.body(records[row])); }
    }
  }
}

/// Fills a builder, if there is one, and counts the steps' lengths.
void fill(trajectory::ShardBuilder* builder, const ShardPlan& plan, const Chunks& chunks,
          const RowStatuses& statuses, const std::vector<InputFile>& files,
          std::vector<std::int64_t>& length_bins) {
  SolutionBody s;
  std::string own_id;
  for_bodies(
      plan, chunks, statuses,
      [&](std::size_t c, std::size_t row, const RowRecord& record, std::string_view text) {
        read_body(text, s);
        for (const SolutionBody::Step& step : s.steps) {
          ++length_bins[bin_of(count_code_points(step.action), step_length_bounds())];
        }
        if (builder == nullptr) { return; }
        const InputFile& file = files[chunks.headers[c].file];
        if (!s.id) {
          own_id.assign(file.source).append(":").append(std::to_string(chunks.first_lines[c] + record.line));
        }
        const auto split = statuses.at(c, row) == status_validation ? trajectory::Split::validation
                                                                    : trajectory::Split::train;
        builder->solution(s.id ? *s.id : std::string_view(own_id), s.source, s.domain, s.question,
                          s.reasoning, s.answer, split);
        for (const SolutionBody::Step& step : s.steps) {
          builder->step(step.title, step.thought, step.action, step.observation);
        }
      });
}

}  // namespace

std::int64_t Counts::rejected_rows() const {
  return sum(rejected);
}
std::int64_t Counts::dropped_rows() const {
  return sum(dropped);
}

Json counts_json(const Counts& counts) {
  return Json::Object{{"read", counts.read},
                      {"kept", counts.kept},
                      {"train", counts.train},
                      {"validation", counts.validation},
                      {"instances", counts.instances},
                      {"rejected", reasons_json(counts.rejected)},
                      {"dropped", reasons_json(counts.dropped)},
                      {"splitters", reasons_json(counts.splitters)}};
}

const std::vector<std::int64_t>& step_count_bounds() {
  static const std::vector<std::int64_t> bounds{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 50, 100};
  return bounds;
}
const std::vector<std::int64_t>& step_length_bounds() {
  static const std::vector<std::int64_t> bounds{0, 25, 50, 100, 200, 400, 800, 1600, 3200, 6400};
  return bounds;
}
std::size_t bin_of(std::int64_t value, const std::vector<std::int64_t>& bounds) {
  const auto above = std::upper_bound(bounds.begin(), bounds.end(), value);
  return std::max<std::ptrdiff_t>(above - bounds.begin() - 1, 0);
}

std::vector<ShardPlan> plan_shards(const Chunks& chunks, const RowStatuses& statuses, std::uint64_t solutions,
                                   std::uint64_t text_bytes, Counts& counts) {
  counts = Counts();
  counts.solutions_by_steps.assign(step_count_bounds().size(), 0);
  std::vector<ShardPlan> plan;
  std::uint64_t held = 0, bytes = 0;
  for (std::size_t c = 0; c < chunks.size(); ++c) {
    const ChunkReader reader = chunks.open(c);
    const std::span<const RowRecord> records = reader.records();
    for (std::size_t i = 0; i < records.size(); ++i) {
      const RowNumber number = row_number(c, i);
      count_row(records[i], statuses.at(c, i), number, counts);
      if (!is_kept(statuses.at(c, i))) { continue; }
      if (plan.empty() || held == solutions || bytes + records[i].text_bytes > text_bytes) {
        if (!plan.empty()) { plan.back().end = number; }
        plan.push_back({number, row_number(chunks.size(), 0)});
        held = bytes = 0;
      }
      ++held;
      bytes += records[i].text_bytes;
    }
  }
  return plan;
}

std::vector<trajectory::ShardInfo> write_shards(const fs::path& folder, const std::vector<ShardPlan>& plan,
                                                const Chunks& chunks, const RowStatuses& statuses,
                                                const std::vector<InputFile>& files,
                                                const comm::Communicator& world, comm::Watchdog& watchdog,
                                                const store::Storage& storage,
                                                std::vector<std::int64_t>& length_bins) {
  length_bins.assign(step_length_bounds().size(), 0);
  job::Progress progress("write", "shards", plan.size(), world.is_root());
  std::string mine;
  trajectory::ShardBuilder builder;  // keeps its memory from shard to shard
  for (std::size_t s = world.rank(); s < plan.size(); s += world.size()) {
    const std::string name = cat("shards/shard_", zero_padded(s, 5), ".h5");
    const fs::path file = folder / name;
    const bool is_there = fs::exists(file);
    builder.clear();
    fill(is_there ? nullptr : &builder, plan[s], chunks, statuses, files, length_bins);
    store::Writer::Closed closed =
        is_there ? store::Writer::Closed{file_checksum(file.string()), fs::file_size(file)}
                 : builder.write(file, storage);
    std::uint64_t rows = builder.solutions(), steps = builder.steps();
    if (is_there) {
      rows = steps = 0;
      for_bodies(plan[s], chunks, statuses,
                 [&](std::size_t, std::size_t, const RowRecord& record, std::string_view) {
                   ++rows;
                   steps += record.steps;
                 });
    }
    mine += cat(name, "\t", closed.bytes, "\t", closed.xxh3_128, "\t", rows, "\t", steps, "\n");
    progress.update(s);
    watchdog.progress();
  }
  std::vector<trajectory::ShardInfo> shards;
  for (const std::string& lines : world.all_gather(mine)) {
    for (const std::string& line : split(lines, '\n')) {
      if (line.empty()) { continue; }
      const auto f = split(line, '\t');
      shards.push_back({f[0], std::stoull(f[1]), f[2], std::stoull(f[3]), std::stoull(f[4])});
    }
  }
  std::sort(shards.begin(), shards.end(), [](const auto& a, const auto& b) {
    return std::pair(a.file.size(), a.file) < std::pair(b.file.size(), b.file);
  });
  world.all_reduce(std::span<std::int64_t>(length_bins), comm::Reduce::sum);
  return shards;
}

}  // namespace srl::data_prep
