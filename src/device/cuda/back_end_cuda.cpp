// CUDA's runtime behind this room's types: devices, streams, events, graphs.
#include <array>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/back_end/back_end.hpp"
#include "device/cuda/check.hpp"

namespace srl::device::back_end {
namespace {

cudaStream_t as_stream(void* handle) {
  return static_cast<cudaStream_t>(handle);
}
cudaEvent_t as_event(void* handle) {
  return static_cast<cudaEvent_t>(handle);
}
cudaGraphExec_t as_graph(void* handle) {
  return static_cast<cudaGraphExec_t>(handle);
}

/// False where work is still to do.
bool ready(cudaError_t result, std::string_view doing) {
  if (result != cudaErrorNotReady) { check(result, doing); }
  return result == cudaSuccess;
}

}  // namespace

std::string_view name() {
  return "cuda";
}

std::vector<Gpu> gpus() {
  std::vector<Gpu> found;
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) {
    cudaGetLastError();
    return found;  // no driver, one that is too old, or nothing visible
  }
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties{};
    std::array<char, 32> bus{};
    check(cudaGetDeviceProperties(&properties, i), cat("asking GPU ", i));
    check(cudaDeviceGetPCIBusId(bus.data(), static_cast<int>(bus.size()), i), cat("asking GPU ", i));
    found.push_back({bus.data(), properties.name, properties.totalGlobalMem});
  }
  return found;
}

Driver driver() {
  Driver found{0, CUDART_VERSION};
  if (cudaDriverGetVersion(&found.supported) != cudaSuccess) {
    cudaGetLastError();
    found.supported = 0;
  }
  return found;
}

void make_current(int gpu) {
  check(cudaSetDevice(gpu), cat("choosing GPU ", gpu));
}

void* make_stream(int gpu) {
  make_current(gpu);
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
  return stream;
}
void destroy_stream(void* stream) noexcept {
  cudaStreamDestroy(as_stream(stream));
}
void wait(void* stream) {
  check(cudaStreamSynchronize(as_stream(stream)), "waiting for a stream");
}
bool done(void* stream) {
  return ready(cudaStreamQuery(as_stream(stream)), "asking a stream");
}
bool capturing(void* stream) {
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
  check(cudaStreamIsCapturing(as_stream(stream), &status), "asking a stream");
  return status != cudaStreamCaptureStatusNone;
}

void* make_event(int gpu, bool timed) {
  make_current(gpu);
  cudaEvent_t event = nullptr;
  check(cudaEventCreateWithFlags(&event, timed ? cudaEventDefault : cudaEventDisableTiming),
        "making an event");
  return event;
}
void destroy_event(void* event) noexcept {
  cudaEventDestroy(as_event(event));
}
void record(void* event, void* stream) {
  check(cudaEventRecord(as_event(event), as_stream(stream)), "recording an event");
}
void wait_for(void* stream, void* event) {
  check(cudaStreamWaitEvent(as_stream(stream), as_event(event), 0), "waiting for an event");
}
void wait_on_host(void* event) {
  check(cudaEventSynchronize(as_event(event)), "waiting for an event");
}
bool event_done(void* event) {
  return ready(cudaEventQuery(as_event(event)), "asking an event");
}
double seconds_between(void* begin, void* end) {
  float milliseconds = 0;
  check(cudaEventElapsedTime(&milliseconds, as_event(begin), as_event(end)), "taking the time");
  return static_cast<double>(milliseconds) * 1e-3;
}

void begin_capture(void* stream) {
  check(cudaStreamBeginCapture(as_stream(stream), cudaStreamCaptureModeThreadLocal), "beginning a graph");
}
void* end_capture(void* stream) {
  cudaGraph_t graph = nullptr;
  check(cudaStreamEndCapture(as_stream(stream), &graph), "ending a graph");
  cudaGraphExec_t executable = nullptr;
  const cudaError_t result = cudaGraphInstantiate(&executable, graph, 0);
  cudaGraphDestroy(graph);
  check(result, "making a graph");
  return executable;
}
void abandon_capture(void* stream) noexcept {
  cudaGraph_t graph = nullptr;
  cudaStreamEndCapture(as_stream(stream), &graph);
  if (graph != nullptr) { cudaGraphDestroy(graph); }
  cudaGetLastError();
}
void launch_graph(void* graph, void* stream) {
  check(cudaGraphLaunch(as_graph(graph), as_stream(stream)), "launching a graph");
}
void destroy_graph(void* graph) noexcept {
  cudaGraphExecDestroy(as_graph(graph));
}

// A GPU works on by itself.
bool host_blocks() {
  return false;
}
void host_continues() noexcept {}

}  // namespace srl::device::back_end
