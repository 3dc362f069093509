// Order of work on a GPU: streams, events, graphs.
#include "device/stream.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "device/arena.hpp"
#include "device/gpu_kernels.hpp"
#include "device/graph.hpp"
#include "device/own_gpu.hpp"

namespace srl::device::testing {
namespace {

class Streams : public OnAGpu {};

TEST_F(Streams, WorkIsDoneInTheirOrder) {
  const Stream stream(gpu_);
  const Buffer buffer(stream, 1000 * sizeof(float));
  const Span<float> all = buffer.as<float>();
  count_up(stream, all, 3);
  for (int k = 0; k < 4; ++k) { scale(stream, all, 2); }
  add(stream, all.first(500), all.part(500, 500));
  std::vector<float> expected = counted_from(3, 1000);
  for (float& value : expected) { value *= 16; }
  for (std::size_t i = 0; i < 500; ++i) { expected[500 + i] += expected[i]; }
  EXPECT_EQ(numbers(stream, all), expected);
}

TEST_F(Streams, AnEventOrdersTwoOfThem) {
  const Stream first(gpu_), second(gpu_);
  const Buffer buffer(first, 1000 * sizeof(float));
  const Span<float> all = buffer.as<float>();
  Event ready(gpu_), unused(gpu_);
  second.wait_for(unused);  // never recorded: nothing to wait for
  for (int round = 0; round < 10; ++round) {
    count_up(first, all, static_cast<float>(round));
    ready.record(first);
    second.wait_for(ready);
    scale(second, all, 3);
    ready.record(second);
    first.wait_for(ready);
  }
  std::vector<float> expected = counted_from(9, 1000);
  for (float& value : expected) { value *= 3; }
  EXPECT_EQ(numbers(first, all), expected);
  EXPECT_TRUE(first.done());
}

TEST_F(Streams, WhoAsksForADoneEventSeesItOneDay) {
  const Stream stream(gpu_);
  const Buffer buffer(stream, 100 * sizeof(float));
  Event begin(gpu_, Event::Timing::on), end(gpu_, Event::Timing::on);
  begin.record(stream);
  count_up(stream, buffer.as<float>(), 0);
  end.record(stream);
  while (!end.done()) {}
  EXPECT_TRUE(begin.done());
  EXPECT_GE(seconds_between(begin, end), 0);
  while (!stream.done()) {}
}

TEST_F(Streams, WorkOfAStreamThatIsGoneIsDone) {
  const Stream other(gpu_);
  const Buffer buffer(other, 100 * sizeof(float));
  Event ready(gpu_);
  {
    const Stream stream(gpu_);
    count_up(stream, buffer.as<float>(), 4);
    ready.record(stream);
  }
  other.wait_for(ready);
  EXPECT_EQ(numbers(other, buffer.as<float>()), counted_from(4, 100));
}

TEST_F(Streams, SharedMemoryAboveTheUsualLimit) {
  const Stream stream(gpu_);
  const Buffer buffer(stream, 2000 * sizeof(float));
  const Span<float> in = buffer.as<float>().first(1000), out = buffer.as<float>().part(1000, 1000);
  count_up(stream, in, 1);
  copy_through_shared(stream, in, out, 100 << 10);
  EXPECT_EQ(numbers(stream, out), counted_from(1, 1000));
}

class Graphs : public OnAGpu {};

TEST_F(Graphs, RepeatTheirWork) {
  const Stream stream(gpu_), other(gpu_);
  Arena arena(gpu_, 64 << 10, "graphs");
  const Span<float> values = arena.take<float>("values", 1000), sum = arena.take<float>("sum", 1000);
  zero(stream, sum);
  count_up(stream, values, 1);
  float factor = 2;
  const Graph graph = Graph::capture(stream, [&] {
    scale(stream, values, factor);
    add(stream, values, sum);
  });
  factor = 100;  // the graph keeps what it was
  std::vector<float> expected(1000, 0.0F);
  for (int k = 1; k <= 3; ++k) {
    graph.launch(stream);
    for (std::size_t i = 0; i < 1000; ++i) { expected[i] += static_cast<float>((i + 1) << k); }
    EXPECT_EQ(numbers(stream, sum), expected);
  }
  graph.launch(other);
  graph.launch(other);
  EXPECT_EQ(numbers(other, values)[0], 32.0F);
}

TEST_F(Graphs, HoldOnlyWhatCanBeRepeated) {
  const Stream stream(gpu_);
  const Buffer buffer(stream, 100 * sizeof(float));
  Event event(gpu_);
  std::vector<float> host(100);
  const auto refused = [&](const std::function<void()>& work) {
    EXPECT_THROW(Graph::capture(stream, work), Bug);
    EXPECT_FALSE(stream.capturing());
  };
  refused([&] { stream.wait(); });
  refused([&] { event.record(stream); });
  refused([&] { stream.wait_for(event); });
  refused([&] { const Buffer more(stream, 10); });
  refused([&] { upload(stream, buffer.as<float>(), host); });
  refused([&] { numbers(stream, buffer.as<float>()); });
  refused([&] { throw Bug("of the caller"); });
  count_up(stream, buffer.as<float>(), 1);  // the stream works as before
  EXPECT_EQ(numbers(stream, buffer.as<float>()), counted_from(1, 100));
  EXPECT_THROW(Graph::capture(Stream(Device{}), [] {}), Bug);
}

}  // namespace
}  // namespace srl::device::testing
