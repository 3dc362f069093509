// Steady decoding allocates no memory, neither per token nor per step.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include "rollout/generate.hpp"
#include "rollout/reference_forward.hpp"

namespace {
std::atomic<std::int64_t> allocations{0};
}

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) { return memory; }
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace srl::rollout {
namespace {

/// The median number of allocations between two decode steps in which all completions decode.
std::int64_t allocations_per_step(std::int64_t completions, double repetition_penalty) {
  const model::Parameters parameters = test::small_model(test::small_config("LlamaForCausalLM"), 3);
  ThreadPool pool(1);
  SamplingOptions sampling;
  sampling.max_new_tokens = 120;
  sampling.top_p = 0.9;
  sampling.repetition_penalty = repetition_penalty;
  std::vector<std::int64_t> counts;
  counts.reserve(1000);
  std::int64_t before = -1;
  Generator generator(parameters, {}, {}, pool);
  generator.generate({{test::random_prompt(20, 203, 1), 0, completions, 0}}, sampling, 1,
                     RandomStream::rollout, [&](std::int64_t) {
                       const std::int64_t now = allocations.load();
                       if (before >= 0) { counts.push_back(now - before); }
                       before = allocations.load();
                     });
  EXPECT_GT(counts.size(), 100U);
  std::nth_element(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2),
                   counts.end());
  return counts[counts.size() / 2];
}

TEST(Allocations, NoneInAStepOfSteadyDecoding) {
  for (const std::int64_t completions : {8, 96}) {
    for (const double repetition_penalty : {1.0, 1.2}) {
      EXPECT_EQ(allocations_per_step(completions, repetition_penalty), 0)
          << completions << " completions, penalty " << repetition_penalty;
    }
  }
}

}  // namespace
}  // namespace srl::rollout
