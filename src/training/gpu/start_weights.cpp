#include "training/gpu/start_weights.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <span>
#include <vector>

#include "job/progress.hpp"

namespace srl::training {
namespace {

constexpr std::size_t piece_elements = std::size_t{16} << 20;
constexpr double mebibyte = 1 << 20;

}  // namespace

void send_start_weights(const model::Parameters& host, const Sharding& sharding,
                        const comm::Communicator& world, const device::Stream& stream,
                        const model::GpuWeights& weights, device::Span<float> master,
                        const std::function<void()>& tick) {
  weights.clear(stream);
  if (!master.empty()) { device::zero(stream, master); }
  const double all = static_cast<double>(host.elements()) * sizeof(float) / mebibyte;
  job::Progress progress("send the model to all ranks", "MiB", all, world.is_root() && world.size() > 1);
  std::vector<float> buffer(std::min(piece_elements, static_cast<std::size_t>(host.elements())));
  double sent = 0;
  for (const ShardedBucket& bucket : sharding.buckets) {
    const auto count = static_cast<std::size_t>(bucket.flat.count),
               mine = static_cast<std::size_t>(world.rank()) * bucket.part;  // the rank's part, in the bucket
    for (std::size_t at = 0; at < count; at += buffer.size()) {
      const std::span<float> piece(buffer.data(), std::min(buffer.size(), count - at));
      if (world.is_root()) {
        std::ranges::copy_n(host.flat().const_data_ptr<float>() + bucket.flat.offset + at,
                            static_cast<std::ptrdiff_t>(piece.size()), piece.begin());
      }
      world.broadcast(std::as_writable_bytes(piece), 0);
      weights.upload_part(stream, bucket.begin + at, piece);
      const std::size_t from = std::max(mine, at), to = std::min(mine + bucket.part, at + piece.size());
      if (!master.empty() && from < to) {
        device::upload(stream, master.part(bucket.owned + from - mine, to - from),
                       std::span<const float>(piece.subspan(from - at, to - from)));
      }
      sent += static_cast<double>(piece.size_bytes()) / mebibyte;
      progress.update(sent);
      if (tick) { tick(); }
    }
  }
  stream.wait();
}

}  // namespace srl::training
