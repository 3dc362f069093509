#pragma once
// The options of a sample job, with every kind of option, for the tests of this room.
#include "config/options.hpp"

namespace srl::config {

enum class View { step, whole, prefix };
SRL_WORDS(View, "step", "whole", "prefix");

struct SampleOptions {
  std::string config, model = "models/x";
  View view = View::step;
  std::int64_t seed = 0, threads = 0;
  bool greedy = false, resume = true;
  double temperature = 1.0, clip = 0.2;
  std::vector<std::string> input, stop = {"a b", "\n"};
  Bytes kv{std::uint64_t{2} << 30};
  Duration every{900};

  void visit(Visitor& v) {
    v.section("");
    v.option("config", config, "options file");
    v.option("model", model, "model folder");
    v.option("seed", seed, "seed", at_least(0));
    v.option("threads", threads, "threads", {0, 64, "auto"});
    v.option("resume", resume, "resume after the last checkpoint");
    v.option("input", input, "input files");
    v.section("sampling");
    v.option("temperature", temperature, "softmax temperature", at_least(0.0));
    v.option("greedy", greedy, "most likely token");
    v.option("stop", stop, "stop strings");
    v.section("instance");
    v.option("view", view, "what is asked", {{View::step, View::whole}, {View::prefix}});
    v.section("objective");
    v.option("clip_low", clip, "clip", {0.0, 1.0});
    v.section("rollout");
    v.option("kv_bytes", kv, "cache size");
    v.section("checkpoint");
    v.option("every_minutes", every, "between checkpoints");
  }
  Visit visitor() {
    return [this](const std::string&, Visitor& v) { visit(v); };
  }
};

/// Sample names: options of other jobs, and options of other programs.
inline const SuiteNames& sample_suite() {
  static const SuiteNames names{{"data", "holdout.questions", "sampling.top_p", "sampling.temperature",
                                 "training.updates", "training.group_size", "seed"},
                                {{"TRL", "num_generations", "training.group_size"},
                                 {"verl", "actor.clip_ratio_low", "objective.clip_low"}}};
  return names;
}

inline JobText sample_text() {
  return {.name = "srl_sample",
          .purpose = "tries options",
          .examples = {{"a try", "srl_sample --seed 1"}},
          .suite = &sample_suite()};
}

}  // namespace srl::config
