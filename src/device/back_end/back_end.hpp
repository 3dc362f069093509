#pragma once
// The functions of a GPU's runtime behind this room's types. Each back end is a library that defines them:
// none (refuses), cuda and emulated. An executable links one. Only the back end knows what a handle points
// to. EnvironmentError if the runtime refuses.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "device/device.hpp"
#include "device/memory.hpp"

namespace srl::device::back_end {

std::string_view name();  ///< "none", "cuda", "emulated"
std::vector<Gpu> gpus();
/// Versions of CUDA as cudaDriverGetVersion gives them: 13000 is 13.0.
struct Driver {
  int supported = 0;  ///< by the node's driver; 0 without a driver
  int needed = 0;     ///< by this build; 0 in a build without GPUs
  /// Every driver of a major version runs programs of that version (CUDA's minor version compatibility).
  bool suffices() const { return supported / 1000 >= needed / 1000; }
};
Driver driver();
void make_current(int gpu);  ///< for the calling thread

void* make_stream(int gpu);
void destroy_stream(void* stream) noexcept;
void wait(void* stream);
bool done(void* stream);
bool capturing(void* stream);

void* make_event(int gpu, bool timed);
void destroy_event(void* event) noexcept;
void record(void* event, void* stream);
void wait_for(void* stream, void* event);
void wait_on_host(void* event);
bool event_done(void* event);
double seconds_between(void* begin, void* end);

/// allocate: until release. `room` are further bytes for gaps, which do not count as used memory.
/// allocate_in_order: in a stream's order.
void* allocate(int gpu, std::size_t bytes, std::size_t room);
void release(int gpu, void* data) noexcept;
void* allocate_in_order(int gpu, void* stream, std::size_t bytes);
void release_in_order(void* stream, void* data) noexcept;
void* allocate_pinned(int gpu, std::size_t bytes);
void release_pinned(void* data) noexcept;
GpuMemory memory(int gpu);

/// Bytes that must stay free behind each piece of an arena, so that accesses past its end are found.
std::size_t gap_behind_piece();
/// The bytes of the piece from `fresh` to its end were never used before.
void piece_taken(std::byte* begin, std::byte* fresh, std::byte* end, const std::string& name);
/// Takes effect when the stream has done all its current work.
void pieces_given_back(void* stream, std::byte* begin, std::byte* end);

enum class Copy { inside, upload, download, upload_late, download_late };
void copy(void* stream, Copy kind, void* to, const void* from, std::size_t bytes);
void zero(void* stream, void* to, std::size_t bytes);

void begin_capture(void* stream);
void* end_capture(void* stream);
void abandon_capture(void* stream) noexcept;
void launch_graph(void* graph, void* stream);
void destroy_graph(void* graph) noexcept;

/// True if the back end must be told when the host continues.
bool host_blocks();
void host_continues() noexcept;

}  // namespace srl::device::back_end
