// The emulated GPU: legal orders find missing waits, the host cannot read device memory, fresh and freed
// memory is poison, faults of kernels end as they do on a GPU.
#include "device/emulated.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>

#include "base/error.hpp"
#include "device/arena.hpp"
#include "device/emulated/settings.hpp"
#include "device/gpu_kernels.hpp"
#include "device/own_gpu.hpp"
#include "device/pinned_pair.hpp"
#include "support/message_of.hpp"

namespace srl::device::testing {
namespace {

using emulated::Order;
using ::testing::AllOf;
using ::testing::HasSubstr;

#ifdef SRL_CHECKED
constexpr bool checked = true;
#else
constexpr bool checked = false;
#endif

class Emulated : public OnAGpu {
 protected:
  void TearDown() override {
    emulated::reset();
    emulated::set_order(Order::random, 1);
  }
};

/// In how many of 20 orders run() does not give what it should.
template <class Run>
int wrong_orders(const Run& run, const std::vector<float>& right, Order order = Order::random) {
  int wrong = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    emulated::set_order(order, seed);
    wrong += run() != right;
  }
  return wrong;
}

/// Buckets go through two rooms: one stream fills a room, another adds it up, events both ways.
std::vector<float> buckets(const Device& gpu, bool wait_for_full, bool wait_for_empty) {
  const Stream fills(gpu), adds(gpu);
  Arena arena(gpu, 64 << 10, "buckets");
  const Span<float> rooms[2] = {arena.take<float>("even", 100), arena.take<float>("odd", 100)};
  const Span<float> sum = arena.take<float>("sum", 100);
  Event full[2] = {Event(gpu), Event(gpu)}, empty[2] = {Event(gpu), Event(gpu)};
  zero(adds, sum);
  for (int bucket = 0; bucket < 6; ++bucket) {
    const int room = bucket % 2;
    if (wait_for_empty) { fills.wait_for(empty[room]); }
    count_up(fills, rooms[room], static_cast<float>(bucket));
    full[room].record(fills);
    if (wait_for_full) { adds.wait_for(full[room]); }
    add(adds, rooms[room], sum);
    empty[room].record(adds);
  }
  const std::vector<float> result = numbers(adds, sum);
  fills.wait();
  return result;
}

TEST_F(Emulated, AMissingWaitIsFound) {
  std::vector<float> right(100);
  for (std::size_t i = 0; i < 100; ++i) { right[i] = static_cast<float>(15 + 6 * i); }
  const auto with = [&](bool full, bool empty) { return [=, this] { return buckets(gpu_, full, empty); }; };
  for (const Order order : {Order::eager, Order::random, Order::laziest}) {
    EXPECT_EQ(wrong_orders(with(true, true), right, order), 0);
  }
  EXPECT_GE(wrong_orders(with(false, true), right), 8);
  EXPECT_GE(wrong_orders(with(true, false), right), 8);
  EXPECT_EQ(wrong_orders(with(false, true), right, Order::laziest), 20);
  // What an eager GPU would hide.
  EXPECT_EQ(wrong_orders(with(false, false), right, Order::eager), 0);
}

/// Rounds of numbers through pinned memory: fresh() is what the host fills, sent(stream) follows the copy.
template <class Fresh, class Sent>
std::vector<float> through_pinned(const Device& gpu, const Fresh& fresh, const Sent& sent) {
  const Stream stream(gpu);
  const Buffer buffer(stream, 2 * 100 * sizeof(float));
  const Span<float> there = buffer.as<float>().first(100), sum = buffer.as<float>().part(100, 100);
  zero(stream, sum);
  for (int round = 0; round < 5; ++round) {
    const PinnedSpan<float> pinned = fresh();
    for (float& value : pinned.elements) { value = static_cast<float>(1 << round); }
    upload(stream, there, pinned);
    sent(stream);
    add(stream, there, sum);
  }
  return numbers(stream, sum);
}

/// One piece, which is filled again at once or when it has been read.
std::vector<float> through_one_piece(const Device& gpu, bool wait_before_reuse) {
  PinnedPiece piece(gpu, 100 * sizeof(float));
  const auto fresh = [&] {
    if (wait_before_reuse) { piece.wait(); }
    return piece.first<float>(100);
  };
  return through_pinned(gpu, fresh, [&](const Stream& stream) { piece.sent(stream); });
}

/// Two pieces in turn; next() can wait only for copies that were marked.
std::vector<float> through_a_pair(const Device& gpu, bool mark) {
  PinnedPair pair(gpu, 100 * sizeof(float));
  PinnedPiece* piece = nullptr;
  const auto fresh = [&] { return (piece = &pair.next())->first<float>(100); };
  return through_pinned(gpu, fresh, [&](const Stream& stream) {
    if (mark) { piece->sent(stream); }
  });
}

TEST_F(Emulated, APinnedBufferThatIsReusedTooEarlyIsFound) {
  const std::vector<float> right(100, 31.0F);
  for (const auto& through : {through_one_piece, through_a_pair}) {
    EXPECT_EQ(wrong_orders([&] { return through(gpu_, true); }, right), 0);
    EXPECT_GE(wrong_orders([&] { return through(gpu_, false); }, right), 8);
    EXPECT_EQ(wrong_orders([&] { return through(gpu_, false); }, right, Order::laziest), 20);
  }
}

TEST_F(Emulated, APinnedBufferThatIsReadTooEarlyIsFound) {
  const auto read = [&](bool wait) {
    const Stream stream(gpu_);
    const Buffer buffer(stream, 100 * sizeof(float));
    const PinnedMemory pinned(gpu_, 100 * sizeof(float));
    count_up(stream, buffer.as<float>(), 1);
    download(stream, pinned.as<float>(), buffer.as<float>());
    if (wait) { stream.wait(); }
    const std::span<float> got = pinned.as<float>().elements;
    return std::vector<float>(got.begin(), got.end());
  };
  EXPECT_EQ(wrong_orders([&] { return read(true); }, counted_from(1, 100)), 0);
  EXPECT_GE(wrong_orders([&] { return read(false); }, counted_from(1, 100)), 8);
  emulated::set_order(Order::laziest, 1);
  EXPECT_TRUE(std::isnan(read(false)[0]));
}

TEST_F(Emulated, FreshAndFreedMemoryIsPoison) {
  const Stream stream(gpu_);
  Span<float> freed;
  {
    const Buffer buffer(stream, 100 * sizeof(float));
    freed = buffer.as<float>();
    EXPECT_TRUE(std::isnan(numbers(stream, freed)[99]));
    count_up(stream, freed, 1);
    EXPECT_EQ(numbers(stream, freed), counted_from(1, 100));
  }
  stream.wait();
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_TRUE(std::isnan(numbers(stream, freed)[0]));
#endif
  Arena arena(gpu_, 64 << 10, "phases");
  for (int phase = 0; phase < 2; ++phase) {
    const Span<float> piece = arena.take<float>("piece", 100 + 1000 * static_cast<std::size_t>(phase));
    for (const float value : numbers(stream, piece)) { ASSERT_TRUE(std::isnan(value)); }
    count_up(stream, piece, 1);
    arena.restart(stream);
  }
}

TEST_F(Emulated, TheHostCannotReadDeviceMemory) {
  const Stream stream(gpu_);
  const Buffer buffer(stream, 100 * sizeof(float));
  count_up(stream, buffer.as<float>(), 1);
  stream.wait();
  const volatile float* const data = buffer.as<float>().data();
  EXPECT_EXIT(std::exit(data[0] == 1.0F ? 0 : 1), [](int status) { return status != 0 && status != 1; }, "");
  Arena arena(gpu_, 64 << 10, "weights");
  const volatile float* const piece = arena.take<float>("weights", 100).data();
  EXPECT_EXIT(std::exit(piece[0] == 1.0F ? 0 : 1), [](int status) { return status != 0 && status != 1; }, "");
}

TEST_F(Emulated, AKernelThatHangsEndsTheGpusUntilTheyAreReset) {
  const Stream stream(gpu_);
  EXPECT_THAT(test::message_of<Error>([&] { wait_for_nobody(stream), stream.wait(); }),
              HasSubstr("every thread waits"));
  EXPECT_THAT(test::message_of<Error>([&] { stream.wait(); }),
              AllOf(HasSubstr("the emulated GPUs were lost"), HasSubstr("wait_kernel"),
                    HasSubstr("gpu_kernels.cu:")));
  emulated::reset();
  const Buffer buffer(stream, 100 * sizeof(float));
  count_up(stream, buffer.as<float>(), 1);
  EXPECT_EQ(numbers(stream, buffer.as<float>()), counted_from(1, 100));
}

TEST_F(Emulated, AnImpossibleLaunchIsRefusedAtOnce) {
  const Stream stream(gpu_);
  EXPECT_THAT(test::message_of<Error>([&] { too_many_threads(stream); }),
              AllOf(HasSubstr("a block of 1056 x 1 x 1 threads"), HasSubstr("gpu_kernels.cu:")));
  EXPECT_EQ(test::message_of<Error>([&] { stream.wait(); }), "no error");
}

TEST_F(Emulated, OneElementPastAPieceIsFound) {
  const auto past = [&](bool of_arena) {
    const Stream stream(gpu_);
    Arena arena(gpu_, 64 << 10, "weights");
    const Buffer buffer(stream, 100 * sizeof(float)), sums(stream, 100 * sizeof(float));
    const Span<float> piece = arena.take<float>("layer 0", 100), next = arena.take<float>("layer 1", 100);
    zero(stream, next);
    zero(stream, sums.as<float>());
    const Span<float> in = of_arena ? piece : buffer.as<float>();
    count_up(stream, in, 1);
    add_past_the_end(stream, in, sums.as<float>());
    return numbers(stream, sums.as<float>());
  };
  for (const bool of_arena : {true, false}) {
#if defined(__SANITIZE_ADDRESS__)
    EXPECT_DEATH(past(of_arena), "use-after-poison");
#else
    if (checked) {
      EXPECT_THAT(
          test::message_of<Error>([&] { past(of_arena); }),
          AllOf(HasSubstr("add_past_kernel"), HasSubstr("reads 4 bytes of no allocation, at byte 400 of 400"),
                HasSubstr(of_arena ? "'layer 0'" : "'a buffer'"), HasSubstr("gpu_kernels.cu:")));
      emulated::reset();
    } else {
      EXPECT_TRUE(std::isnan(past(of_arena)[99]));  // the gap is poison
    }
#endif
  }
}

TEST_F(Emulated, AKernelThatReadsTheHostsMemoryIsFound) {
#if !defined(__SANITIZE_ADDRESS__)
  if (!checked) { GTEST_SKIP() << "needs kernels compiled for the checks"; }
  const Stream stream(gpu_);
  const Buffer sums(stream, 100 * sizeof(float));
  zero(stream, sums.as<float>());
  const std::vector<float> host(100, 1.0F);
  EXPECT_THAT(
      test::message_of<Error>([&] { add_from(stream, host.data(), sums.as<float>()), stream.wait(); }),
      HasSubstr("reads 4 bytes of no allocation"));
#endif
}

TEST_F(Emulated, AKernelThatUsesMemoryOfAnEarlierPhaseIsFound) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "ends the process there";
#else
  const Stream stream(gpu_);
  Arena arena(gpu_, 64 << 10, "phases");
  const Span<float> cache = arena.take<float>("cache", 100);
  count_up(stream, cache, 1);
  arena.restart(stream);
  const Span<float> gradients = arena.take<float>("gradients", 50);
  zero(stream, gradients);
  const Buffer sums(stream, 100 * sizeof(float));
  zero(stream, sums.as<float>());
  const std::string trouble = test::message_of<Error>([&] {
    add(stream, cache, sums.as<float>());
    EXPECT_TRUE(std::isnan(numbers(stream, sums.as<float>())[70]));
  });
  EXPECT_THAT(trouble, HasSubstr(checked ? "of 200 of 'gradients'" : "no error"));
#endif
}

TEST_F(Emulated, MemoryIsTakenOnlyBeforeItIsForbidden) {
  const Device last{Kind::cuda, static_cast<int>(visible_gpus().size()) - 1};  // no other test uses it
  const Stream stream(last);
  const Buffer before(stream, 100);
  forbid_allocation(last);
  EXPECT_THAT(test::message_of<Error>([&] { const Buffer buffer(stream, 1 << 20); }),
              HasSubstr("1.0 MiB are taken after forbid_allocation"));
  EXPECT_THROW(Arena(last, 1000, "late"), Bug);
  EXPECT_THROW(PinnedMemory(last, 1000), Bug);
  EXPECT_NO_THROW(Buffer(Stream(gpu_), 100));
}

TEST_F(Emulated, WaitingForWhatCannotComeIsTold) {
  emulated::set_order(Order::laziest, 1);
  const Stream first(gpu_), second(gpu_);
  Event a(gpu_), b(gpu_);
  // Each waits for a mark that the other sets behind its own wait.
  a.record(first);
  first.wait();
  emulated::put_in_polled(second, [] { return true; });
  second.wait_for(a);
  b.record(second);
  first.wait_for(b);
  EXPECT_NO_THROW(first.wait());
  const Stream never(gpu_);
  Event mark(gpu_);
  emulated::put_in(never, [&] { throw Bug("planted"); });
  mark.record(never);
  first.wait_for(mark);
  EXPECT_THAT(test::message_of<Error>([&] { first.wait(); }), HasSubstr("planted"));
}

TEST(EmulatedSettings, TheDriverIsOneOfThem) {
  setenv("SRL_EMULATED_DRIVER", "12040", 1);
  EXPECT_EQ(emulated::settings_from_environment().driver, 12040);
  unsetenv("SRL_EMULATED_DRIVER");
  EXPECT_EQ(emulated::settings_from_environment().driver, emulated::needed_driver);
}

TEST(EmulatedSettings, ComeFromTheEnvironment) {
  const auto with = [](const char* name, const char* value) {
    const char* const old = std::getenv(name);
    const std::string before = old == nullptr ? "" : old;
    setenv(name, value, 1);
    std::string result;
    try {
      const emulated::Settings settings = emulated::settings_from_environment();
      result = std::to_string(settings.gpus) + " " + std::to_string(settings.memory >> 20) + " " +
               std::to_string(static_cast<int>(settings.order)) + " " + std::to_string(settings.seed);
    } catch (const BadOption& error) { result = error.what(); }
    before.empty() ? unsetenv(name) : setenv(name, before.c_str(), 1);
    return result;
  };
  EXPECT_EQ(with("SRL_EMULATED_GPUS", "2"), "2 1024 1 1");
  EXPECT_EQ(with("SRL_EMULATED_MEMORY", "80G"), "8 81920 1 1");
  EXPECT_EQ(with("SRL_EMULATED_ORDER", "laziest"), "8 1024 2 1");
  EXPECT_EQ(with("SRL_EMULATED_SEED", "77"), "8 1024 1 77");
  EXPECT_THAT(with("SRL_EMULATED_ORDER", "fast"),
              HasSubstr("SRL_EMULATED_ORDER=fast is not eager, random or laziest"));
  for (const char* wrong : {"x", "-3", "3X", "1GG"}) {
    EXPECT_THAT(with("SRL_EMULATED_GPUS", wrong), HasSubstr("SRL_EMULATED_GPUS=")) << wrong;
  }
  EXPECT_THAT(with("SRL_EMULATED_MEMORY", "4K"), HasSubstr("is not a valid number"));
}

}  // namespace
}  // namespace srl::device::testing
