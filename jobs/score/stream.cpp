#include "jobs/score/stream.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <istream>
#include <optional>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/thread_pool.hpp"
#include "jobs/io/line_files.hpp"

namespace srl::score_job {
namespace {

// Sizes of a round of input: large enough to keep all threads busy, small enough to stream.
constexpr std::size_t lines_per_thread = 1024;
constexpr std::size_t bytes_per_round = 64u << 20;

// Whether the input is a file, by name or redirected to stdin.
bool is_file(const std::string& input) {
  struct stat about{};
  return !input.empty() || (fstat(STDIN_FILENO, &about) == 0 && S_ISREG(about.st_mode));
}

// The next lines, divided among the ranks in contiguous parts. A blob is the number of its first line, then
// the lines. All blobs are empty at the end.
std::vector<std::string> next_round(std::istream& in, std::int64_t& next_line, int ranks,
                                    std::size_t most_lines) {
  std::vector<std::string> lines;
  std::size_t bytes = 0;
  for (std::string line; lines.size() < most_lines && bytes < bytes_per_round && std::getline(in, line);) {
    bytes += line.size();
    lines.push_back(std::move(line));
  }
  std::vector<std::string> blobs(static_cast<std::size_t>(ranks));
  const std::size_t share = (lines.size() + blobs.size() - 1) / blobs.size();
  for (std::size_t r = 0; r < blobs.size(); ++r) {
    const std::size_t begin = std::min(r * share, lines.size()), end = std::min(begin + share, lines.size());
    if (begin < end) { blobs[r] = std::to_string(next_line + static_cast<std::int64_t>(begin)); }
    for (std::size_t k = begin; k < end; ++k) {
      blobs[r] += '\n';
      blobs[r] += lines[k];
    }
  }
  next_line += static_cast<std::int64_t>(lines.size());
  return blobs;
}

std::string score_blob(const std::string& blob, ThreadPool& pool, const Scorer& scorer, bool& any_bad) {
  if (blob.empty()) { return {}; }
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin <= blob.size();) {
    const std::size_t end = std::min(blob.find('\n', begin), blob.size());
    lines.push_back(std::string_view(blob).substr(begin, end - begin));
    begin = end + 1;
  }
  std::int64_t number = std::stoll(std::string(lines[0]));
  std::string out;
  for (const Scored& line : scorer(std::span(lines).subspan(1), pool)) {
    const bool bad = !line.error.empty();
    out += (bad ? Json(Json::Object{{"line", number}, {"error", line.error}}) : line.result).dump();
    out += '\n';
    any_bad = any_bad || bad;
    ++number;
  }
  return out;
}

}  // namespace

int score_stream(const std::string& input, const std::string& output, job::Context& context,
                 const Scorer& scorer) {
  const comm::Communicator& world = context.world;
  std::optional<jobs::LineFiles> files;  // rank 0's
  if (world.is_root()) { files.emplace(input, output); }
  ThreadPool pool(context.threads);
  bool any_bad = false;
  std::int64_t next_line = 1;
  const std::size_t most_lines =
      lines_per_thread * static_cast<std::size_t>(world.size()) * static_cast<std::size_t>(context.threads);
  // If the input is a file, rank 0 reads the next round while this one is scored. It reads a pipe only when
  // it needs the lines, because an error must not wait for the program that writes the pipe.
  const auto policy = is_file(input) ? std::launch::async : std::launch::deferred;
  const auto read_ahead = [&] {
    return std::async(policy, [&] { return next_round(files->in(), next_line, world.size(), most_lines); });
  };
  std::future<std::vector<std::string>> coming =
      world.is_root() ? read_ahead() : std::future<std::vector<std::string>>();
  for (;;) {
    context.watchdog.phase("score", 24 * 3600.0);  // the program that writes stdin may be slow
    std::vector<std::string> blobs(static_cast<std::size_t>(world.size()));
    if (world.is_root()) {
      blobs = coming.get();
      coming = read_ahead();
    }
    const bool more =
        world.all_reduce(std::int64_t{world.is_root() && !blobs[0].empty()}, comm::Reduce::max) != 0;
    if (!more) { break; }
    const std::string mine = world.size() == 1 ? std::move(blobs[0]) : world.all_to_all(blobs)[0];
    for (const std::string& part : world.gather(score_blob(mine, pool, scorer, any_bad), 0)) {
      files->out() << part;
    }
    if (world.is_root()) { files->flush(); }
  }
  return any_bad ? 1 : 0;
}

}  // namespace srl::score_job
