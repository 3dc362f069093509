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

// The next lines, divided among the ranks in contiguous parts. A blob has the number and the text of each
// line. All blobs are empty at the end. `last` is the last line read.
std::vector<std::string> next_round(std::istream& in, JsonLine& last, int ranks, std::size_t most_lines) {
  std::vector<JsonLine> lines;
  std::size_t bytes = 0;
  while (lines.size() < most_lines && bytes < bytes_per_round && next_json_line(in, last)) {
    bytes += last.text.size();
    lines.push_back(last);
  }
  std::vector<std::string> blobs(static_cast<std::size_t>(ranks));
  const std::size_t share = (lines.size() + blobs.size() - 1) / blobs.size();
  for (std::size_t r = 0; r < blobs.size(); ++r) {
    const std::size_t begin = std::min(r * share, lines.size()), end = std::min(begin + share, lines.size());
    for (std::size_t k = begin; k < end; ++k) {
      blobs[r].append(std::to_string(lines[k].number)).append("\t").append(lines[k].text).append("\n");
    }
  }
  return blobs;
}

std::string score_blob(const std::string& blob, ThreadPool& pool, const Scorer& scorer, bool& any_bad) {
  if (blob.empty()) { return {}; }
  std::vector<std::string_view> lines;
  std::vector<std::int64_t> numbers;
  for (std::size_t begin = 0; begin < blob.size();) {
    const std::size_t tab = blob.find('\t', begin), end = blob.find('\n', tab);
    numbers.push_back(std::stoll(blob.substr(begin, tab - begin)));
    lines.push_back(std::string_view(blob).substr(tab + 1, end - tab - 1));
    begin = end + 1;
  }
  std::string out;
  std::size_t k = 0;
  for (const Scored& line : scorer(lines, pool)) {
    const bool bad = !line.error.empty();
    out += (bad ? Json(Json::Object{{"line", numbers[k]}, {"error", line.error}}) : line.result).dump();
    out += '\n';
    any_bad = any_bad || bad;
    ++k;
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
  JsonLine last;
  const std::size_t most_lines =
      lines_per_thread * static_cast<std::size_t>(world.size()) * static_cast<std::size_t>(context.threads);
  // If the input is a file, rank 0 reads the next round while this one is scored. It reads a pipe only when
  // it needs the lines, because an error must not wait for the program that writes the pipe.
  const auto policy = is_file(input) ? std::launch::async : std::launch::deferred;
  const auto read_ahead = [&] {
    return std::async(policy, [&] { return next_round(files->in(), last, world.size(), most_lines); });
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
