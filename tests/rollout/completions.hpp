#pragma once
// Groups of random prompts, and comparisons of completions bit by bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "rollout/generate.hpp"
#include "rollout/reference_forward.hpp"

namespace srl::rollout::test {

/// Half of the prompts begin alike; then come up to `usual` tokens of their own, in every seventh up to
/// `longest`.
inline std::vector<Group> mixed_groups(std::size_t count, unsigned usual, unsigned longest) {
  std::mt19937 random(21);
  std::vector<Group> groups;
  const std::vector<std::int32_t> system = random_prompt(37, 203, 1);
  for (std::size_t i = 0; i < count; ++i) {
    Group group;
    if (i % 2 == 0) { group.prompt = system; }
    const auto own =
        random_prompt(1 + random() % (i % 7 == 0 ? longest : usual), 203, static_cast<unsigned>(i));
    group.prompt.insert(group.prompt.end(), own.begin(), own.end());
    group.draw = static_cast<std::int64_t>(1000 + i);
    group.completions = 1 + static_cast<std::int64_t>(i % 4);
    groups.push_back(group);
  }
  return groups;
}

/// Prompts that end before, at and after the ends of blocks.
inline std::vector<Group> groups_of_many_lengths() {
  std::vector<Group> groups;
  for (const std::size_t length : {1u, 15u, 16u, 17u, 50u}) {
    groups.push_back({random_prompt(length, 203, static_cast<unsigned>(length)), 0, 1, 0});
  }
  return groups;
}

/// The same groups in a random order; order[i]: which one comes at place i.
struct Shuffled {
  std::vector<std::size_t> order;
  std::vector<Group> groups;
  Shuffled(const std::vector<Group>& of, std::mt19937& random) : order(of.size()) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) { groups.push_back(of[i]); }
  }
};

inline void expect_same(const Completion& a, const Completion& b, const std::string& where) {
  EXPECT_EQ(a.ids, b.ids) << where;
  EXPECT_EQ(a.logprobs, b.logprobs) << where;
  EXPECT_EQ(a.policy_logprobs, b.policy_logprobs) << where;
  EXPECT_EQ(a.model_logprobs, b.model_logprobs) << where;
  EXPECT_EQ(a.finish, b.finish) << where;
}

/// Completions of groups in another order, or in the same without one, against those of `base`.
inline void expect_same(const Generated& one, const Generated& base, const std::vector<std::size_t>& order,
                        const std::string& where) {
  for (std::size_t i = 0; i < one.completions.size(); ++i) {
    const std::size_t of = order.empty() ? i : order[i];
    ASSERT_EQ(one.completions[i].size(), base.completions[of].size());
    for (std::size_t a = 0; a < one.completions[i].size(); ++a) {
      expect_same(one.completions[i][a], base.completions[of][a], where + ", group " + std::to_string(of));
    }
  }
}

}  // namespace srl::rollout::test
