// Compares HDF5 files of all ranks with `dd` of all ranks on the same disk, in turn. Both write the same
// bytes from memory into a new file and wait for the disk (fsync). Our side also computes checksums. Before
// reading, the file's pages are dropped from the page cache. Our side reads into a buffer that exists (as dd
// does), and into a new vector, for which the system must first provide memory. It also checks the checksum.
//   mpirun -n 2 bench/store_bench FOLDER [MEGABYTES PER RANK] [PAIRS]
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/error.hpp"
#include "base/not_copied.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "bench/pairs.hpp"
#include "comm/communicator.hpp"
#include "store/hdf5.hpp"

namespace {

namespace fs = std::filesystem;

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) { throw srl::EnvironmentError("failed: " + command); }
}

/// Waits until the disk has finished with removed files, so that this work is not measured.
void finish_disk_work(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ::syncfs(descriptor);
  ::close(descriptor);
}

void forget_cached(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  ::close(descriptor);
}

/// Noise that no file system can compress: the same in every run, different on every rank.
std::vector<std::uint64_t> noise_of(int rank, std::size_t megabytes) {
  std::vector<std::uint64_t> noise(megabytes * 1000 * 1000 / sizeof(std::uint64_t));
  for (std::size_t i = 0; i < noise.size(); ++i) {
    noise[i] = (i + rank * noise.size()) * 0x9E3779B97F4A7C15ULL ^ (i >> 7);
  }
  return noise;
}

class Bench : srl::NotCopied {
 public:
  Bench(const srl::comm::Communicator& world, const fs::path& folder, std::size_t megabytes)
      : world_(world),
        folder_(folder),
        megabytes_(megabytes),
        noise_(noise_of(world.rank(), megabytes)),
        back_(noise_.size(), 1) {
    const std::string name = srl::cat("srl_store_bench_", ::getpid());
    source_ = fs::path("/dev/shm") / name;  // dd reads the noise from memory, as our side does
    plain_ = folder / (name + ".dd");
    hdf5_ = folder / (name + ".h5");
    std::ofstream(source_, std::ios::binary)
        .write(reinterpret_cast<const char*>(noise_.data()), noise_.size() * sizeof noise_[0]);
  }
  ~Bench() {
    for (const fs::path& file : {source_, plain_, hdf5_}) { fs::remove(file); }
  }

  /// Writes and reads once with each side.
  void round(bool ours_first) {
    fs::remove(plain_);
    fs::remove(hdf5_);
    world_.barrier();
    finish_disk_work(folder_);
    const auto read_plain = [&] {
      shell(srl::cat("dd if=", plain_.string(), " of=/dev/null bs=1M status=none"));
    };
    pair(
        write_, ours_first, [&] { write_hdf5(); },
        [&] {
          shell(
              srl::cat("dd if=", source_.string(), " of=", plain_.string(), " bs=1M conv=fsync status=none"));
        });
    forget_both();
    pair(
        read_, ours_first, [&] { srl::store::Reader(hdf5_).slice<std::uint64_t>("/noise", 0, back_); },
        read_plain);
    forget_both();
    std::vector<std::uint64_t> fresh;
    pair(
        fresh_read_, ours_first, [&] { fresh = srl::store::Reader(hdf5_).dataset<std::uint64_t>("/noise"); },
        read_plain);
    if (back_ != noise_ || fresh != noise_) {
      throw srl::Error("store_bench: the numbers read are not those that were written");
    }
    std::fill(back_.begin(), back_.end(), 1);
  }

  void print() {
    if (!world_.is_root()) { return; }
    const std::string what = srl::cat(" ", megabytes_, " MB per rank, ", world_.size(), " ranks");
    write_.print("HDF5 write," + what, "dd", "MB/s");
    read_.print("HDF5 read," + what, "dd", "MB/s");
    fresh_read_.print("HDF5 read into new memory," + what, "dd", "MB/s");
  }

 private:
  void write_hdf5() {
    srl::store::Writer writer(hdf5_);
    writer.dataset("/noise", noise_);
    writer.close();
  }
  void forget_both() {
    forget_cached(plain_);
    forget_cached(hdf5_);
  }
  template <class Work>
  double rate(const Work& work) {  // MB/s of all ranks together, from the time of the slowest rank
    world_.barrier();
    const srl::Timer timer;
    work();
    return 1.0 * megabytes_ * world_.size() / world_.all_reduce(timer.seconds(), srl::comm::Reduce::max);
  }
  template <class Ours, class Theirs>
  void pair(srl::bench::Pairs& pairs, bool ours_first, const Ours& ours, const Theirs& theirs) {
    if (ours_first) { pairs.ours.push_back(rate(ours)); }
    pairs.theirs.push_back(rate(theirs));
    if (!ours_first) { pairs.ours.push_back(rate(ours)); }
  }

  const srl::comm::Communicator& world_;
  fs::path folder_, source_, plain_, hdf5_;
  std::size_t megabytes_;
  std::vector<std::uint64_t> noise_, back_;
  srl::bench::Pairs write_, read_, fresh_read_;
};

}  // namespace

int main(int argc, char** argv) {
  const fs::path folder = argc > 1 ? argv[1] : ".";
  const std::size_t megabytes = argc > 2 ? std::stoul(argv[2]) : 200;
  const int pairs = argc > 3 ? std::stoi(argv[3]) : 5;
  const srl::comm::Session session;
  const srl::comm::Communicator world = session.world();
  Bench bench(world, folder, megabytes);
  for (int i = 0; i < pairs; ++i) { bench.round(i % 2 == 0); }
  bench.print();
  return 0;
}
