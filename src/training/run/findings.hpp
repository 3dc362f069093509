#pragma once
// What is wrong with a run, found in its figures while it runs: one text for console, log, STATUS and reports
// (docs/training.md, "What a run says about itself").
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "reward/sampled_steps.hpp"
#include "training/options.hpp"

namespace srl::training {

struct Finding {
  std::string_view name;  ///< "format", "truncated", …
  std::string text;       ///< one sentence with the figure and what to change
};

/// The limits, in the order of the table in docs/training.md, with the reasons that it gives.
struct FindingLimits {
  static constexpr std::size_t window = 10;  ///< updates that a finding looks at: fewer vary by chance
  static constexpr std::size_t least = 3;    ///< updates before which nothing is said
  static constexpr double empty = 0.5, format = 0.1, truncated = 0.5, filtered = 0.9, too_long = 0.5;
  static constexpr double entropy = 0.01, entropy_share = 0.1;
  static constexpr double high_reward = 0.9;
  static constexpr double gradient = 20;
  static constexpr double similarity_gain = 0.02, control_share = 0.8;
  static constexpr double changed_share = 0.0001;
};

/// Takes the lines of metrics.jsonl and validation.jsonl in their order.
class Findings {
 public:
  explicit Findings(const Options& options) : options_(options) {}

  /// An object of metrics.jsonl. Lines before `least` others give no finding.
  void add(const Json& line);
  /// The figures of a validation.
  void add_validation(const Json& figures);

  /// What holds now.
  std::vector<Finding> now() const;
  /// At the end of the run: what says that nothing was learned, as a whole sentence. `changed_share` of the
  /// weights differ from the start model after rounding to the exported type; nothing = not known. `steps`:
  /// the similarities of the run's samples.
  std::vector<Finding> at_end(std::optional<double> changed_share,
                              const reward::StepSimilarities& steps = {}) const;

 private:
  /// The figures of an update that findings need.
  struct Update {
    bool sampled = false, skipped = false;
    double groups = 0, reward = 0, format = 0, truncated = 0, filtered = 0, drawn = 0, too_long = 0;
    std::optional<double> entropy, gradient;
  };
  template <class Value>
  double mean(Value value) const;
  void find_in_rollouts(std::vector<Finding>& found) const;
  void find_in_training(std::vector<Finding>& found) const;
  void find_in_data(std::vector<Finding>& found) const;
  void find_in_validations(std::vector<Finding>& found) const;
  static bool is_style(double gain, double control);

  const Options& options_;
  std::deque<Update> last_;  ///< the window
  std::int64_t updates_ = 0;
  double groups_ = 0;                              ///< kept, of the whole run
  std::vector<double> rewards_, first_entropies_;  ///< of updates with rollouts; of the first window
  std::vector<double> earlier_gradients_;          ///< of updates before the window
  std::optional<double> first_similarity_, first_control_, similarity_, control_;
  double instances_ = 0, instances_too_long_ = 0;
};

}  // namespace srl::training
