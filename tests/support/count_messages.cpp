// A preload library that counts the bytes that MPI's collectives make a rank send, as rings would: all-gather
// and reduce-scatter (here: one reduction per owner) of n bytes send n (R - 1) / R on average over the ranks,
// a broadcast the same, an all-reduce twice that. At its end each process writes a line on stderr:
// "[messages] reduced N gathered N broadcast N". Only calls of at least COUNT_FROM bytes count (default 0),
// so that large arrays can be told from headers. Usage: LD_PRELOAD=libcount_messages.so JOB …
#include <mpi.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

std::atomic<long long> reduced = 0, gathered = 0, broadcast = 0;

long long smallest() {
  const char* from = std::getenv("COUNT_FROM");
  return from != nullptr ? std::atoll(from) : 0;
}

long long bytes_of(long long count, MPI_Datatype type) {
  int size = 0;
  PMPI_Type_size(type, &size);
  return count * size;
}

/// Adds the part that a rank sends of `bytes`, on average over the ranks.
void add(std::atomic<long long>& sum, long long bytes, MPI_Comm comm) {
  int ranks = 1;
  PMPI_Comm_size(comm, &ranks);
  sum += bytes * (ranks - 1) / ranks;
}

long long total(const int* counts, MPI_Comm comm) {
  int ranks = 1;
  PMPI_Comm_size(comm, &ranks);
  long long sum = 0;
  for (int rank = 0; rank < ranks; ++rank) { sum += counts[rank]; }
  return sum;
}

struct Report {
  ~Report() {
    std::fprintf(stderr, "[messages] reduced %lld gathered %lld broadcast %lld\n", reduced.load(),
                 gathered.load(), broadcast.load());
  }
} report;

}  // namespace

extern "C" {

int MPI_Ireduce(const void* from, void* to, int count, MPI_Datatype type, MPI_Op op, int root, MPI_Comm comm,
                MPI_Request* request) {
  add(reduced, bytes_of(count, type), comm);
  return PMPI_Ireduce(from, to, count, type, op, root, comm, request);
}
int MPI_Allgatherv(const void* from, int sent, MPI_Datatype from_type, void* to, const int* counts,
                   const int* places, MPI_Datatype type, MPI_Comm comm) {
  const long long bytes = bytes_of(total(counts, comm), type);
  if (bytes >= smallest()) { add(gathered, bytes, comm); }
  return PMPI_Allgatherv(from, sent, from_type, to, counts, places, type, comm);
}
int MPI_Bcast(void* data, int count, MPI_Datatype type, int root, MPI_Comm comm) {
  if (const long long bytes = bytes_of(count, type); bytes >= smallest()) { add(broadcast, bytes, comm); }
  return PMPI_Bcast(data, count, type, root, comm);
}

}  // extern "C"
