# LibTorch from its PyPI wheel in .deps (env/setup.sh installs it) or from SRL_TORCH_ROOT. The wheel's own CMake files
# require a complete CUDA toolkit. A CPU build needs only libtorch_cpu and libc10, which load only cudart and cupti.
file(GLOB srl_torch_found ${CMAKE_SOURCE_DIR}/.deps/venv/lib/python3*/site-packages/torch)
set(SRL_TORCH_ROOT "${srl_torch_found}" CACHE PATH "Folder of the torch 2.11 package")
if(NOT EXISTS "${SRL_TORCH_ROOT}/lib/libtorch_cpu.so")
  message(FATAL_ERROR "LibTorch not found in '${SRL_TORCH_ROOT}': run env/setup.sh, or set SRL_TORCH_ROOT or SRL_WITH_TORCH=OFF")
endif()
add_library(srl_torch INTERFACE)
target_include_directories(srl_torch SYSTEM INTERFACE
  ${SRL_TORCH_ROOT}/include ${SRL_TORCH_ROOT}/include/torch/csrc/api/include)
target_compile_definitions(srl_torch INTERFACE _GLIBCXX_USE_CXX11_ABI=1)
target_link_libraries(srl_torch INTERFACE ${SRL_TORCH_ROOT}/lib/libtorch_cpu.so ${SRL_TORCH_ROOT}/lib/libc10.so)
# The CUDA runtime from the wheels next to torch, or from the toolkit.
foreach(folder ${SRL_TORCH_ROOT}/../nvidia/cu13/lib /usr/local/cuda/lib64 $ENV{CUDA_HOME}/lib64 /usr/local/cuda/extras/CUPTI/lib64)
  if(EXISTS ${folder})
    target_link_options(srl_torch INTERFACE -Wl,-rpath,${folder} -Wl,-rpath-link,${folder})
  endif()
endforeach()
if(SRL_DEVICE STREQUAL "cuda")
  target_link_options(srl_torch INTERFACE -Wl,--no-as-needed)
  target_link_libraries(srl_torch INTERFACE ${SRL_TORCH_ROOT}/lib/libtorch.so ${SRL_TORCH_ROOT}/lib/libtorch_cuda.so
    ${SRL_TORCH_ROOT}/lib/libc10_cuda.so)
endif()

# One precompiled header for all rooms that include LibTorch: 50 s once instead of 10-20 s per file.
file(WRITE ${CMAKE_BINARY_DIR}/torch_pch.cpp "// Source file for the precompiled header that the LibTorch rooms share.\n")
add_library(srl_torch_pch OBJECT ${CMAKE_BINARY_DIR}/torch_pch.cpp)
target_link_libraries(srl_torch_pch PRIVATE srl_torch srl_compile)
target_precompile_headers(srl_torch_pch PRIVATE <ATen/ATen.h>)

# Products with packed weights (src/rollout/decode/packed_weight.hpp) are functions of MKL, which LibTorch for x86-64 exports.
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES ${SRL_TORCH_ROOT}/lib/libtorch_cpu.so)
set(CMAKE_REQUIRED_LINK_OPTIONS -Wl,--unresolved-symbols=ignore-in-shared-libs)
check_cxx_source_compiles("extern \"C\" void cblas_sgemm_pack(); extern \"C\" void cblas_sgemm_compute();
extern \"C\" void cblas_sgemm_pack_get_size(); int main() { cblas_sgemm_pack(); cblas_sgemm_compute(); cblas_sgemm_pack_get_size(); }"
  SRL_TORCH_PACKS)
unset(CMAKE_REQUIRED_LIBRARIES)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
if(SRL_TORCH_PACKS)
  target_compile_definitions(srl_torch INTERFACE SRL_TORCH_PACKS)
endif()
