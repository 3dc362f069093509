// HDF5 files of all ranks beside `dd` of all ranks on the same disk, in turn. Both write the same bytes from
// memory into a new file and wait for the disk (fsync); ours computes checksums on top. Reading: after the
// pages were dropped from memory, into memory that is there (dd too has its buffer before it begins to read),
// or into a new vector, which the system must first hand over; the checksum is compared.
//   mpirun -n 2 bench/store_bench FOLDER [MEGABYTES A RANK] [PAIRS]
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/error.hpp"
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

/// So that the disk is not still busy with removed files when the clock runs.
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

}  // namespace

int main(int argc, char** argv) {
  const fs::path folder = argc > 1 ? argv[1] : ".";
  const std::size_t megabytes = argc > 2 ? std::stoul(argv[2]) : 200;
  const int pairs = argc > 3 ? std::stoi(argv[3]) : 5;
  const srl::comm::Session session;
  const srl::comm::Communicator world = session.world();
  // Noise, so that no file system makes it smaller; dd takes it from memory (a file in /dev/shm), we from a
  // vector.
  std::vector<std::uint64_t> noise(megabytes * 1000 * 1000 / sizeof(std::uint64_t));
  for (std::size_t i = 0; i < noise.size(); ++i) {
    noise[i] = (i + static_cast<std::size_t>(world.rank()) * noise.size()) * 0x9E3779B97F4A7C15ULL ^ (i >> 7);
  }
  const std::string name = srl::cat("srl_store_bench_", ::getpid());
  const fs::path source = fs::path("/dev/shm") / name, plain = folder / (name + ".dd"),
                 hdf5 = folder / (name + ".h5");
  std::ofstream(source, std::ios::binary)
      .write(reinterpret_cast<const char*>(noise.data()),
             static_cast<std::streamsize>(noise.size() * sizeof noise[0]));

  const auto rate = [&](const auto& work) {  // MB/s of all ranks together, by the slowest
    world.barrier();
    const srl::Timer timer;
    work();
    return static_cast<double>(megabytes) * world.size() /
           world.all_reduce(timer.seconds(), srl::comm::Reduce::max);
  };
  const auto dd_write = [&] {
    shell(srl::cat("dd if=", source.string(), " of=", plain.string(), " bs=1M conv=fsync status=none"));
  };
  const auto our_write = [&] {
    srl::store::Writer writer(hdf5);
    writer.dataset("/noise", noise);
    writer.close();
  };
  const auto dd_read = [&] { shell(srl::cat("dd if=", plain.string(), " of=/dev/null bs=1M status=none")); };
  std::vector<std::uint64_t> back(noise.size(), 1);
  const auto our_read = [&] { srl::store::Reader(hdf5).slice<std::uint64_t>("/noise", 0, back); };
  std::vector<std::uint64_t> fresh;
  const auto our_fresh_read = [&] { fresh = srl::store::Reader(hdf5).dataset<std::uint64_t>("/noise"); };

  srl::bench::Pairs write, read, fresh_read;
  for (int i = 0; i < pairs; ++i) {
    fs::remove(plain);
    fs::remove(hdf5);
    world.barrier();
    finish_disk_work(folder);
    const auto pair = [&](srl::bench::Pairs& pairs_of, const auto& ours, const auto& theirs) {
      if (i % 2 == 0) { pairs_of.ours.push_back(rate(ours)); }
      pairs_of.theirs.push_back(rate(theirs));
      if (i % 2 != 0) { pairs_of.ours.push_back(rate(ours)); }
    };
    pair(write, our_write, dd_write);
    for (srl::bench::Pairs* reading : {&read, &fresh_read}) {
      forget_cached(plain);
      forget_cached(hdf5);
      if (reading == &read) {
        pair(read, our_read, dd_read);
      } else {
        pair(fresh_read, our_fresh_read, dd_read);
      }
    }
    if (back != noise || fresh != noise) { throw srl::Error("read back other numbers than were written"); }
    std::fill(back.begin(), back.end(), 1);
    fresh = {};
  }
  for (const fs::path& file : {source, plain, hdf5}) { fs::remove(file); }
  if (world.is_root()) {
    const std::string what = srl::cat(" ", megabytes, " MB a rank, ", world.size(), " ranks");
    write.print("HDF5 write," + what, "dd", "MB/s");
    read.print("HDF5 read," + what, "dd", "MB/s");
    fresh_read.print("HDF5 read into new memory," + what, "dd", "MB/s");
  }
  return 0;
}
