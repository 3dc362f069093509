#pragma once
// Streams and events of the emulated GPUs: queues of work that the host does when a wait needs it,
// in any order that streams and events allow. A missing wait shows as wrong numbers, or as poison.
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/not_copied.hpp"
#include "device/emulated/gpu_memory.hpp"
#include "device/emulated/settings.hpp"

namespace srl::device::emulated {

struct StreamState;

struct EventState {
  std::uint64_t recorded = 0, done = 0;  ///< marks put in, marks that were passed
  double seconds = 0;                    ///< when the last one was
  std::weak_ptr<StreamState> stream;     ///< that of the last mark
};

struct Item {
  std::function<void()> work = {};
  std::function<bool()> poll = {};
  std::shared_ptr<EventState> record = {}, wait_for = {};
  std::uint64_t mark = 0;  ///< of the event
};

struct StreamState : std::enable_shared_from_this<StreamState> {
  int gpu = 0;
  std::deque<Item> items;
  bool abandoned = false;  ///< its Stream is gone
  std::uint64_t priority = 0;
  std::optional<std::vector<std::function<void()>>> capture;
};

class Runtime : NotCopied {
 public:
  Runtime();
  ~Runtime();

  const Settings& settings() const { return settings_; }
  void set_order(Order order, std::uint64_t seed);
  void reset();
  Figures counted;

  StreamState* make_stream(int gpu);
  void abandon(StreamState* stream);
  void put(StreamState& stream, Item item);
  void put_work(StreamState& stream, std::function<void()> work);  ///< or into the graph being captured
  void wait(StreamState& stream);
  void wait(EventState& event);
  void finish_all();
  bool seen_done(const std::function<bool()>& done);  ///< and moves on a little
  /// The thread that puts work in waits for other processes: a worker moves on meanwhile. False when there is
  /// nothing to do, or when it is another thread.
  bool host_blocks();
  void host_continues();

  /// Device memory is readable while one exists. Any thread; the runtime's lock is held.
  class Open : NotCopied {
   public:
    explicit Open(Runtime& runtime);
    ~Open();

   private:
    Runtime& runtime_;
    std::lock_guard<std::recursive_mutex> lock_;
  };
  /// With a name it is poisoned and kernels may touch it; without, its pieces will be.
  std::byte* take(int gpu, std::size_t bytes, std::size_t room, const std::string& name);
  void release(int gpu, std::byte* data) noexcept;  ///< when all work is done
  void release_in_order(StreamState& stream, std::byte* data) noexcept;
  bool finish_quietly() noexcept;  ///< all work; its errors come out elsewhere. False while unwinding
  EmulatedMemory& memory(int gpu);
  std::uint64_t random_word();

 private:
  void forget(int gpu, std::byte* data);
  bool step();  ///< one thing that is ready; false when nothing moved
  bool step(StreamState& stream);
  bool step_towards(const std::shared_ptr<StreamState>&
                        stream);  ///< what this one waits for, and no more where that is enough
  template <class Done>
  void run_until(const Done& done, const std::shared_ptr<StreamState>& wanted);
  template <class Done>
  void wait_until(const Done& done, const std::shared_ptr<StreamState>& wanted);  ///< and counts the wait
  bool nothing_to_do() const;
  void after_putting_in();
  void work_on();
  void check_alive() const;
  std::string stuck() const;

  Settings settings_;
  std::recursive_mutex mutex_;
  std::vector<std::shared_ptr<StreamState>> streams_;
  std::vector<std::unique_ptr<EmulatedMemory>> memory_;
  std::uint64_t random_state_ = 0;
  /// What is done when work is put in.
  enum class Pace { nothing, few, all } pace_ = Pace::few;
  Pace random_pace();
  int open_ = 0;
  std::string lost_;  ///< what ended the GPUs
  // Works on while the host waits for other processes.
  std::thread::id host_;  ///< who puts work in
  int blocked_ = 0;
  std::thread worker_;
  std::atomic<bool> stop_worker_{false};
};

Runtime& runtime();

}  // namespace srl::device::emulated
