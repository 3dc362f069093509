// srl_train refuses options that cannot work before it starts. The message lists all problems.
#include "training/options.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace srl::training {
namespace {

/// The message of check() for these arguments; empty when they are accepted.
std::string problems(const std::vector<std::string>& arguments) {
  Options options;
  std::vector<std::string> all{"--data", "d", "--model", "m", "--run", "r"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  config::parse(all, {.name = "srl_train", .purpose = "", .example = ""},
                [&](const std::string&, config::Visitor& v) { options.visit(v); });
  try {
    check(options);
  } catch (const BadOption& error) { return error.what(); }
  return "";
}

bool names(const std::vector<std::string>& arguments, const std::string& option) {
  return problems(arguments).find(option) != std::string::npos;
}

TEST(Options, ValuesThatCannotWorkAreRefused) {
  EXPECT_EQ(problems({}), "");
  EXPECT_TRUE(names({"--training.group_size", "1"}, "training.group_size"));
  EXPECT_TRUE(
      names({"--training.group_size", "1", "--objective.filter_groups", "off"}, "training.group_size"));
  EXPECT_EQ(problems({"--training.group_size", "2"}), "");
  EXPECT_EQ(problems({"--training.group_size", "1", "--method", "sft"}), "") << "SFT has no groups";
  EXPECT_EQ(problems({"--training.group_size", "1", "--training.replay", "d", "--training.updates", "1"}),
            "");
  EXPECT_TRUE(names({"--training.epochs", "0"}, "training.epochs"));
  EXPECT_EQ(problems({"--training.epochs", "0", "--training.updates", "1"}), "");
  EXPECT_TRUE(
      names({"--objective.sampler_correction", "truncated", "--objective.sampler_correction_cap", "0"},
            "objective.sampler_correction_cap"));
  const std::string all = problems({"--sampling.stop", "", "--sampling.logit_bias", "5:nan",
                                    "--sampling.min_new_tokens", "600", "--training.group_size", "1"});
  for (const char* option : {"sampling.stop", "'5:nan'", "sampling.min_new_tokens", "training.group_size"}) {
    EXPECT_NE(all.find(option), std::string::npos) << option << " in: " << all;
  }
}

}  // namespace
}  // namespace srl::training
