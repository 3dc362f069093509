#include "data_prep/generate.hpp"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <set>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/version.hpp"
#include "data_prep/synthetic/problem.hpp"
#include "data_prep/write/output_folder.hpp"
#include "trajectory/shard.hpp"

namespace srl::data_prep {
namespace {

namespace fs = std::filesystem;

double number_of(const std::string& word, const char* option) {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) {
    throw BadOption(cat(option, ": '", word, "' is not a number"));
  }
  return value;
}

/// Numbers of steps with their cumulative weights.
class StepCounts {
 public:
  explicit StepCounts(const GenerateOptions& options) {
    const std::int64_t low = options.problem == SyntheticKind::chain ? 1 : 2,
                       high = options.problem == SyntheticKind::chain ? 25 : 8;
    if (options.steps.empty()) {
      throw BadOption("synthetic.steps: is empty; give at least one number of steps");
    }
    if (!options.step_weights.empty() && options.step_weights.size() != options.steps.size()) {
      throw BadOption(cat("synthetic.step_weights: ", options.step_weights.size(), " weights for ",
                          options.steps.size(), " numbers of steps"));
    }
    for (std::size_t i = 0; i < options.steps.size(); ++i) {
      const double count = number_of(options.steps[i], "synthetic.steps");
      if (count != std::floor(count) || count < low || count > high) {
        throw BadOption(
            cat("synthetic.steps: ", options.steps[i], " is not a whole number from ", low, " to ", high));
      }
      const double weight =
          options.step_weights.empty() ? 1 : number_of(options.step_weights[i], "synthetic.step_weights");
      if (!(weight >= 0)) { throw BadOption("synthetic.step_weights: a weight is negative"); }
      counts_.push_back(std::llround(count));
      total_ += weight;
      ends_.push_back(total_);
    }
    if (!(total_ > 0)) { throw BadOption("synthetic.step_weights: all weights are 0"); }
  }
  std::int64_t draw(Dice& dice) const {
    const double at = dice.below(1 << 30) * 0x1.0p-30 * total_;
    std::size_t i = 0;
    while (i + 1 < ends_.size() && at >= ends_[i]) { ++i; }
    return counts_[i];
  }

 private:
  std::vector<std::int64_t> counts_;
  std::vector<double> ends_;
  double total_ = 0;
};

trajectory::Solution solution_of(const SyntheticProblem& problem, const GenerateOptions& options,
                                 std::int64_t number, Dice& dice) {
  trajectory::Solution solution;
  solution.id = cat(word(options.problem), ":", number);
  solution.source = word(options.problem);
  solution.domain = "math";
  solution.question = problem.question;
  solution.answer = problem.answer;
  std::string reasoning;
  for (const SyntheticStep& step : problem.steps) {
    trajectory::Step& taken = solution.steps.emplace_back();
    taken.title = step.title;
    taken.action = step.action;
    if (options.texts != SyntheticTexts::warmup) { continue; }
    taken.thought = dice.chance(options.careful) ? step.careful : step.hasty;
    reasoning += *taken.thought + ";";
  }
  if (!reasoning.empty()) { solution.reasoning = reasoning; }
  return solution;
}

struct Made {
  std::vector<trajectory::Solution> solutions, test;  ///< solutions: of training (or warm-up) and validation
  std::int64_t training = 0, validation = 0;
};

Made make_problems(const GenerateOptions& options, std::uint64_t seed) {
  const StepCounts counts(options);
  const bool warmup = options.texts == SyntheticTexts::warmup;
  const std::int64_t validation = warmup ? 0 : options.validation, test = warmup ? 0 : options.test;
  Made made;
  std::set<std::string> seen;
  std::int64_t tried = 0;
  const std::int64_t most = 2000 + 400 * (options.training + validation + test);
  while (made.training < options.training || made.validation < validation || std::ssize(made.test) < test) {
    if (++tried > most) {
      throw BadOption(cat("synthetic.problem ", word(options.problem),
                          " has too few different problems of these sizes: ", seen.size(), " found in ", most,
                          " draws; ask for fewer problems or for other synthetic.steps"));
    }
    Dice dice(seed, tried);
    const std::int64_t steps = counts.draw(dice);
    const SyntheticProblem problem = options.problem == SyntheticKind::chain
                                         ? chain_problem(dice, steps, options.multiply, !warmup)
                                         : euclid_problem(dice, steps, !warmup);
    const Use use = use_of(problem.question);
    const bool wanted = warmup ? use == Use::warmup
                               : (use == Use::training && made.training < options.training) ||
                                     (use == Use::validation && made.validation < validation) ||
                                     (use == Use::test && std::ssize(made.test) < test);
    // Warm-up texts may repeat a question with other thoughts; problems may not.
    if (!wanted || (!warmup && !seen.insert(problem.question).second)) { continue; }
    trajectory::Solution solution = solution_of(problem, options, tried, dice);
    if (use == Use::validation || use == Use::test) { solution.split = trajectory::Split::validation; }
    made.training += use == Use::training || use == Use::warmup;
    made.validation += use == Use::validation;
    (use == Use::test ? made.test : made.solutions).push_back(std::move(solution));
  }
  return made;
}

std::string row(const trajectory::Solution& solution, bool with_steps) {
  Json json = Json::object();
  json["id"] = solution.id;
  json["question"] = solution.question;
  std::vector<std::string> steps;
  for (const trajectory::Step& step : solution.steps) { steps.push_back(step.action); }
  if (with_steps) { json["solution"] = join(steps, "\n"); }
  json["answer"] = solution.answer.value_or("");
  return json.dump() + "\n";
}

void write_texts(const fs::path& folder, const Made& made) {
  std::string training, validation, test;
  for (const auto& solution : made.solutions) {
    (solution.split == trajectory::Split::train ? training : validation) += row(solution, true);
  }
  for (const auto& solution : made.test) { test += row(solution, true); }
  write_file_atomically(folder / "solutions.jsonl", training);
  write_file_atomically(folder / "validation.jsonl", validation);
  write_file_atomically(folder / "test.jsonl", test);
}

/// Writes a data folder of `solutions`. The manifest is written last, so that an interrupted run leaves none.
void write_data(const fs::path& folder, const std::vector<trajectory::Solution>& solutions,
                const job::Context& context) {
  std::error_code ignored;
  fs::remove(folder / "manifest.json", ignored);  // first, so that a half-written folder never looks finished
  fs::remove_all(folder / "shards", ignored);
  make_folders(folder / "shards");
  constexpr std::size_t per_shard = 10000;
  trajectory::Manifest manifest;
  std::int64_t instances = 0, training = 0;
  for (const auto& solution : solutions) { training += solution.split == trajectory::Split::train; }
  for (std::size_t begin = 0, s = 0; begin < solutions.size(); begin += per_shard, ++s) {
    const auto first = solutions.begin() + begin;
    const std::vector<trajectory::Solution> part(first,
                                                 first + std::min(per_shard, solutions.size() - begin));
    const std::string name = cat("shards/shard_", zero_padded(s, 5), ".h5");
    trajectory::write_shard(folder / name, part);
    std::size_t steps = 0;
    for (const auto& solution : part) { steps += solution.steps.size(); }
    instances += steps - part.size();
    manifest.shards.push_back(
        {name, fs::file_size(folder / name), file_checksum((folder / name).string()), part.size(), steps});
  }
  manifest.counts = Json::object();
  manifest.counts["read"] = solutions.size();
  manifest.counts["kept"] = solutions.size();
  manifest.counts["train"] = training;
  manifest.counts["validation"] = std::ssize(solutions) - training;
  manifest.counts["instances"] = instances;
  manifest.counts["rejected"] = Json::object();
  manifest.counts["dropped"] = Json::object();
  manifest.inputs = Json::array();
  manifest.options = Json::object();
  const Json options = config::to_json(context.subcommand, context.visit);
  for (const auto& [name, value] : options.as_object()) {
    if (name == "seed" || name.starts_with("synthetic.")) { manifest.options[name] = value; }
  }
  manifest.code_version = code_version();
  trajectory::write_manifest(folder, manifest);
}

}  // namespace

int generate(const GenerateOptions& options, std::uint64_t seed, job::Context& context) {
  if (options.output.empty()) { throw BadOption("--output DIR is missing: the folder to write"); }
  if (context.world.is_root()) {
    const Made made = make_problems(options, seed);
    const fs::path folder = options.output;
    claim_folder(folder, {"solutions.jsonl", "validation.jsonl", "test.jsonl"});
    if (options.texts == SyntheticTexts::problems) {
      write_texts(folder, made);
      if (!made.test.empty()) {
        claim_folder(folder / "test", {});
        write_data(folder / "test", made.test, context);
      }
    }
    write_data(folder, made.solutions, context);
    log_info(cat(word(options.problem), " problems: ", made.training,
                 options.texts == SyntheticTexts::warmup ? " warm-up texts" : " training problems", ", ",
                 made.validation, " for validation, ", made.test.size(), " for tests, in ", folder.string()));
  }
  context.world.barrier();
  return 0;
}

}  // namespace srl::data_prep
