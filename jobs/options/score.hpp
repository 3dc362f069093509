#pragma once
// Options of srl_score, by subcommand.
#include <string>
#include <utility>
#include <vector>

#include "device/options.hpp"
#include "grading/options.hpp"
#include "job/options.hpp"
#include "reward/options.hpp"
#include "trajectory/options.hpp"

namespace srl::jobs {

struct ScoreOptions {
  /// Texts are compared as given, as SequenceMatcher does; training strips them.
  ScoreOptions() { similarity.strip = reward::Strip::none; }
  job::CommonOptions common;
  std::string input, output;
  bool blocks = false;
  device::DeviceChoice device = device::DeviceChoice::cpu;  ///< of the similarities
  trajectory::ActionTags action_tags = trajectory::ActionTags::none;
  reward::SimilarityOptions similarity;
  grading::GradingOptions grading;
  void visit(const std::string& command, config::Visitor& v);
  static std::vector<std::pair<std::string, std::string>> subcommands();  ///< names and meanings for --help
};

}  // namespace srl::jobs
