#include "jobs/eval/plan.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "evaluation/held_out.hpp"
#include "evaluation/model_content.hpp"
#include "evaluation/shares.hpp"
#include "evaluation/shots.hpp"
#include "evaluation/sweep_file.hpp"
#include "jobs/options/texts.hpp"

namespace srl::eval_job {
namespace {

namespace fs = std::filesystem;
using evaluation::EvaluationView;

/// In units that keep costs within whole numbers. Rank 0 looks: all ranks must get the same size.
std::int64_t size_of(const std::string& model, const comm::Communicator& world) {
  const std::uint64_t parameters = world.is_root() ? evaluation::parameters_in(model) : 0;
  const std::int64_t millions = static_cast<std::int64_t>(parameters >> 20);
  return world.all_reduce(std::max<std::int64_t>(millions, 1), comm::Reduce::max);
}

/// The largest number of tokens that a question can take.
std::int64_t tokens_of(const jobs::EvalOptions& options) {
  const bool stepwise = options.sweep.view == EvaluationView::stepwise;
  return options.sweep.samples * options.sampling.max_new_tokens * (stepwise ? options.sweep.max_steps : 1);
}

/// The setting of a sweep file, on top of the command line.
jobs::EvalOptions options_of(const evaluation::NamedSetting& setting, const jobs::EvalOptions& base) {
  jobs::EvalOptions options = base;
  const std::string& file = base.sweep.sweep;
  config::set_options(setting.lines, file, jobs::job_text("srl_eval"),
                      [&](const std::string&, config::Visitor& v) { options.visit_setting(v); });
  resolve_length(options);
  try {
    check_setting(options);
  } catch (const BadOption& error) {
    throw BadOption(
        cat(file, setting.name.empty() ? "" : cat(" [settings ", setting.name, "]"), ": ", error.what()));
  }
  return options;
}

/// A data folder is for view step, a file for the other views.
bool fits(const std::string& path, EvaluationView view) {
  return fs::is_directory(path) == (view == EvaluationView::step);
}

/// The benchmarks of a setting that its view can ask, under their names in the sweep file.
std::vector<evaluation::Benchmark> benchmarks_for(const evaluation::NamedSetting& setting,
                                                  const evaluation::SweepFile& file,
                                                  const jobs::EvalOptions& options) {
  std::vector<evaluation::Benchmark> benchmarks;
  for (const evaluation::NamedPath& path : file.benchmarks) {
    const bool wanted = std::find(setting.benchmarks.begin(), setting.benchmarks.end(), path.name) !=
                        setting.benchmarks.end();
    if (!wanted || !fits(path.path, options.sweep.view)) { continue; }
    jobs::EvalOptions own = options;
    (options.sweep.view == EvaluationView::step ? own.sweep.data : own.sweep.input) = {path.path};
    if (const auto fields = file.fields.find(path.name); fields != file.fields.end()) {
      config::set_options(fields->second, options.sweep.sweep, jobs::job_text("srl_eval"),
                          [&](const std::string&, config::Visitor& v) { own.sweep.fields.visit(v); });
    }
    evaluation::Benchmark benchmark = std::move(benchmarks_of(own.sweep, own.instance).front());
    const auto same = std::find_if(benchmarks.begin(), benchmarks.end(),
                                   [&](const auto& other) { return other.checksum == benchmark.checksum; });
    if (same != benchmarks.end()) {
      log_info(cat(path.name, " has the same content as ", same->name, " and is asked only once"));
      continue;
    }
    benchmark.name = path.name;
    benchmarks.push_back(std::move(benchmark));
  }
  if (benchmarks.empty()) {
    throw BadOption(cat(options.sweep.sweep, ": [settings ", setting.name,
                        "] has no benchmark for evaluation.view ", word(options.sweep.view),
                        ": view step needs a data folder of srl_prep, the other views files"));
  }
  return benchmarks;
}

/// Two names of one folder, or of one setting, would be answered twice and recorded as doubled.
void check_distinct(const evaluation::SweepFile& file, const std::vector<jobs::EvalOptions>& settings,
                    const std::string& path) {
  std::map<fs::path, std::string> folders;
  for (const evaluation::NamedPath& model : file.models) {
    const auto [first, added] = folders.emplace(fs::weakly_canonical(model.path), model.name);
    if (!added) {
      throw BadOption(cat(path, ": ", first->second, " and ", model.name, " are the same model folder"));
    }
  }
  std::map<std::string, std::string> seen;
  for (std::size_t s = 0; s < settings.size(); ++s) {
    jobs::EvalOptions options = settings[s];
    const std::string text =
        config::to_json("", [&](const std::string&, config::Visitor& v) { options.visit_setting(v); }).dump();
    const auto [first, added] = seen.emplace(text, file.settings[s].name);
    if (!added) {
      throw BadOption(cat(path, ": [settings ", first->second, "] and [settings ", file.settings[s].name,
                          "] are the same; restrict one setting to some models = or benchmarks ="));
    }
  }
}

/// Gives each step its share of each of its benchmarks.
void share_out(Plan& plan, const evaluation::SweepOptions& task, const comm::Communicator& world) {
  std::vector<evaluation::Unit> units;
  std::vector<evaluation::Work*> work;
  std::map<std::string, std::size_t> models;
  std::map<std::string, std::int64_t> sizes;
  for (Step& step : plan.steps) {
    const std::string& folder = step.options.model;
    const std::size_t place = models.emplace(step.model, models.size()).first->second;
    if (!sizes.contains(folder)) { sizes[folder] = size_of(folder, world); }
    for (evaluation::Work& part : step.work) {
      units.push_back({place, std::ssize(part.benchmark->questions), tokens_of(step.options), sizes[folder]});
      work.push_back(&part);
    }
  }
  std::vector<std::vector<std::int64_t>> shares = evaluation::share_of(units, task.task, task.tasks);
  for (std::size_t u = 0; u < work.size(); ++u) { work[u]->questions = std::move(shares[u]); }
}

/// What would stop the sweep only after hours.
void check_early(const evaluation::SweepFile& file, const Plan& plan, const std::string& path) {
  for (const evaluation::NamedPath& model : file.models) {
    if (!fs::exists(fs::path(model.path) / "config.json")) {
      throw BadInput(cat(path, ": model ", model.name, ": ", model.path, " is not a model folder"));
    }
  }
  for (const evaluation::NamedPath& benchmark : file.benchmarks) {
    const bool used = std::any_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
      return std::any_of(step.work.begin(), step.work.end(),
                         [&](const auto& part) { return part.benchmark->name == benchmark.name; });
    });
    if (!used) { log_warning(cat(path, ": no setting asks the benchmark ", benchmark.name)); }
  }
}

/// Every question must get its examples.
void check_shots(const Step& step) {
  const evaluation::SweepOptions& sweep = step.options.sweep;
  if (sweep.shots == 0) { return; }
  const evaluation::Shots shots(sweep.shots_file, sweep.shots, sweep.fields);
  for (const evaluation::Work& part : step.work) {
    for (const evaluation::Question& question : part.benchmark->questions) {
      shots.before(question.question);
    }
  }
}

std::vector<evaluation::Work> all_of(const std::vector<evaluation::Benchmark>& benchmarks) {
  std::vector<evaluation::Work> work;
  for (const evaluation::Benchmark& benchmark : benchmarks) { work.push_back({&benchmark, {}}); }
  return work;
}

void plan_sweep(const jobs::EvalOptions& options, Plan& plan) {
  const evaluation::SweepFile file = evaluation::read_sweep_file(options.sweep.sweep);
  std::vector<jobs::EvalOptions> settings;
  for (const evaluation::NamedSetting& setting : file.settings) {
    settings.push_back(options_of(setting, options));
  }
  check_distinct(file, settings, options.sweep.sweep);
  for (std::size_t s = 0; s < settings.size(); ++s) {
    plan.benchmarks.push_back(benchmarks_for(file.settings[s], file, settings[s]));
  }
  for (const evaluation::NamedPath& model : file.models) {
    for (std::size_t s = 0; s < settings.size(); ++s) {
      const evaluation::NamedSetting& setting = file.settings[s];
      if (std::find(setting.models.begin(), setting.models.end(), model.name) == setting.models.end()) {
        continue;
      }
      plan.steps.push_back({model.name, setting.name, settings[s], all_of(plan.benchmarks[s])});
      plan.steps.back().options.model = model.path;
    }
  }
  check_early(file, plan, options.sweep.sweep);
}

}  // namespace

bool Step::has_questions() const {
  return std::any_of(work.begin(), work.end(), [](const auto& part) { return !part.questions.empty(); });
}

std::int64_t Plan::completions() const {
  std::int64_t sum = 0;
  for (const Step& step : steps) {
    for (const evaluation::Work& part : step.work) {
      sum += std::ssize(part.questions) * step.options.sweep.samples;
    }
  }
  return sum;
}

Plan make_plan(const jobs::EvalOptions& options, const comm::Communicator& world) {
  Plan plan;
  if (options.sweep.sweep.empty()) {
    plan.benchmarks.push_back(evaluation::benchmarks_of(options.sweep, options.instance));
    plan.steps.push_back({options.model, "", options, all_of(plan.benchmarks.front())});
  } else {
    plan_sweep(options, plan);
  }
  for (const Step& step : plan.steps) { check_shots(step); }
  share_out(plan, options.sweep, world);
  return plan;
}

}  // namespace srl::eval_job
