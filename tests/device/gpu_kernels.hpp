#pragma once
// Kernels of this room's tests.
#include "device/span.hpp"
#include "device/stream.hpp"

namespace srl::device::testing {

/// out[i] = begin + i
void count_up(const Stream& stream, Span<float> out, float begin);
/// sum[i] += values[i]
void add(const Stream& stream, Span<const float> values, Span<float> sum);
/// values[i] = value * values[i]
void scale(const Stream& stream, Span<float> values, float value);
/// out[i] = in[i], a block at a time through dynamic shared memory of `shared_bytes`
void copy_through_shared(const Stream& stream, Span<const float> in, Span<float> out,
                         std::size_t shared_bytes);

// With a bug.
/// Reads one element behind the end of `in`.
void add_past_the_end(const Stream& stream, Span<const float> in, Span<float> sum);
/// Reads what the host has.
void add_from(const Stream& stream, const float* host, Span<float> sum);
/// A barrier that only half of the threads reach, in a loop that they leave at different lines.
void wait_for_nobody(const Stream& stream);
/// More threads in a block than there can be.
void too_many_threads(const Stream& stream);

}  // namespace srl::device::testing
