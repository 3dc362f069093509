#include "device/device.hpp"

#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "base/strings.hpp"

#ifdef SRL_WITH_CUDA
#include <cuda_runtime_api.h>
#endif

namespace srl::device {
namespace {

#ifdef SRL_WITH_CUDA
constexpr bool built_with_cuda = true;
#else
constexpr bool built_with_cuda = false;
#endif

}  // namespace

void DeviceOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("device", device, "where the model lives; auto = a GPU when there is one", config::Choices{{"auto", "cpu"}, {"cuda"}});
  v.option("dtype", dtype, "of weights and activations; auto = fp32 on a CPU, bf16 on a GPU; fp64 only with replayed rollouts",
           config::Choices{{"auto", "fp32", "fp64"}, {"bf16"}});
}

std::string Device::name() const { return kind == Kind::cpu ? "cpu" : cat("cuda:", index); }

int gpu_count() {
#ifdef SRL_WITH_CUDA
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
#else
  return 0;
#endif
}

Device choose(const DeviceOptions& options, int local_rank, int ranks_on_node) {
  if (options.device == "cpu") return {};
  if (options.device == "cuda" && !built_with_cuda) throw BadOption("device = cuda: this build has no CUDA; use the preset cuda-release");
  const int gpus = gpu_count();
  if (gpus == 0) {
    if (options.device == "cuda") throw BadOption("device = cuda: this node shows no GPU (driver? CUDA_VISIBLE_DEVICES?)");
    return {};
  }
  if (ranks_on_node > gpus) {
    throw BadOption(cat("device: ", ranks_on_node, " ranks on a node with ", gpus, " GPUs; one rank drives one GPU"));
  }
  return {Kind::cuda, local_rank};
}

MemoryFigures process_memory() {
  MemoryFigures figures;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kilobytes = 0;
    words >> name >> kilobytes;
    if (name == "VmRSS:") figures.resident = kilobytes * 1024;
    if (name == "VmHWM:") figures.peak = kilobytes * 1024;
  }
  return figures;
}

}  // namespace srl::device
