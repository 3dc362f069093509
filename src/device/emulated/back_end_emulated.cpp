// The emulated GPUs behind this room's types.
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/back_end/back_end.hpp"
#include "device/emulated/runtime.hpp"
#include "device/launch.hpp"
#include "emulator/memory_map.hpp"

namespace srl::device {

using emulated::EventState;
using emulated::Item;
using emulated::Runtime;
using emulated::runtime;
using emulated::StreamState;

namespace {

StreamState& as_stream(void* handle) {
  return *static_cast<StreamState*>(handle);
}
const std::shared_ptr<EventState>& as_event(void* handle) {
  return *static_cast<std::shared_ptr<EventState>*>(handle);
}
using Nodes = std::vector<std::function<void()>>;

/// What the emulator finds in a kernel is our mistake.
template <class Run>
void as_our_error(const Run& run) {
  try {
    run();
  } catch (const emulator::Fault& fault) { throw Bug(cat("emulated GPU: ", fault.what())); }
}

/// Poison, and no longer to be touched by kernels.
void forbid(std::byte* begin, std::size_t bytes) {
  emulator::open_memory(begin, bytes);
  std::memset(begin, emulated::poison_byte, bytes);
  emulator::forbid_memory(begin, bytes);
}

}  // namespace

void put_in(const Stream& stream, emulator::PreparedLaunch launch) {
  as_our_error([&] { launch.check(); });
  runtime().put_work(as_stream(stream.handle()), [launch = std::move(launch)] {
    ++runtime().counted.kernels;
    as_our_error([&] { launch.run(runtime().settings().seed == 0 ? 0 : runtime().random_word() | 1); });
  });
}

namespace emulated {

void set_order(Order order, std::uint64_t seed) {
  runtime().set_order(order, seed);
}
void put_in(const Stream& stream, std::function<void()> work) {
  runtime().put_work(as_stream(stream.handle()), std::move(work));
}
void put_in_polled(const Stream& stream, std::function<bool()> work) {
  ++runtime().counted.collectives;
  runtime().put(as_stream(stream.handle()), Item{.poll = std::move(work)});
}
void reset() {
  runtime().reset();
}
Figures figures() {
  return runtime().counted;
}

}  // namespace emulated

namespace back_end {

std::string_view name() {
  return "emulated";
}
Driver driver() {
  return {runtime().settings().driver, emulated::needed_driver};
}
std::vector<Gpu> gpus() {
  std::vector<Gpu> found;
  if (!driver().suffices()) { return found; }
  for (int gpu = 0; gpu < runtime().settings().gpus; ++gpu) {
    found.push_back({cat("emulated:", gpu), "emulated GPU", runtime().settings().memory});
  }
  return found;
}

void make_current(int) {}

void* make_stream(int gpu) {
  return runtime().make_stream(gpu);
}
void destroy_stream(void* stream) noexcept {
  runtime().abandon(&as_stream(stream));
}
void wait(void* stream) {
  runtime().wait(as_stream(stream));
}
bool done(void* stream) {
  return runtime().seen_done([&] { return as_stream(stream).items.empty(); });
}
bool capturing(void* stream) {
  return as_stream(stream).capture.has_value();
}

void* make_event(int, bool) {
  return new std::shared_ptr<EventState>(std::make_shared<EventState>());
}
void destroy_event(void* event) noexcept {
  delete static_cast<std::shared_ptr<EventState>*>(event);
}
void record(void* event, void* stream) {
  const auto& state = as_event(event);
  state->stream = as_stream(stream).weak_from_this();
  const std::uint64_t mark = ++state->recorded;
  runtime().put(as_stream(stream), Item{.record = state, .mark = mark});
}
void wait_for(void* stream, void* event) {
  const auto& state = as_event(event);
  runtime().put(as_stream(stream), Item{.wait_for = state, .mark = state->recorded});
}
void wait_on_host(void* event) {
  runtime().wait(*as_event(event));
}
bool event_done(void* event) {
  const EventState& state = *as_event(event);
  return runtime().seen_done([&] { return state.done >= state.recorded; });
}
double seconds_between(void* begin, void* end) {
  return as_event(end)->seconds - as_event(begin)->seconds;
}

void* allocate(int gpu, std::size_t bytes, std::size_t room) {
  return runtime().take(gpu, bytes, room, "");
}
void release(int gpu, void* data) noexcept {
  runtime().release(gpu, static_cast<std::byte*>(data));
}
void* allocate_in_order(int gpu, void*, std::size_t bytes) {
  return runtime().take(gpu, bytes, bytes, "a buffer");
}
void release_in_order(void* stream, void* data) noexcept {
  StreamState& state = as_stream(stream);
  runtime().release_in_order(state, static_cast<std::byte*>(data));
}
void* allocate_pinned(int, std::size_t bytes) {
  void* const data = ::operator new(bytes, std::align_val_t{64});
  std::memset(data, emulated::poison_byte, bytes);
  return data;
}
void release_pinned(void* data) noexcept {
  if (runtime().finish_quietly()) { ::operator delete(data, std::align_val_t{64}); }
}
GpuMemory memory(int gpu) {
  return runtime().memory(gpu).figures();
}

std::size_t gap_behind_piece() {
  return emulated::gap;
}
void piece_taken(std::byte* begin, std::byte* fresh, std::byte* end, const std::string& name) {
  const Runtime::Open open(runtime());
  emulator::open_memory(begin, static_cast<std::size_t>(end - begin) + emulated::gap);
  std::memset(fresh, emulated::poison_byte, static_cast<std::size_t>(end - fresh) + emulated::gap);
  emulator::forbid_memory(end, emulated::gap);
  emulator::allow_memory(begin, static_cast<std::size_t>(end - begin), name);
}
void pieces_given_back(void* stream, std::byte* begin, std::byte* end) {
  wait(stream);
  const Runtime::Open open(runtime());
  forbid(begin, static_cast<std::size_t>(end - begin));
}

void copy(void* stream, Copy kind, void* to, const void* from, std::size_t bytes) {
  StreamState& state = as_stream(stream);
  ++runtime().counted.copies;
  if (kind == Copy::upload) {  // the host may write to its memory from now on
    const auto* const begin = static_cast<const std::byte*>(from);
    runtime().put_work(state, [to, host = std::vector<std::byte>(begin, begin + bytes)] {
      std::memcpy(to, host.data(), host.size());
    });
    return;
  }
  // What is on its way to the host is nothing until it is there.
  if (kind == Copy::download_late) { std::memset(to, emulated::poison_byte, bytes); }
  runtime().put_work(state, [to, from, bytes] { std::memmove(to, from, bytes); });
  if (kind == Copy::download) { wait(stream); }
}
void zero(void* stream, void* to, std::size_t bytes) {
  runtime().put_work(as_stream(stream), [to, bytes] { std::memset(to, 0, bytes); });
}

void begin_capture(void* stream) {
  StreamState& state = as_stream(stream);
  if (state.capture) { throw Bug("a graph is captured while a graph is captured"); }
  state.capture.emplace();
}
void* end_capture(void* stream) {
  return new Nodes(*std::exchange(as_stream(stream).capture, std::nullopt));
}
void abandon_capture(void* stream) noexcept {
  as_stream(stream).capture.reset();
}
void launch_graph(void* graph, void* stream) {
  for (const auto& node : *static_cast<const Nodes*>(graph)) { runtime().put_work(as_stream(stream), node); }
}
void destroy_graph(void* graph) noexcept {
  delete static_cast<Nodes*>(graph);
}

bool host_blocks() {
  return runtime().host_blocks();
}
void host_continues() noexcept {
  runtime().host_continues();
}

}  // namespace back_end
}  // namespace srl::device
