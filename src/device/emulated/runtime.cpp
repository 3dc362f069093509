#include "device/emulated/runtime.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "emulator/memory_map.hpp"

namespace srl::device::emulated {
namespace {

constexpr std::size_t largest_poisoned = std::size_t{64} << 20;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool is_ready(const StreamState& stream) {
  if (stream.items.empty()) { return false; }
  const Item& next = stream.items.front();
  return !next.wait_for || next.wait_for->done >= next.mark;
}

}  // namespace

Runtime& runtime() {
  static Runtime the_only_one;
  return the_only_one;
}

Runtime::Runtime() : settings_(settings_from_environment()), random_state_(settings_.seed) {
  memory_.resize(static_cast<std::size_t>(settings_.gpus));
}

Runtime::~Runtime() {
  stop_worker_ = true;
  if (worker_.joinable()) { worker_.join(); }
}

Runtime::Open::Open(Runtime& runtime) : runtime_(runtime), lock_(runtime.mutex_) {
  if (runtime.open_++ > 0) { return; }
  for (const auto& memory : runtime.memory_) {
    if (memory) { memory->unlock(); }
  }
}

Runtime::Open::~Open() {
  if (--runtime_.open_ > 0) { return; }
  for (const auto& memory : runtime_.memory_) {
    if (memory) { memory->lock(); }
  }
}

EmulatedMemory& Runtime::memory(int gpu) {
  const std::lock_guard lock(mutex_);
  if (gpu < 0 || gpu >= settings_.gpus) {
    throw EnvironmentError(cat("emulated:", gpu, ": there are ", settings_.gpus, " (SRL_EMULATED_GPUS)"));
  }
  auto& memory = memory_[static_cast<std::size_t>(gpu)];
  if (!memory) {
    memory = std::make_unique<EmulatedMemory>(gpu, settings_.memory, settings_.protect);
    if (open_ > 0) { memory->unlock(); }
  }
  return *memory;
}

std::byte* Runtime::take(int gpu, std::size_t bytes, std::size_t room, const std::string& name) {
  std::byte* data = memory(gpu).take(bytes, room);
  if (data == nullptr) {
    finish_all();  // perhaps memory is to be given back in the order of a stream
    data = memory(gpu).take(bytes, room);
  }
  if (data == nullptr) {
    throw EnvironmentError(cat("emulated:", gpu, ": no room for ", human_bytes(static_cast<double>(bytes)),
                               "; free are ", human_bytes(static_cast<double>(memory(gpu).figures().free)),
                               " (SRL_EMULATED_MEMORY)"));
  }
  const Open open(*this);
  memory(gpu).unlock();  // the new end
  if (!name.empty()) {
    emulator::open_memory(data, bytes + gap);
    std::memset(data, poison_byte, bytes + gap);
    emulator::forbid_memory(data + bytes, gap);
    emulator::allow_memory(data, bytes, name);
  }
  return data;
}

void Runtime::forget(int gpu, std::byte* data) {
  const Open open(*this);
  const std::size_t bytes = memory(gpu).give_back(data);
  emulator::open_memory(data, bytes);
  if (bytes <= largest_poisoned) {
    std::memset(data, poison_byte, bytes);
  } else {
    madvise(data, bytes, MADV_DONTNEED);  // a whole arena: never touched memory stays unused
  }
  emulator::forbid_memory(data, bytes);
}

void Runtime::release(int gpu, std::byte* data) noexcept {
  if (finish_quietly()) { forget(gpu, data); }
}

void Runtime::release_in_order(StreamState& stream, std::byte* data) noexcept {
  try {
    put(stream, {.work = [this, gpu = stream.gpu, data] { forget(gpu, data); }});
  } catch (const std::exception&) {}  // the GPUs are lost, and their memory with them
}

bool Runtime::finish_quietly() noexcept {
  // While an exception passes, the work may wait for ranks that never come.
  if (std::uncaught_exceptions() > 0) { return false; }
  try {
    finish_all();
  } catch (const std::exception&) {}  // the next wait throws it
  return true;
}

bool Runtime::seen_done(const std::function<bool()>& done) {
  const Open open(*this);
  check_alive();
  if (done()) { return true; }
  step();  // repeated calls must see an end
  return false;
}

std::uint64_t Runtime::random_word() {  // splitmix64
  std::uint64_t z = (random_state_ += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

void Runtime::set_order(Order order, std::uint64_t seed) {
  finish_all();
  const std::lock_guard lock(mutex_);
  settings_.order = order;
  settings_.seed = random_state_ = seed;
  pace_ = random_pace();
}

void Runtime::reset() {
  const std::lock_guard lock(mutex_);
  for (const auto& stream : streams_) { stream->items.clear(); }
  std::erase_if(streams_, [](const auto& stream) { return stream->abandoned; });
  lost_.clear();
}

StreamState* Runtime::make_stream(int gpu) {
  memory(gpu);
  const std::lock_guard lock(mutex_);
  streams_.push_back(std::make_shared<StreamState>());
  streams_.back()->gpu = gpu;
  streams_.back()->priority = random_word();
  return streams_.back().get();
}

void Runtime::abandon(StreamState* stream) {
  const std::lock_guard lock(mutex_);
  stream->abandoned = true;
  std::erase_if(streams_, [](const auto& s) { return s->abandoned && s->items.empty(); });
}

void Runtime::put(StreamState& stream, Item item) {
  const std::lock_guard lock(mutex_);
  check_alive();
  host_ = std::this_thread::get_id();
  stream.items.push_back(std::move(item));
  after_putting_in();
}

void Runtime::put_work(StreamState& stream, std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (stream.capture) {
    stream.capture->push_back(std::move(work));
  } else {
    put(stream, {.work = std::move(work)});
  }
}

Runtime::Pace Runtime::random_pace() {
  const std::uint64_t word = random_word() % 8;
  return word < 5 ? Pace::nothing : word < 7 ? Pace::few : Pace::all;
}

/// A GPU may have done much or nothing by the time that the host comes back; for a while it keeps to one.
void Runtime::after_putting_in() {
  std::uint64_t steps = ~std::uint64_t{0};
  if (settings_.order == Order::laziest) { return; }
  if (settings_.order == Order::random) {
    const std::uint64_t word = random_word();
    if (word % 16 == 0) { pace_ = random_pace(); }
    if (pace_ != Pace::all) { steps = pace_ == Pace::few ? word / 16 % 3 : 0; }
  }
  if (steps == 0) { return; }
  const Open open(*this);
  while (steps-- > 0 && step()) {}
}

/// Half of the time any stream, else that of the highest priority, which runs far ahead of the others.
bool Runtime::step() {
  std::vector<StreamState*> ready;
  for (const auto& stream : streams_) {
    if (is_ready(*stream)) { ready.push_back(stream.get()); }
  }
  if (settings_.order != Order::eager && !ready.empty()) {
    const std::uint64_t word = random_word();
    std::stable_sort(ready.begin(), ready.end(),
                     [](const auto* x, const auto* y) { return x->priority > y->priority; });
    if (word % 2 == 0) { std::swap(ready[0], ready[word / 2 % ready.size()]); }
    if (word / 1024 % 8 == 0) { ready[0]->priority = random_word(); }
  }
  for (StreamState* stream : ready) {
    if (step(*stream)) { return true; }  // else it waits for other ranks
  }
  return false;
}

bool Runtime::step(StreamState& stream) {
  Item& next = stream.items.front();
  try {
    if (next.poll && !next.poll()) { return false; }
    const Item item = std::move(next);
    stream.items.pop_front();
    if (item.work) { item.work(); }
    if (item.record) {
      item.record->done = std::max(item.record->done, item.mark);
      item.record->seconds = seconds_now();
    }
  } catch (const std::exception& error) {
    lost_ = error.what();
    for (const auto& other : streams_) { other->items.clear(); }
    throw;
  }
  if (stream.abandoned && stream.items.empty()) {
    std::erase_if(streams_, [&](const auto& s) { return s.get() == &stream; });
  }
  return true;
}

bool Runtime::step_towards(const std::shared_ptr<StreamState>& stream) {
  std::shared_ptr<StreamState> at = stream;
  for (std::size_t hops = 0; at && hops <= streams_.size() && !at->items.empty(); ++hops) {
    if (is_ready(*at)) { return step(*at); }
    at = at->items.front().wait_for->stream.lock();
  }
  return false;
}

template <class Done>
void Runtime::run_until(const Done& done, const std::shared_ptr<StreamState>& wanted) {
  bool finished = false;
  while (!finished) {
    bool moved = false, polled = false;
    {
      const std::lock_guard lock(mutex_);
      check_alive();
      const Open open(*this);
      for (int steps = 0; steps < 64 && !(finished = done()); ++steps) {
        moved = settings_.order == Order::laziest && step_towards(wanted);
        if (!moved && !(moved = step())) { break; }
      }
      if (finished || moved) { continue; }
      for (const auto& stream : streams_) {
        polled = polled || (!stream->items.empty() && stream->items.front().poll);
      }
      if (!polled) { throw Bug(stuck()); }
    }
    std::this_thread::yield();  // other ranks must come
  }
}

bool Runtime::nothing_to_do() const {
  return std::all_of(streams_.begin(), streams_.end(), [](const auto& s) { return s->items.empty(); });
}

template <class Done>
void Runtime::wait_until(const Done& done, const std::shared_ptr<StreamState>& wanted) {
  {
    const std::lock_guard lock(mutex_);
    check_alive();
    if (done()) { return; }
    ++counted.waits;
  }
  run_until(done, wanted);
  const std::lock_guard lock(mutex_);
  if (nothing_to_do()) { ++counted.idle_waits; }
}

void Runtime::wait(StreamState& stream) {
  wait_until([&] { return stream.items.empty(); }, stream.shared_from_this());
}

void Runtime::wait(EventState& event) {
  const std::uint64_t mark = event.recorded;
  wait_until([&] { return event.done >= mark; }, event.stream.lock());
}

void Runtime::finish_all() {
  run_until([this] { return nothing_to_do(); }, nullptr);
}

void Runtime::check_alive() const {
  if (!lost_.empty()) { throw EnvironmentError(cat("the emulated GPUs were lost by: ", lost_)); }
}

std::string Runtime::stuck() const {
  std::size_t waiting = 0;
  for (const auto& stream : streams_) { waiting += !stream->items.empty(); }
  return cat("emulated GPUs: the host waits for work that can never be done: ", waiting,
             " streams wait for events of each other");
}

bool Runtime::host_blocks() {
  const std::lock_guard lock(mutex_);
  if (host_ != std::this_thread::get_id()) { return false; }
  if (blocked_ > 0) {
    ++blocked_;
    return true;
  }
  if (nothing_to_do()) { return false; }
  blocked_ = 1;
  stop_worker_ = false;
  worker_ = std::thread([this] { work_on(); });
  return true;
}

void Runtime::work_on() {
  while (!stop_worker_) {
    bool moved = false;
    {
      const Open open(*this);
      try {
        moved = step();
      } catch (const std::exception&) { return; }  // the host is told when it comes back
    }
    if (!moved) { std::this_thread::sleep_for(std::chrono::microseconds(50)); }
  }
}

void Runtime::host_continues() {
  {
    const std::lock_guard lock(mutex_);
    if (--blocked_ > 0) { return; }
    stop_worker_ = true;
  }
  worker_.join();
}

}  // namespace srl::device::emulated
