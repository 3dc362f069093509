#pragma once
// Simulated answers to held-out steps with known truths: how often do the 95% intervals of similarities and
// of
// --before --after hold them? Used by tests/bench/coverage_bench.cpp and the test analysis.room.
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "analysis/measure/seeds.hpp"
#include "analysis/simulated/studies.hpp"
#include "analysis/tables/change.hpp"

namespace srl::analysis {

/// Forty solutions of 1 to 9 steps. Each solution has a quality, the mean similarity of its answers, and a
/// chance of the right format, both from beta distributions with the correlation `dependence`.
struct StepStudy {
  double quality = 0.5;  ///< mean over solutions, of answers in the right format
  double format = 0.7;   ///< share of answers in the right format, before training
  double dependence = 0.3;
  int seeds = 1;             ///< of a study's row; --before --after has one
  double seed_spread = 0.1;  ///< a seed's similarities are all larger or smaller by up to this share
};

class StepSimulator {
 public:
  explicit StepSimulator(std::uint64_t seed) : random_(seed) {}

  /// Of the figures of --before --after, which training moves by known amounts, and by nothing (`gain` 0).
  std::vector<Coverage> change(const StepStudy& study, double gain, int studies) {
    const std::map<std::string, double> truths = truths_of(study, gain);
    std::vector<Coverage> all;
    for (const auto& [name, truth] : truths) { all.push_back({name, truth}); }
    for (int i = 0; i < studies; ++i) {
      const auto [before, after] = records_of(study, gain);
      for (const Figure& figure : change_of(before, after).figures) {
        for (Coverage& measure : all) {
          if (measure.name == figure.name) { measure.share += holds(figure.change, measure.truth); }
        }
      }
    }
    for (Coverage& measure : all) { measure.share /= studies; }
    return all;
  }

  /// Of the mean similarity of a study's row; of the difference of two rows that are equal in truth.
  std::vector<Coverage> row(const StepStudy& study, int studies) {
    std::vector<Coverage> all{{"mean", study.quality}, {"difference", 0}};
    for (int i = 0; i < studies; ++i) {
      const std::vector<double> qualities = solutions(study);
      SeededValues values = values_of(study, qualities);
      const SeededValues other = values_of(study, qualities);
      count(all[0], seeded_mean(values));
      for (std::size_t s = 0; s < values.values.size(); ++s) {
        for (std::size_t q = 0; q < values.values[s].size(); ++q) {
          values.values[s][q] -= other.values[s][q];
        }
      }
      count(all[1], seeded_difference(values, 0));
    }
    for (Coverage& measure : all) {
      measure.share /= studies;
      measure.warned /= studies;
    }
    return all;
  }

 private:
  static constexpr int solution_count = 40;
  static constexpr double unrelated = 0.25;  ///< mean similarity to another solution's step

  static void count(Coverage& measure, const SeededMean& mean) {
    measure.share += holds(mean.interval, measure.truth);
    measure.warned += mean.uncertain;
  }

  double beta(double mean, double dependence) { return beta_number(random_, mean, dependence); }

  /// Uniform in the widest part of [0, 1] with this mean.
  double similarity(double mean) {
    const double low = mean > 0.5 ? 2 * mean - 1 : 0, high = mean > 0.5 ? 1 : 2 * mean;
    return low + (high - low) * uniform_(random_);
  }

  std::vector<double> solutions(const StepStudy& study) {
    std::vector<double> qualities;
    for (int i = 0; i < solution_count; ++i) { qualities.push_back(beta(study.quality, study.dependence)); }
    return qualities;
  }

  /// One value per solution, the mean of its eight samples of one step.
  SeededValues values_of(const StepStudy& study, const std::vector<double>& qualities) {
    SeededValues all;
    for (int s = 0; s < study.seeds; ++s) {
      const double seed = study.seeds > 1 ? 1 + study.seed_spread * (2 * uniform_(random_) - 1) : 1;
      std::vector<double>& line = all.values.emplace_back();
      for (const double quality : qualities) {
        double sum = 0;
        for (int sample = 0; sample < 8; ++sample) { sum += similarity(quality); }
        line.push_back(seed * sum / 8);
      }
    }
    return all;
  }

  static double gained(double value, double gain) { return value + gain * (1 - value); }

  /// Closed forms: format and quality of a solution are independent, and its number of steps of both.
  static std::map<std::string, double> truths_of(const StepStudy& study, double gain) {
    const double quality = study.quality, later = gained(quality, gain);
    const double format = study.format, formed = gained(format, gain);
    const double square = quality * quality + quality * (1 - quality) * study.dependence;
    const double later_square =
        gain * gain + 2 * gain * (1 - gain) * quality + (1 - gain) * (1 - gain) * square;
    const double own = formed * later - format * quality, others = (formed - format) * unrelated;
    return {{"format right", formed - format},
            {"exact", formed * later_square - format * square},
            {"similarity given right format", later - quality},
            {"similarity, bad format as 0", own},
            {"similarity to another solution's step", others},
            {"similarity above another solution's", own - others}};
  }

  evaluation::Record record_of(std::int64_t solution, std::int64_t step, double format, double quality) {
    evaluation::Record record;
    record.model = record.model_checksum = "m";
    record.benchmark = record.benchmark_checksum = record.reference = "b";
    record.view = "step";
    record.question = 10 * solution + step;
    record.solution = solution;
    record.step = step;
    record.settings["greedy"] = true;
    if (uniform_(random_) < format) {
      record.similarity = similarity(quality);
      record.similarity_unrelated = similarity(unrelated);
      record.correct = uniform_(random_) < quality * quality;
    }
    return record;
  }

  std::pair<std::vector<evaluation::Record>, std::vector<evaluation::Record>> records_of(
      const StepStudy& study, double gain) {
    std::pair<std::vector<evaluation::Record>, std::vector<evaluation::Record>> both;
    for (std::int64_t solution = 0; solution < solution_count; ++solution) {
      const double quality = beta(study.quality, study.dependence);
      const double format = beta(study.format, study.dependence);
      const int steps = std::uniform_int_distribution<int>(1, 9)(random_);
      for (std::int64_t step = 0; step < steps; ++step) {
        both.first.push_back(record_of(solution, step, format, quality));
        both.second.push_back(record_of(solution, step, gained(format, gain), gained(quality, gain)));
      }
    }
    return both;
  }

  std::mt19937_64 random_;
  std::uniform_real_distribution<double> uniform_{0, 1};
};

}  // namespace srl::analysis
