// Collectives between emulated GPUs: missing waits around them are found, also ranks that make them in
// a different order.
#include <gmock/gmock.h>

#include "comm/gpu_kernels.hpp"
#include "comm/own_gpu.hpp"
#include "device/arena.hpp"
#include "device/emulated.hpp"

namespace srl::comm::testing {
namespace {

using device::Event;
using device::Span;
using device::Stream;
using device::emulated::Order;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Emulated : public EachOnItsGpu {
 protected:
  void TearDown() override {
    device::emulated::reset();
    device::emulated::set_order(Order::random, 1);
    world_.barrier();
  }

  enum class Bug { none, no_wait_for_the_room, no_wait_for_the_weights, no_wait_for_the_gradient };
  /// ZeRO-2 in small: gradients of buckets go through two rooms; each is summed to its owners beside the next
  /// one's backward; a step on the own part; all weights gathered. Returns the sum of the weights.
  double updates(Bug bug) {
    constexpr int buckets = 4;
    const std::size_t part = 64, bucket = part * static_cast<std::size_t>(size_);
    device::Arena arena(device_, 256 << 10, "updates");
    const Span<float> weights = arena.take<float>("weights", buckets * bucket);
    const Span<float> rooms[2] = {arena.take<float>("even", bucket), arena.take<float>("odd", bucket)};
    const Span<float> gradient = arena.take<float>("gradient", buckets * part);
    std::vector<std::size_t> offsets;
    for (int r = 0; r <= size_; ++r) { offsets.push_back(part * static_cast<std::size_t>(r)); }
    const Stream compute(device_), communication(device_);
    Event full[2] = {Event(device_), Event(device_)}, empty[2] = {Event(device_), Event(device_)};
    Event gathered(device_);
    device::upload(compute, weights, std::vector<float>(weights.size(), 1.0F));
    gathered.record(compute);
    communication.wait_for(gathered);
    for (int update = 0; update < 3; ++update) {
      if (bug != Bug::no_wait_for_the_weights) { compute.wait_for(gathered); }
      for (std::size_t b = 0; b < buckets; ++b) {
        const std::size_t room = b % 2;
        if (bug != Bug::no_wait_for_the_room) { compute.wait_for(empty[room]); }
        backward(compute, weights.part(b * bucket, bucket), rooms[room],
                 static_cast<float>(rank_ + 1) + static_cast<float>(b));
        full[room].record(compute);
        if (bug != Bug::no_wait_for_the_gradient) { communication.wait_for(full[room]); }
        world_.reduce_scatter(rooms[room], offsets, gradient.part(b * part, part), communication);
        empty[room].record(communication);
      }
      for (std::size_t b = 0; b < buckets; ++b) {
        const Span<float> all = weights.part(b * bucket, bucket);
        step(communication, all.part(offsets[static_cast<std::size_t>(rank_)], part),
             gradient.part(b * part, part));
        world_.all_gather(all, offsets, communication);
      }
      gathered.record(communication);
    }
    std::vector<float> host(weights.size());
    device::download(communication, std::span(host), weights);
    compute.wait();
    double sum = 0;
    for (const float weight : host) { sum += static_cast<double>(weight); }
    return sum;
  }

  double right() const {
    double sum = 0;
    for (int b = 0; b < 4; ++b) {
      double weight = 1, gradient = 0;
      for (int r = 0; r < size_; ++r) { gradient += r + 1 + b; }
      for (int update = 0; update < 3; ++update) { weight -= 0.25 * gradient * weight; }
      sum += weight * 64 * size_;
    }
    return sum;
  }

  /// Each rank in an order of its own.
  int wrong_orders(Bug bug, Order order = Order::random) {
    int wrong = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      device::emulated::set_order(order, seed * 100 + static_cast<std::uint64_t>(rank_));
      const double mine = updates(bug);
      const bool is_right = std::abs(mine - right()) < 1e-3 * std::abs(right());
      wrong += world_.all_reduce(std::int64_t{!is_right}, Reduce::max) != 0;
    }
    return wrong;
  }
};

TEST_F(Emulated, UpdatesAreRightInEveryOrderAndMissingWaitsAreFound) {
  for (const Order order : {Order::eager, Order::random, Order::laziest}) {
    EXPECT_EQ(wrong_orders(Bug::none, order), 0);
  }
  EXPECT_GE(wrong_orders(Bug::no_wait_for_the_room), 8);
  EXPECT_GE(wrong_orders(Bug::no_wait_for_the_weights), 8);
  EXPECT_GE(wrong_orders(Bug::no_wait_for_the_gradient), 8);
  world_.check_device_order();
}

TEST_F(Emulated, SumsHaveTheSameBitsInEveryOrder) {
  std::vector<float> first;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    device::emulated::set_order(Order::random, seed + 10 * static_cast<std::uint64_t>(rank_));
    const Stream stream(device_);
    const device::Buffer buffer(stream, 1000 * sizeof(float));
    std::vector<float> values(1000);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = 1.0F / static_cast<float>(i + 3 + static_cast<std::size_t>(rank_) * 7);
    }
    device::upload(stream, buffer.as<float>(), values);
    world_.all_reduce(buffer.as<float>(), Reduce::sum, stream);
    device::download(stream, std::span(values), buffer.as<float>());
    if (seed == 0) { first = values; }
    EXPECT_EQ(values, first);
  }
}

TEST_F(Emulated, RanksInADifferentOrderAreToldOf) {
  if (size_ == 1) { GTEST_SKIP() << "needs two ranks"; }
  const auto trouble_of = [&](const auto& calls) -> std::string {
    std::string trouble = "no trouble";
    try {
      const Stream stream(device_);
      const device::Buffer buffer(stream, 100 * sizeof(float));
      calls(buffer.as<float>(), stream);
      stream.wait();
    } catch (const Error& error) { trouble = error.what(); }
    device::emulated::reset();
    world_.barrier();
    world_ = test_world().duplicate();
    world_.use_device(device_);
    return trouble;
  };
  EXPECT_THAT(trouble_of([&](Span<float> values, const Stream& stream) {
                world_.all_reduce(values, Reduce::sum, stream);
                if (rank_ == 0) {
                  world_.all_reduce(values.first(50), Reduce::sum, stream);
                  world_.broadcast(values.as<std::byte>(), 0, stream);
                } else {
                  world_.broadcast(values.as<std::byte>(), 0, stream);
                  world_.all_reduce(values.first(50), Reduce::sum, stream);
                }
              }),
              AllOf(HasSubstr("collective 1 between the GPUs is an all-reduce of 200 bytes on rank 0"),
                    HasSubstr("a broadcast of 400 bytes on rank 1")));
  EXPECT_THAT(trouble_of([&](Span<float> values, const Stream& stream) {
                world_.all_reduce(values.first(rank_ == 0 ? 10 : 11), Reduce::sum, stream);
              }),
              HasSubstr("an all-reduce of 40 bytes on rank 0 and an all-reduce of 44 bytes on rank 1"));
  EXPECT_THAT(trouble_of([&](Span<float> values, const Stream& stream) {
                world_.all_reduce(values, rank_ == 0 ? Reduce::sum : Reduce::max, stream);
              }),
              HasSubstr("with another type, operation or root"));
  // Two streams: the order of the calls counts.
  EXPECT_EQ(trouble_of([&](Span<float> values, const Stream& stream) {
              const Stream other(device_);
              world_.all_reduce(values.first(10), Reduce::sum, stream);
              world_.all_reduce(values.part(10, 20), Reduce::sum, other);
              world_.all_reduce(values.part(30, 30), Reduce::sum, stream);
              other.wait();
            }),
            "no trouble");
}

TEST_F(Emulated, AtTheEndOfAStepRanksCompareWhatTheyMade) {
  const Stream stream(device_);
  const device::Buffer buffer(stream, 100 * sizeof(float));
  device::zero(stream, buffer.as<float>());
  EXPECT_NO_THROW(world_.check_device_order());
  world_.all_reduce(buffer.as<float>(), Reduce::sum, stream);
  stream.wait();
  EXPECT_NO_THROW(world_.check_device_order());
  if (size_ > 1) {
    device::emulated::set_order(Order::laziest, 1);
    if (rank_ == 1) { world_.all_reduce(buffer.as<float>(), Reduce::sum, stream); }
    EXPECT_THROW(world_.check_device_order(), srl::Bug);
  }
  device::emulated::reset();
}

}  // namespace
}  // namespace srl::comm::testing
