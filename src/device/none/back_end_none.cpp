// The build without GPUs. It refuses to make streams and memory, so the other functions are never reached.
#include "base/error.hpp"
#include "device/back_end/back_end.hpp"
#include "device/launch_check.hpp"

namespace srl::device {
namespace {

[[noreturn]] void refuse() {
  throw EnvironmentError("this program was built without GPUs; use the preset cuda-release");
}

}  // namespace

void refuse_launch() {
  refuse();
}

namespace back_end {

std::string_view name() {
  return "none";
}
std::vector<Gpu> gpus() {
  return {};
}
Driver driver() {
  return {};
}

void make_current(int) {
  refuse();
}

void* make_stream(int) {
  refuse();
}
void destroy_stream(void*) noexcept {}
void wait(void*) {
  refuse();
}
bool done(void*) {
  refuse();
}
bool capturing(void*) {
  refuse();
}

void* make_event(int, bool) {
  refuse();
}
void destroy_event(void*) noexcept {}
void record(void*, void*) {
  refuse();
}
void wait_for(void*, void*) {
  refuse();
}
void wait_on_host(void*) {
  refuse();
}
bool event_done(void*) {
  refuse();
}
double seconds_between(void*, void*) {
  refuse();
}

void* allocate(int, std::size_t, std::size_t) {
  refuse();
}
void release(int, void*) noexcept {}
void* allocate_in_order(int, void*, std::size_t) {
  refuse();
}
void release_in_order(void*, void*) noexcept {}
void* allocate_pinned(int, std::size_t) {
  refuse();
}
void release_pinned(void*) noexcept {}
GpuMemory memory(int) {
  refuse();
}

std::size_t gap_behind_piece() {
  return 0;
}
void piece_taken(std::byte*, std::byte*, std::byte*, const std::string&) {}
void pieces_given_back(void*, std::byte*, std::byte*) {}

void copy(void*, Copy, void*, const void*, std::size_t) {
  refuse();
}
void zero(void*, void*, std::size_t) {
  refuse();
}

void begin_capture(void*) {
  refuse();
}
void* end_capture(void*) {
  refuse();
}
void abandon_capture(void*) noexcept {}
void launch_graph(void*, void*) {
  refuse();
}
void destroy_graph(void*) noexcept {}

bool host_blocks() {
  return false;
}
void host_continues() noexcept {}

}  // namespace back_end
}  // namespace srl::device
