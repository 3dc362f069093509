// Every preset loads, and is a run that srl_train accepts.
#include <gtest/gtest.h>

#include <filesystem>

#include "training/options.hpp"

namespace srl::training {
namespace {

namespace fs = std::filesystem;

Options load(const std::string& name) {
  Options options;
  const fs::path file = fs::path(SRL_SOURCE_DIR) / "jobs/presets" / (name + ".ini");
  config::parse({"--config", file.string(), "--data", "d", "--model", "m", "--run", "r"}, {.name = "srl_train", .purpose = "", .example = ""},
                [&](const std::string&, config::Visitor& v) { options.visit(v); });
  return options;
}

TEST(Presets, AllLoadAndAreAccepted) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(SRL_SOURCE_DIR) / "jobs/presets")) {
    if (entry.path().extension() != ".ini") continue;
    ++count;
    Options options;
    EXPECT_NO_THROW(options = load(entry.path().stem())) << entry.path();
    EXPECT_NO_THROW(check(options)) << entry.path();
  }
  EXPECT_GE(count, 10);
}

struct PaperRun {
  std::string preset, view, signal;
  std::int64_t prompts, answers, epochs;
  double learning_rate;
};

TEST(Presets, ThePapersRunsHaveItsNumbers) {   // docs/method.md, "Settings of the paper's runs"
  const PaperRun runs[] = {{"paper_srl_7b", "step", "similarity", 512, 8, 30, 5e-7},
                      {"paper_srl_3b", "step", "similarity", 512, 8, 30, 5e-7},
                      {"paper_agent_coder_7b", "step", "similarity", 512, 8, 30, 5e-7},
                      {"srl_no_filter", "step", "similarity", 512, 8, 30, 5e-7},
                      {"rlvr", "whole", "outcome", 128, 8, 30, 5e-7},
                      {"one_step_similarity", "whole", "similarity", 128, 8, 30, 5e-7},
                      {"r3", "prefix", "outcome", 128, 8, 30, 5e-7},
                      {"sft", "whole", "likelihood", 64, 8, 3, 5e-6}};
  for (const PaperRun& run : runs) {
    const Options options = load(run.preset);
    EXPECT_EQ(options.instance.view, run.view) << run.preset;
    EXPECT_EQ(options.signal.kind, run.signal) << run.preset;
    EXPECT_EQ(options.training.prompts, run.prompts) << run.preset;
    EXPECT_EQ(options.training.answers, run.answers) << run.preset;
    EXPECT_EQ(options.training.updates, 0) << run.preset;
    EXPECT_EQ(options.training.epochs, static_cast<double>(run.epochs)) << run.preset;
    EXPECT_EQ(options.training.learning_rate, run.learning_rate) << run.preset;
    EXPECT_EQ(options.sampling.temperature, 1.0) << run.preset;
    EXPECT_EQ(options.training.grad_norm_clip, 1.0) << run.preset;
    EXPECT_EQ(options.objective.filter, run.preset == "srl_no_filter" ? "off" : "std") << run.preset;
  }
  EXPECT_EQ(load("sft").training.schedule, "cosine");
  EXPECT_EQ(load("sft").training.warmup, 0.3);
}

}  // namespace
}  // namespace srl::training
