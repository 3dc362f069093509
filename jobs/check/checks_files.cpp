#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "evaluation/model_content.hpp"
#include "evaluation/sweep_file.hpp"
#include "jobs/check/checks.hpp"
#include "store/hdf5.hpp"
#include "trajectory/dataset.hpp"
#include "trajectory/shard.hpp"

namespace srl::check {
namespace fs = std::filesystem;

namespace {

/// The folder, or its nearest parent that exists: the job will create the rest.
fs::path existing_folder(const fs::path& wanted) {
  fs::path folder = fs::absolute(wanted / "").lexically_normal().parent_path();  // without a slash at the end
  std::error_code error;
  while (!fs::exists(folder, error) && folder != folder.parent_path()) { folder = folder.parent_path(); }
  return folder;
}

/// Random words that do not compress and differ for each rank.
std::vector<std::uint64_t> noise(std::uint64_t bytes, int rank) {
  std::vector<std::uint64_t> words(std::max<std::uint64_t>(bytes / sizeof(std::uint64_t), 1));
  std::uint64_t state = xxh3_64("srl_check", static_cast<std::uint64_t>(rank));
  for (std::uint64_t& word : words) {
    word = state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  }
  return words;
}

/// Drops the file from the page cache (where the system allows it), so that it is read from the disk.
void forget_cached(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) { return; }
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  ::close(descriptor);
}

struct DiskFigures {
  double write = 0, read = 0;  ///< MB/s
  std::string trouble;
};

DiskFigures write_and_read(const fs::path& folder, std::uint64_t bytes, int rank) {
  DiskFigures figures;
  const fs::path file = folder / cat(".srl_check_", host_name(), "_", ::getpid(), "_", rank, ".h5");
  const std::vector<std::uint64_t> words = noise(bytes, rank);
  const double megabytes = static_cast<double>(words.size() * sizeof words[0]) * 1e-6;
  try {
    Timer timer;
    store::Writer writer(file);
    writer.dataset("/noise", words);
    const store::Writer::Closed closed = writer.close();
    figures.write = megabytes / timer.seconds();
    forget_cached(file);
    timer.restart();
    const bool same = store::Reader(file).dataset<std::uint64_t>("/noise") == words;
    figures.read = megabytes / timer.seconds();
    if (!same || file_checksum(file.string()) != closed.xxh3_128) {
      figures.trouble = cat(file.string(), ": the bytes read back differ from the bytes written");
    }
  } catch (const Error& error) { figures.trouble = error.what(); }
  std::error_code ignored;
  fs::remove(file, ignored);
  return figures;
}

/// Groups the ranks by their text, e.g. "on ranks 0-3 (node1): TEXT", and adds them to `ranks`. Ranks with an
/// empty text are left out.
std::vector<std::string> grouped(const std::vector<std::string>& texts, const Hosts& hosts,
                                 std::set<int>& ranks) {
  std::map<std::string, std::set<int>> ranks_of;
  for (std::size_t r = 0; r < texts.size(); ++r) {
    if (!texts[r].empty()) { ranks_of[texts[r]].insert(static_cast<int>(r)); }
  }
  std::vector<std::string> parts;
  for (const auto& [text, of_text] : ranks_of) {
    parts.push_back(cat("on ", name_ranks(of_text, hosts), ": ", text));
    ranks.insert(of_text.begin(), of_text.end());
  }
  return parts;
}

/// Upper bound of the bytes that srl_train writes: checkpoints of fp32 weights and two moments (one more than
/// are kept, while the newest is written), and two exports. 0 without a model.
std::uint64_t training_bytes(const training::Options& options) {
  if (options.model.empty() || options.run.empty()) { return 0; }
  const std::uint64_t parameters = evaluation::parameters_in(options.model),
                      checkpoints = static_cast<std::uint64_t>(options.checkpoint.keep) + 1;
  return checkpoints * parameters * 12 + 2 * parameters * 4;
}

/// Opens and reads the file: on a network file system, a file that is listed may still be unreadable.
void look_for(const fs::path& file, std::uint64_t bytes, std::vector<std::string>& missing) {
  std::error_code error;
  const std::uint64_t size = fs::file_size(file, error);
  char first = 0;
  const int descriptor = error ? -1 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 || (size > 0 && ::read(descriptor, &first, 1) != 1)) {
    missing.push_back(cat(file.string(), " cannot be read"));
  } else if (bytes != 0 && size != bytes) {
    missing.push_back(cat(file.string(), " has ", size, " bytes instead of the ", bytes, " in the manifest"));
  }
  if (descriptor >= 0) { ::close(descriptor); }
}

void look_for_shards(const fs::path& folder, std::vector<std::string>& missing) {
  for (const trajectory::ShardInfo& shard : trajectory::read_manifest(folder).shards) {
    look_for(folder / shard.file, shard.bytes, missing);
  }
}

}  // namespace

Row check_disk(const Setup& setup) {
  const comm::Communicator& world = setup.context.world;
  const fs::path folder = existing_folder(setup.options.target());
  world.barrier();  // all at once, as checkpoints are written
  const Timer timer;
  const DiskFigures mine = write_and_read(folder, setup.options.bytes_per_rank(), world.rank());
  std::vector<double> write(setup.hosts.size(), 0.0), read = write;
  write[static_cast<std::size_t>(world.rank())] = mine.write;
  read[static_cast<std::size_t>(world.rank())] = mine.read;
  world.all_reduce(std::span(write), comm::Reduce::sum);
  world.all_reduce(std::span(read), comm::Reduce::sum);
  Row row{"HDF5 files", Result::ok, ""};
  const std::vector<std::string> troubles =
      grouped(world.all_gather(mine.trouble), setup.hosts, row.bad_ranks);
  row.found = cat(folder.string(), ": ", human_bytes(static_cast<double>(setup.options.bytes_per_rank())),
                  " per rank, written at ", rate_range(write), ", read at ", rate_range(read), " per rank");
  if (!troubles.empty()) {
    row.result = Result::failed;
    row.found += "; " + join(troubles, "; ");
    return row;
  }
  const double slowest = *std::min_element(write.begin(), write.end());
  row.for_scripts = cat("write_bytes_per_second=", static_cast<std::int64_t>(slowest * 1e6));
  const std::set<int> slow = slow_ranks(write);
  if (!slow.empty()) {
    row.result = Result::warning;
    row.found += cat("; less than a fifth of the median write rate on ", name_ranks(slow, setup.hosts));
  }
  return row;
}

Row check_space(const Setup& setup) {
  const comm::Communicator& world = setup.context.world;
  const fs::path folder = existing_folder(setup.options.target());
  // The smallest value counts: another file system may be mounted there on some node.
  std::vector<double> free(setup.hosts.size(), 0.0);
  std::string trouble;
  double need = static_cast<double>(setup.options.need_bytes.value);
  try {
    free[static_cast<std::size_t>(world.rank())] = static_cast<double>(free_bytes(folder));
    if (need == 0) { need = static_cast<double>(training_bytes(setup.options.train)); }
  } catch (const Error& error) { trouble = error.what(); }
  world.all_reduce(std::span(free), comm::Reduce::sum);
  need = world.all_reduce(need, comm::Reduce::max);
  Row row{"free space", Result::ok, ""};
  const std::vector<std::string> troubles = grouped(world.all_gather(trouble), setup.hosts, row.bad_ranks);
  for (std::size_t r = 0; r < free.size(); ++r) {
    if (free[r] < need) { row.bad_ranks.insert(static_cast<int>(r)); }
  }
  row.found =
      cat(human_bytes(*std::min_element(free.begin(), free.end())), " free (quotas not counted), ",
          need > 0 ? cat(human_bytes(need), " needed at most")
                   : std::string("needed space unknown: give --model and --run, or --check.need_bytes"));
  if (row.bad_ranks.empty()) { return row; }
  row.result = Result::failed;
  row.found += troubles.empty() ? cat(": too little on ", name_ranks(row.bad_ranks, setup.hosts))
                                : "; " + join(troubles, "; ");
  return row;
}

Row check_inputs(const Setup& setup) {
  const jobs::CheckOptions& options = setup.options;
  std::vector<std::string> missing;
  std::size_t given = 0;
  try {
    if (!options.train.model.empty()) {
      ++given;
      look_for(fs::path(options.train.model) / "config.json", 0, missing);
      look_for(fs::path(options.train.model) / "tokenizer.json", 0, missing);
    }
    for (const std::string& folder : options.train.data) {
      ++given;
      look_for_shards(trajectory::parse_folder(folder).folder, missing);
    }
    if (const std::string& file = options.sweep.sweep; !file.empty()) {
      const evaluation::SweepFile sweep = evaluation::read_sweep_file(file);
      given += 1 + sweep.models.size() + sweep.benchmarks.size();
      for (const evaluation::NamedPath& model : sweep.models) {
        look_for(fs::path(model.path) / "config.json", 0, missing);
        look_for(fs::path(model.path) / "tokenizer.json", 0, missing);
      }
      for (const evaluation::NamedPath& benchmark : sweep.benchmarks) {
        if (fs::is_directory(benchmark.path)) {
          look_for_shards(benchmark.path, missing);
        } else {
          look_for(benchmark.path, 0, missing);
        }
      }
    }
    for (const std::string& file : options.prepare.input) {
      ++given;
      look_for(file, 0, missing);
    }
  } catch (const Error& error) { missing.push_back(error.what()); }
  Row row{
      "inputs", Result::ok,
      given == 0 ? "none given (--model, --data, --input, --sweep)" : cat("all readable, ", given, " given")};
  const std::vector<std::string> found =
      grouped(setup.context.world.all_gather(join(missing, ", ")), setup.hosts, row.bad_ranks);
  if (found.empty()) { return row; }
  row.result = Result::failed;
  row.found = join(found, "; ");
  return row;
}

}  // namespace srl::check
