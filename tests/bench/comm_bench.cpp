// Compares our communicator's all-reduce with a plain MPI_Allreduce on the same buffer, and our non-blocking
// reduction with a plain MPI_Reduce. The two sides run in turn.
//   mpirun -n 2 bench/comm_bench [PAIRS]
#include <mpi.h>

#include "base/strings.hpp"
#include "base/timer.hpp"
#include "bench/pairs.hpp"
#include "comm/communicator.hpp"
#include "comm/pending.hpp"

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::stoi(argv[1]) : 7;
  const srl::comm::Session session;
  const srl::comm::Communicator world = session.world();
  for (const std::size_t bytes : {std::size_t{4096}, std::size_t{1} << 20, std::size_t{64} << 20}) {
    std::vector<float> values(bytes / sizeof(float), 0.0F);  // sums and maxima of zeros stay zero
    const std::size_t rounds = std::clamp<std::size_t>((std::size_t{128} << 20) / bytes, 2, 2000);
    const auto rate = [&](const auto& reduce) {  // MB/s of the buffer on the slowest rank
      world.barrier();
      const srl::Timer timer;
      for (std::size_t i = 0; i < rounds; ++i) { reduce(); }
      return static_cast<double>(bytes * rounds) * 1e-6 /
             world.all_reduce(timer.seconds(), srl::comm::Reduce::max);
    };
    const auto compare = [&](const std::string& name, const std::string& other, const auto& ours,
                             const auto& plain) {
      rate(ours), rate(plain);  // the first calls set up connections
      srl::bench::Pairs result;
      for (int i = 0; i < pairs; ++i) {
        if (i % 2 == 0) {
          result.ours.push_back(rate(ours));
          result.theirs.push_back(rate(plain));
        } else {
          result.theirs.push_back(rate(plain));
          result.ours.push_back(rate(ours));
        }
      }
      if (world.is_root()) {
        result.print(srl::cat(name, " of ", srl::human_bytes(static_cast<double>(bytes)), " over ",
                              world.size(), " ranks"),
                     other, "MB/s");
      }
    };
    const auto ours = [&] { world.all_reduce(std::span(values), srl::comm::Reduce::max); };
    const auto plain = [&] {
      MPI_Allreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()), MPI_FLOAT, MPI_MAX,
                    MPI_COMM_WORLD);
    };
    compare("all-reduce", "MPI_Allreduce", ours, plain);
    const auto started = [&] { srl::comm::start_reduce(world, std::span(values), 0).wait(); };
    const auto reduce = [&] {
      MPI_Reduce(world.is_root() ? MPI_IN_PLACE : values.data(), values.data(),
                 static_cast<int>(values.size()), MPI_FLOAT, MPI_SUM, 0, MPI_COMM_WORLD);
    };
    compare("started reduction", "MPI_Reduce", started, reduce);
  }
  return 0;
}
