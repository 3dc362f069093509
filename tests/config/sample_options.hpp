#pragma once
// A job's worth of options of every kind, for the tests of this room.
#include "config/options.hpp"

namespace srl::config {

struct SampleOptions {
  std::string config, model = "models/x", view = "step";
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
    v.option("resume", resume, "go on where it stopped");
    v.option("input", input, "input files");
    v.section("sampling");
    v.option("temperature", temperature, "softmax temperature", at_least(0.0));
    v.option("greedy", greedy, "most likely token");
    v.option("stop", stop, "stop strings");
    v.section("instance");
    v.option("view", view, "what is asked", Choices{{"step", "whole"}, {"prefix"}});
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

inline JobText sample_text() { return {"srl_sample", "tries options", "srl_sample --seed 1", {}, {}}; }

}  // namespace srl::config
