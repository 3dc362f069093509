// What FlashAttention needs, and whether a call has it.
#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "compute/gpu/flash/back_end.hpp"

namespace srl::compute {
namespace {

using device::Bf16;

/// Sequences that the planned memory allows for: one per so many tokens.
constexpr std::int64_t tokens_per_sequence = 32;
/// Multiprocessors that the plan allows for, made before there is a GPU.
constexpr std::int64_t planned_processors = 160;
/// For small arrays, and for ends of pieces.
constexpr std::int64_t spare = 1 << 20;

struct Sizes {
  std::int64_t queries = 0, keys = 0, sequences = 0;
};

std::int64_t forward_bytes(const Sizes& of, const AttentionShape& shape) {
  return spare + of.queries * shape.heads * (2 * shape.head_dim + 4);
}

/// The arrays that mha_varlen_bwd of ATen's flash_api.cpp allocates: the gradients, those of keys and values
/// once more per head of queries, row sums, and fp32 sums of dq. In the deterministic mode these sums are as
/// many as blocks of keys run at once: multiprocessors / (sequences * heads).
std::int64_t backward_bytes(const Sizes& of, const AttentionShape& shape, std::int64_t processors) {
  const std::int64_t padded_dim = (shape.head_dim + 31) / 32 * 32, columns = shape.heads * shape.head_dim,
                     rows = of.queries + 128 * of.sequences, blocks = of.sequences * shape.heads,
                     sums = (processors + blocks - 1) / blocks,
                     gradients = 2 * of.queries * columns + 4 * of.keys * shape.kv_heads * shape.head_dim,
                     per_head = shape.heads == shape.kv_heads ? 0 : 4 * of.keys * columns;
  return spare + gradients + per_head + 4 * shape.heads * (of.queries + rows) +
         4 * sums * rows * shape.heads * padded_dim;
}

template <class T>
std::int64_t bytes_of_copy(const GpuRows<T>& matrix) {
  return matrix.view.stride == matrix.view.width
             ? 0
             : matrix.view.rows * matrix.view.width * std::int64_t{sizeof(T)};
}

AttentionShape shape_of(const GpuQkv& qkv, std::int64_t heads) {
  const std::int64_t head_dim = heads > 0 ? qkv.queries.view.width / heads : 0,
                     kv_heads = head_dim > 0 ? qkv.keys.view.width / head_dim : 0;
  check_same_shape(qkv.keys, qkv.values);
  if (kv_heads < 1 || heads % kv_heads != 0 || qkv.queries.view.width != heads * head_dim ||
      qkv.keys.view.width != kv_heads * head_dim || head_dim % 8 != 0 || head_dim > 128) {
    throw Bug(cat("FlashAttention: ", heads, " heads in queries of ", qkv.queries.view.width, " and keys of ",
                  qkv.keys.view.width));
  }
  return {heads, kv_heads, head_dim};
}

Sizes sizes_of(const GpuQkv& qkv, const GpuSequences& sequences) {
  if (sequences.first_query.size() < 2 || sequences.first_key.size() != sequences.first_query.size()) {
    throw Bug("FlashAttention without sequences");
  }
  return {qkv.queries.view.rows, qkv.keys.view.rows,
          static_cast<std::int64_t>(sequences.first_query.size()) - 1};
}

/// An empty side is left to our own kernel, which writes zeros.
bool fits(const Sizes& sizes, std::int64_t bytes, device::Span<std::byte> memory) {
  return sizes.queries > 0 && sizes.keys > 0 && bytes <= static_cast<std::int64_t>(memory.size());
}

}  // namespace

std::size_t FlashAttention::memory(std::int64_t tokens, const AttentionShape& shape, bool backward) {
  Sizes sizes{tokens, tokens, 0};
  std::int64_t most = forward_bytes(sizes, shape);
  const std::int64_t most_sequences = std::max(std::int64_t{1}, tokens / tokens_per_sequence);
  for (sizes.sequences = 1; backward && sizes.sequences <= most_sequences; ++sizes.sequences) {
    most = std::max(most, backward_bytes(sizes, shape, planned_processors));
  }
  return static_cast<std::size_t>(most);
}

FlashAttention::FlashAttention(const device::Device& device, device::Span<std::byte> memory)
    : memory_(memory), processors_(flash::processors(device)) {}

bool FlashAttention::forward(const device::Stream& stream, const GpuQkv& qkv, const GpuSequences& sequences,
                             const GpuRows<Bf16>& out, const GpuRows<float>& lse) const {
  const AttentionShape shape = shape_of(qkv, lse.view.width);
  const Sizes sizes = sizes_of(qkv, sequences);
  check_same_shape(qkv.queries, out);
  if (lse.view.rows != sizes.queries) { throw Bug("FlashAttention: rows of lse"); }
  if (!fits(sizes, forward_bytes(sizes, shape), memory_)) { return false; }
  flash::forward(stream, memory_, shape, qkv, sequences, out, lse);
  return true;
}

bool FlashAttention::backward(const device::Stream& stream, const GpuRows<const Bf16>& dout,
                              const GpuQkv& qkv, const GpuSequences& sequences,
                              const GpuRows<const Bf16>& out, const GpuRows<const float>& lse,
                              const GpuQkvGradient& gradient) const {
  const AttentionShape shape = shape_of(qkv, lse.view.width);
  const Sizes sizes = sizes_of(qkv, sequences);
  check_same_shape(qkv.queries, out);
  check_same_shape(qkv.queries, dout);
  check_same_shape(qkv.queries, gradient.queries);
  check_same_shape(qkv.keys, gradient.keys);
  check_same_shape(qkv.values, gradient.values);
  if (lse.view.rows != sizes.queries) { throw Bug("FlashAttention: rows of lse"); }
  const std::int64_t copies = bytes_of_copy(dout) + bytes_of_copy(out);
  if (!fits(sizes, copies + backward_bytes(sizes, shape, processors_), memory_)) { return false; }
  flash::backward(stream, memory_, shape, dout, qkv, sequences, out, lse, gradient);
  return true;
}

}  // namespace srl::compute
