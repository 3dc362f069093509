#include "data_prep/chunk/scan.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "data_prep/read/parquet_rows.hpp"
#include "job/progress.hpp"

namespace srl::data_prep {
namespace {

namespace fs = std::filesystem;

fs::path chunk_path(const fs::path& work, std::int64_t file, std::int64_t chunk) {
  return work / cat("file_", zero_padded(file, 5), "_chunk_", zero_padded(chunk, 6));
}

bool is_finished(const fs::path& path) {
  if (!fs::exists(path)) { return false; }
  try {
    ChunkReader(path, true);
    return true;
  } catch (const BadInput&) { return false; }
}

/// Progress in bytes: extrapolates from what this rank has read to all ranks.
class Meter {
 public:
  Meter(double total, const comm::Communicator& world, comm::Watchdog& watchdog)
      : progress_("read", "MB", total / 1e6, world.is_root()),
        total_(total),
        ranks_(world.size()),
        watchdog_(watchdog) {
    progress_.update(0);
  }
  /// `shared`: the ranks share these bytes, so the other ranks have read as much at the same time.
  void add(double bytes, bool shared) {
    done_ = std::min(total_, done_ + (shared ? bytes * ranks_ : bytes));
    progress_.update(done_ / 1e6);
    watchdog_.progress();
  }

 private:
  job::Progress progress_;
  double total_;
  int ranks_;
  comm::Watchdog& watchdog_;
  double done_ = 0;
};

class Scanner {
 public:
  Scanner(const std::vector<InputFile>& files, const RowRules& rules, const ScanOptions& options,
          const fs::path& work, const comm::Communicator& world, comm::Watchdog& watchdog)
      : files_(files),
        options_(options),
        work_(work),
        rank_(world.rank()),
        size_(world.size()),
        processor_(rules),
        meter_(total(files), world, watchdog) {}

  void run() {
    const auto indivisible =
        std::count_if(files_.begin(), files_.end(), [](const InputFile& file) { return !file.divisible(); });
    file_per_rank_ = indivisible >= 2 * size_;
    std::int64_t turn = 0;
    for (std::int64_t f = 0; f < std::ssize(files_); ++f) {
      if (is_parquet(files_[f].path)) {
        parquet(f, turn);
      } else if (files_[f].divisible()) {
        divided(f, turn);
      } else if (!file_per_rank_ || turn++ % size_ == rank_) {
        in_order(f);
      }
    }
  }

 private:
  static double total(const std::vector<InputFile>& files) {
    double bytes = 0;
    for (const InputFile& file : files) { bytes += file.bytes; }
    return bytes;
  }

  /// Plain JSONL: reads every size-th chunk, which is found by its byte offset.
  void divided(std::int64_t f, std::int64_t& turn) {
    const InputFile& file = files_[f];
    const std::int64_t count =
        std::max<std::int64_t>(1, (file.bytes + options_.chunk_bytes - 1) / options_.chunk_bytes);
    for (std::int64_t c = 0; c < count; ++c, ++turn) {
      if (turn % size_ != rank_) { continue; }
      const std::uint64_t begin = c * options_.chunk_bytes, end = begin + options_.chunk_bytes;
      if (const fs::path path = chunk_path(work_, f, c); !is_finished(path)) {
        RowReader reader = row_reader(file, options_.longest_row, begin, end);
        chunk_.clear();
        RowText row;
        while (reader.next(row)) { processor_.add(row, file.source, chunk_); }
        ChunkHeader header{f, c};
        header.lines = reader.lines();
        header.last = c + 1 == count;
        chunk_.write(path, header);
      }
      meter_.add(std::min(end, file.bytes) - std::min(begin, file.bytes), true);
    }
  }

  /// Reads the whole file in order and writes the chunks of this rank.
  void in_order(std::int64_t f) {
    const InputFile& file = files_[f];
    RowReader reader = row_reader(file, options_.longest_row);
    std::int64_t current = 0;
    chunk_.clear();
    const auto mine = [&](std::int64_t c) { return file_per_rank_ || c % size_ == rank_; };
    const auto finish = [&](bool last) {
      if (mine(current)) {
        if (const fs::path path = chunk_path(work_, f, current); !is_finished(path)) {
          ChunkHeader header{f, current, 0};
          header.last = last;
          chunk_.write(path, header);
        }
        meter_.add(0, false);
      }
      chunk_.clear();
    };
    bool work = mine(0) && !is_finished(chunk_path(work_, f, 0));
    RowText row;
    while (reader.next(row)) {
      for (const std::int64_t c = row.offset / options_.chunk_bytes; current < c;) {
        finish(false);
        ++current;
        work = mine(current) && !is_finished(chunk_path(work_, f, current));
      }
      if (work) { processor_.add(row, file.source, chunk_); }
    }
    finish(true);
    meter_.add(file.bytes, file_per_rank_);
  }

  /// Parquet: one row group per chunk.
  void parquet(std::int64_t f, std::int64_t& turn) {
    const InputFile& file = files_[f];
    const std::int64_t groups = parquet_groups(file.path);
    for (std::int64_t g = 0; g < std::max<std::int64_t>(1, groups); ++g, ++turn) {
      if (turn % size_ != rank_) { continue; }
      if (const fs::path path = chunk_path(work_, f, g); !is_finished(path)) {
        chunk_.clear();
        const auto add = [&](const Json& row, std::int64_t number) {
          RowRecord record;
          record.offset = number;
          record.line = number;
          processor_.add(row, record, "", file.source, chunk_);
        };
        if (groups > 0) { read_parquet(file.path, g, add); }
        ChunkHeader header{f, g, 0};
        header.last = g + 1 >= groups;
        chunk_.write(path, header);
      }
      meter_.add(1.0 * file.bytes / std::max<std::int64_t>(1, groups), true);
    }
  }

  const std::vector<InputFile>& files_;
  const ScanOptions& options_;
  const fs::path& work_;
  int rank_, size_;
  RowProcessor processor_;
  ChunkWriter chunk_;
  Meter meter_;
  bool file_per_rank_ = false;
};

}  // namespace

void scan(const std::vector<InputFile>& files, const RowRules& rules, const ScanOptions& options,
          const fs::path& work, const comm::Communicator& world, comm::Watchdog& watchdog) {
  Scanner(files, rules, options, work, world, watchdog).run();
}

Chunks list_chunks(const fs::path& work, std::size_t files) {
  Chunks chunks;
  for (std::size_t f = 0; f < files; ++f) {
    std::int64_t line = 1;
    for (std::int64_t c = 0;; ++c) {
      chunks.paths.push_back(chunk_path(work, f, c));
      const ChunkReader reader(chunks.paths.back(), false);
      chunks.headers.push_back(reader.header());
      chunks.first_lines.push_back(reader.header().first_line >= 0 ? reader.header().first_line + 1 : line);
      line += reader.header().lines;
      chunks.rows += reader.header().rows;
      if (reader.header().last != 0) { break; }
    }
  }
  return chunks;
}

}  // namespace srl::data_prep
