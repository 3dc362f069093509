#include "jobs/score/gpu_similarity.hpp"

#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "device/arena.hpp"
#include "job/devices.hpp"
#include "reward/batch_similarity.hpp"

namespace srl::score_job {
namespace {

constexpr std::size_t workspace_bytes = std::size_t{64} << 20;

/// What one line compares.
struct Texts {
  std::string a, b;
};
struct Ids {
  std::vector<std::int32_t> a, b;
};

Texts read(const Json& line, Texts) {
  return {field(line, "a").as_string(), field(line, "b").as_string()};
}
Ids read(const Json& line, Ids) {
  return {ids_of(field(line, "a")), ids_of(field(line, "b"))};
}
reward::TextGroup group_of(const Texts& line) {
  return {line.b, {}};
}
reward::IdGroup group_of(const Ids& line) {
  return {line.b, {}};
}

class GpuSimilarity {
 public:
  GpuSimilarity(const device::Device& device, const reward::SimilarityOptions& options)
      : stream_(device),
        arena_(device, workspace_bytes, "similarity"),
        workspace_(arena_.take<std::byte>("workspace", workspace_bytes)),
        options_(options) {}

  /// Line is Texts or Ids. Consecutive lines with the same b are one group, so b is copied to the GPU once.
  template <class Line>
  std::vector<Scored> score(std::span<const std::string_view> lines, ThreadPool& pool) const {
    std::vector<Scored> results(lines.size());
    std::vector<Line> read_lines(lines.size());
    pool.for_range(lines.size(), 16, [&](std::size_t begin, std::size_t end) {
      for (std::size_t k = begin; k < end; ++k) {
        results[k] = scored(lines[k], [&](const Json& line) {
          read_lines[k] = read(line, Line{});
          return Json::object();
        });
      }
    });
    std::vector<decltype(group_of(Line{}))> groups;
    std::vector<std::size_t> places;
    const Line* before = nullptr;
    for (std::size_t k = 0; k < lines.size(); ++k) {
      if (!results[k].error.empty()) { continue; }
      if (before == nullptr || before->b != read_lines[k].b) { groups.push_back(group_of(read_lines[k])); }
      before = &read_lines[k];
      groups.back().actions.push_back(read_lines[k].a);
      places.push_back(k);
    }
    const reward::GpuPlace place{stream_, workspace_};
    const reward::BatchSimilarity batch =
        batch_similarity(std::span(std::as_const(groups)), options_, pool, &place);
    for (std::size_t i = 0; i < places.size(); ++i) { results[places[i]].result["ratio"] = batch.ratios[i]; }
    return results;
  }

 private:
  device::Stream stream_;
  device::Arena arena_;
  device::Span<std::byte> workspace_;
  reward::SimilarityOptions options_;
};

}  // namespace

Scorer gpu_similarity(const jobs::ScoreOptions& options, const comm::Communicator& world) {
  if (options.blocks) { throw BadOption("blocks: only the CPU finds matching blocks; use --device cpu"); }
  device::DeviceOptions wanted;
  wanted.device = options.device;
  const job::FoundDevice found = job::settle(wanted, world);
  log_info(cat("similarities on ", found.device.name(), " (", found.gpu, ")"));
  const auto on_gpu = std::make_shared<const GpuSimilarity>(found.device, options.similarity);
  if (options.similarity.unit == reward::SimilarityUnit::token) {
    return [on_gpu](std::span<const std::string_view> lines, ThreadPool& pool) {
      return on_gpu->score<Ids>(lines, pool);
    };
  }
  return [on_gpu](std::span<const std::string_view> lines, ThreadPool& pool) {
    return on_gpu->score<Texts>(lines, pool);
  };
}

}  // namespace srl::score_job
