// Every preset loads and describes a run that srl_train accepts. Options that cannot work are refused before
// the start; the message lists all problems.
#include "training/options.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.hpp"

namespace srl::training {
namespace {

namespace fs = std::filesystem;

Options load_file(const fs::path& file) {
  Options options;
  config::parse({"--config", file.string(), "--data", "d", "--model", "m", "--run", "r"},
                {.name = "srl_train", .purpose = "", .examples = {}},
                [&](const std::string&, config::Visitor& v) { options.visit(v); });
  return options;
}

Options load(const std::string& name) {
  return load_file(fs::path(SRL_SOURCE_DIR) / "jobs/presets" / (name + ".ini"));
}

/// Checks the presets of `folder` and its sub-folders. Returns their number.
int check_all(const std::string& folder) {
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SRL_SOURCE_DIR) / folder)) {
    const std::string name = entry.path().filename().string();
    const bool of_evaluation = name.starts_with("eval_") || name.starts_with("sweep_");
    if (!name.ends_with(".ini") || of_evaluation) { continue; }
    ++count;
    Options options;
    EXPECT_NO_THROW(options = load_file(entry.path())) << entry.path();
    EXPECT_NO_THROW(check(options)) << entry.path();
  }
  return count;
}

TEST(Presets, AllLoadAndAreAccepted) {
  EXPECT_GE(check_all("jobs/presets"), 11);
  EXPECT_GE(check_all("studies"), 9);
}

struct PaperRun {
  std::string preset;
  trajectory::InstanceView view;
  objective::SignalKind signal;
  std::int64_t prompts, completions, epochs;
  double learning_rate;
};

TEST(Presets, ThePapersRunsHaveItsNumbers) {  // docs/method.md, "Settings of the paper's runs"
  using objective::SignalKind;
  using trajectory::InstanceView;
  const PaperRun runs[] = {
      {"paper_srl_7b", InstanceView::step, SignalKind::similarity, 512, 8, 30, 5e-7},
      {"paper_srl_3b", InstanceView::step, SignalKind::similarity, 512, 8, 30, 5e-7},
      {"paper_agent_coder_7b", InstanceView::step, SignalKind::similarity, 512, 8, 30, 5e-7},
      {"srl_no_filter", InstanceView::step, SignalKind::similarity, 512, 8, 30, 5e-7},
      {"rlvr", InstanceView::whole, SignalKind::outcome, 128, 8, 30, 5e-7},
      {"one_step_similarity", InstanceView::whole, SignalKind::similarity, 128, 8, 30, 5e-7},
      {"r3", InstanceView::prefix, SignalKind::outcome, 128, 8, 30, 5e-7},
      {"sft", InstanceView::whole, SignalKind::likelihood, 64, 8, 3, 5e-6}};
  for (const PaperRun& run : runs) {
    const Options options = load(run.preset);
    EXPECT_EQ(options.instance.view, run.view) << run.preset;
    EXPECT_EQ(options.signal.kind, run.signal) << run.preset;
    EXPECT_EQ(options.training.prompts_per_update, run.prompts) << run.preset;
    EXPECT_EQ(options.training.group_size, run.completions) << run.preset;
    EXPECT_EQ(options.training.updates, 0) << run.preset;
    EXPECT_EQ(options.training.epochs, static_cast<double>(run.epochs)) << run.preset;
    EXPECT_EQ(options.training.learning_rate, run.learning_rate) << run.preset;
    EXPECT_EQ(options.sampling.temperature, 1.0) << run.preset;
    EXPECT_EQ(options.training.max_grad_norm, 1.0) << run.preset;
    EXPECT_EQ(options.objective.filter_groups, run.preset == "srl_no_filter"
                                                   ? objective::GroupFilter::off
                                                   : objective::GroupFilter::by_deviation)
        << run.preset;
  }
  EXPECT_EQ(load("sft").training.lr_schedule, LrSchedule::cosine);
  EXPECT_EQ(load("sft").training.warmup_ratio, 0.3);
}

Options parsed(const std::vector<std::string>& arguments) {
  Options options;
  config::parse(arguments, {.name = "srl_train", .purpose = "", .examples = {}},
                [&](const std::string&, config::Visitor& v) { options.visit(v); });
  return options;
}

TEST(Method, SetsViewAndSignalUnlessTheyAreGivenToo) {
  using objective::SignalKind;
  using trajectory::InstanceView;
  EXPECT_EQ(parsed({"--method", "r3"}).instance.view, InstanceView::prefix);
  EXPECT_EQ(parsed({"--method", "rlvr"}).signal.kind, SignalKind::outcome);
  const Options mixed = parsed(
      {"--instance.view", "step", "--method", "sft"});  // the order on the command line does not matter
  EXPECT_EQ(mixed.instance.view, InstanceView::step);
  EXPECT_EQ(mixed.signal.kind, SignalKind::likelihood);
  const Options none = parsed({"--signal.kind", "exact"});
  EXPECT_EQ(none.instance.view, InstanceView::step);
  EXPECT_EQ(none.signal.kind, SignalKind::exact);
}

/// The message of check() for these arguments; empty when they are accepted.
std::string problems(const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"--data", "d", "--model", "m", "--run", "r"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  try {
    check(parsed(all));
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
