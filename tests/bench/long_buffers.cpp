// Runs collectives on real buffers of more than 2^31 elements and compares every element of each result. It
// is not part of ctest, because two ranks need 23 GB.
//   mpirun -n 2 bench/long_buffers [ELEMENTS]
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <numeric>

#include "base/error.hpp"
#include "base/not_copied.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "comm/communicator.hpp"
#include "comm/pending.hpp"

namespace {

using srl::comm::Communicator;
using srl::comm::Reduce;

constexpr std::size_t period = 1021;  // integers far below 2^24, so sums are exact in any order
// Elements per tile, a multiple of the page size. Every tile has the same pattern.
constexpr std::size_t tile = std::size_t{1} << 26;

float number(std::size_t i, int rank) {
  return static_cast<float>(i % tile % period) + static_cast<float>(rank);
}
float sum_of(std::size_t i, int ranks) {
  return number(i, 0) * static_cast<float>(ranks) + static_cast<float>(ranks * (ranks - 1) / 2);
}
char letter(std::size_t i, int rank) {
  return static_cast<char>((i * 7 + static_cast<std::size_t>(rank) * 31) % 251);
}

/// A read-only array of `elements` numbers that needs the memory of one tile: the same pages are mapped
/// repeatedly.
class Tiled : srl::NotCopied {
 public:
  Tiled(std::size_t elements, int rank) : bytes_((elements + tile - 1) / tile * tile * sizeof(float)) {
    const int file = ::memfd_create("tile", MFD_CLOEXEC);
    void* whole = ::mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (file < 0 || whole == MAP_FAILED || ::ftruncate(file, tile * sizeof(float)) != 0) {
      throw srl::EnvironmentError("no memory for a tile");
    }
    data_ = static_cast<float*>(whole);
    for (std::size_t at = 0; at < bytes_; at += tile * sizeof(float)) {
      void* here = static_cast<char*>(whole) + at;
      if (::mmap(here, tile * sizeof(float), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) !=
          here) {
        throw srl::EnvironmentError("no memory for a tile");
      }
    }
    ::close(file);
    for (std::size_t i = 0; i < tile; ++i) { data_[i] = number(i, rank); }
  }
  ~Tiled() { ::munmap(data_, bytes_); }
  const float* data() const { return data_; }

 private:
  std::size_t bytes_;
  float* data_ = nullptr;
};

double available_bytes() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  double kilobytes = 0;
  for (std::string rest; file >> name >> kilobytes; std::getline(file, rest)) {
    if (name == "MemAvailable:") { return kilobytes * 1024; }
  }
  return 0;
}

class Trial {
 public:
  explicit Trial(Communicator world) : world_(std::move(world)) {}
  /// work() returns the number of wrong results on this rank.
  template <class Work>
  void operator()(const std::string& what, const Work& work) {
    world_.barrier();
    const srl::Timer timer;
    const std::int64_t wrong = world_.all_reduce(static_cast<std::int64_t>(work()), Reduce::sum);
    failed_ = failed_ || wrong > 0;
    if (!world_.is_root()) { return; }
    std::printf("%s: %s, %.1f s\n", what.c_str(), wrong == 0 ? "exact" : srl::cat(wrong, " WRONG").c_str(),
                timer.seconds());
    std::fflush(stdout);
  }
  bool failed() const { return failed_; }

 private:
  Communicator world_;
  bool failed_ = false;
};

std::vector<float> numbers(std::size_t count, int rank) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) { values[i] = number(i, rank); }
  return values;
}

template <class Expected>
std::size_t wrong_in(const std::vector<float>& values, const Expected& expected) {
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < values.size(); ++i) { wrong += values[i] != expected(i) ? 1 : 0; }
  return wrong;
}

std::string letters(std::size_t count, int rank) {
  std::string text(count, '\0');
  for (std::size_t i = 0; i < count; ++i) { text[i] = letter(i, rank); }
  return text;
}

std::size_t wrong_letters(const std::string& text, std::size_t count, int rank) {
  if (text.size() != count) { return count; }
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < count; ++i) { wrong += text[i] != letter(i, rank) ? 1 : 0; }
  return wrong;
}

void try_texts(Trial& trial, const Communicator& world, std::size_t n) {
  const int rank = world.rank(), ranks = world.size();
  trial(srl::cat("broadcast of a text of ", n, " bytes from the last rank"), [&] {
    return wrong_letters(world.broadcast(rank == ranks - 1 ? letters(n, rank) : std::string(), ranks - 1), n,
                         ranks - 1);
  });
  trial(srl::cat("texts of ", n, " bytes, the last rank's to rank 0 and an empty one from all others"), [&] {
    const std::vector<std::string> got =
        world.gather(rank == ranks - 1 ? letters(n, rank) : std::string(), 0);
    return world.is_root() ? wrong_letters(got.back(), n, ranks - 1) : got.size();
  });
  trial(srl::cat("texts of ", n / 2 + 1, " bytes from every rank to every rank"), [&] {
    const std::vector<std::string> all = world.all_gather(letters(n / 2 + 1, rank));
    std::size_t wrong = 0;
    for (int r = 0; r < ranks; ++r) { wrong += wrong_letters(all[r], n / 2 + 1, r); }
    return wrong;
  });
}

void try_floats(Trial& trial, const Communicator& world, std::size_t n) {
  const int rank = world.rank(), ranks = world.size();
  std::vector<std::size_t> offsets{0};  // uneven: each rank's part is longer than the one before
  for (int r = 1; r < ranks; ++r) { offsets.push_back(n / ranks * r - (ranks - r)); }
  offsets.push_back(n);
  const std::size_t begin = offsets[rank], part = offsets[rank + 1] - begin;
  trial(srl::cat("all-reduce of ", n, " floats"), [&] {
    std::vector<float> values = numbers(n, rank);
    world.all_reduce(std::span(values), Reduce::sum);
    return wrong_in(values, [&](std::size_t i) { return sum_of(i, ranks); });
  });
  trial(srl::cat("started reduction of ", n, " floats to the last rank"), [&] {
    std::vector<float> values = numbers(n, rank);
    srl::comm::start_reduce(world, std::span(values), ranks - 1).wait();
    return wrong_in(values,
                    [&](std::size_t i) { return rank == ranks - 1 ? sum_of(i, ranks) : number(i, rank); });
  });
  trial(srl::cat("all-gather of ", n, " floats in uneven parts"), [&] {
    std::vector<float> values(n, -1.0F);
    for (std::size_t i = begin; i < begin + part; ++i) { values[i] = number(i, 0); }
    world.all_gather(std::span(values), offsets);
    return wrong_in(values, [&](std::size_t i) { return number(i, 0); });
  });
  trial(srl::cat("reduce-scatter of ", n, " floats into uneven parts"), [&] {
    const Tiled values(n, rank);
    std::vector<float> mine(part);
    world.reduce_scatter(std::span(values.data(), n), offsets, std::span(mine));
    return wrong_in(mine, [&](std::size_t i) { return sum_of(begin + i, ranks); });
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t n = argc > 1 ? std::stoull(argv[1]) : (std::size_t{1} << 31) + 5;
  const srl::comm::Session session;
  const Communicator world = session.world();
  // Every rank's buffer, and what MPI allocates for a non-blocking reduction on its root (measured: 0.6 of a
  // buffer).
  const double need = static_cast<double>(n) * sizeof(float) * (world.size() + 0.6) + 1e9,
               there = available_bytes();
  if (need > there) {
    if (world.is_root()) {
      std::fprintf(stderr, "long_buffers needs %.1f GB of memory, but %.1f GB are available\n", need * 1e-9,
                   there * 1e-9);
    }
    return 1;
  }
  Trial trial(world);
  try_texts(trial, world, n);
  try_floats(trial, world, n);
  return trial.failed() ? 1 : 0;
}
