#include "device/gpu_kernels.hpp"
#include "device/kernel.hpp"

namespace srl::device::testing {
namespace {

constexpr unsigned threads = 64;

__device__ unsigned place() {
  return blockIdx.x * blockDim.x + threadIdx.x;
}

__global__ void count_up_kernel(float* out, unsigned count, float begin) {
  if (place() < count) { out[place()] = begin + static_cast<float>(place()); }
}
__global__ void add_kernel(const float* values, float* sum, unsigned count) {
  if (place() < count) { sum[place()] += values[place()]; }
}
__global__ void scale_kernel(float* values, unsigned count, float value) {
  if (place() < count) { values[place()] *= value; }
}
__global__ void copy_kernel(const float* in, float* out, unsigned count) {
  float* const tile = dynamic_shared<float>();
  if (place() < count) { tile[threadIdx.x] = in[place()]; }
  __syncthreads();
  const unsigned other = blockIdx.x * blockDim.x + blockDim.x - 1 - threadIdx.x;
  if (other < count) { out[other] = tile[blockDim.x - 1 - threadIdx.x]; }
}
__global__ void add_past_kernel(const float* values, float* sum, unsigned count) {
  if (place() < count) { sum[place()] += values[place() + 1]; }
}
__global__ void wait_kernel() {
  if (threadIdx.x < 16) {
    __syncthreads();
  } else {
    __syncwarp();
  }
}

unsigned count_of(Span<const float> values) {
  return static_cast<unsigned>(values.size());
}

}  // namespace

void count_up(const Stream& stream, Span<float> out, float begin) {
  launch<count_up_kernel>(stream, {blocks_for(out.size(), threads), threads}, out.data(), count_of(out),
                          begin);
}
void add(const Stream& stream, Span<const float> values, Span<float> sum) {
  launch<add_kernel>(stream, {blocks_for(sum.size(), threads), threads}, values.data(), sum.data(),
                     count_of(sum));
}
void scale(const Stream& stream, Span<float> values, float value) {
  launch<scale_kernel>(stream, {blocks_for(values.size(), threads), threads}, values.data(), count_of(values),
                       value);
}
void copy_through_shared(const Stream& stream, Span<const float> in, Span<float> out,
                         std::size_t shared_bytes) {
  launch<copy_kernel>(stream, {blocks_for(out.size(), threads), threads, shared_bytes}, in.data(), out.data(),
                      count_of(out));
}
void add_past_the_end(const Stream& stream, Span<const float> in, Span<float> sum) {
  launch<add_past_kernel>(stream, {blocks_for(sum.size(), threads), threads}, in.data(), sum.data(),
                          count_of(sum));
}
void add_from(const Stream& stream, const float* host, Span<float> sum) {
  launch<add_kernel>(stream, {blocks_for(sum.size(), threads), threads}, host, sum.data(), count_of(sum));
}
void wait_for_nobody(const Stream& stream) {
  launch<wait_kernel>(stream, {1, 32});
}
void too_many_threads(const Stream& stream) {
  launch<wait_kernel>(stream, {1, 1056});
}

}  // namespace srl::device::testing
