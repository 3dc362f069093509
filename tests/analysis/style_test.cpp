#include "analysis/runs/style.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "analysis/runs/run_section.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

class StyleOfARun : public testing::Test {
 protected:
  StyleOfARun() { make_folders(folder_); }
  ~StyleOfARun() override { std::filesystem::remove_all(folder_); }

  /// Three problems with their own steps. In the last ten of 24 updates the completion is `last`.
  std::vector<std::string> warnings(const std::function<std::string(int problem)>& last) const {
    std::string samples, metrics;
    for (int update = 1; update <= 24; ++update) {
      for (int problem = 0; problem < 3; ++problem) {
        samples +=
            cat("{\"update\":", update, ",\"solution\":\"", problem, "\",\"target\":\"", step(problem),
                "\",\"action\":\"", update <= 14 ? "?" : last(problem), "\",\"format_error\":\"none\"}\n");
      }
      samples += cat("{\"update\":", update, ",\"solution\":\"0\",\"target\":\"", step(0), "\",\"action\":\"",
                     step(0), "\",\"format_error\":\"none\",\"dropped\":\"surplus\"}\n");
      metrics += cat("{\"update\":", update, ",\"reward_mean\":0.5,\"format_rate\":1.0}\n");
    }
    write_file_atomically(folder_ / "samples.jsonl", samples);
    write_file_atomically(folder_ / "metrics.jsonl", metrics);
    write_file_atomically(folder_ / "provenance.json", "{\"options\":{\"signal.kind\":\"similarity\"}}");
    return section_of(read_runs({folder_.string()})).warnings;
  }
  static std::string step(int problem) {
    return cat("So there are ", std::string(6, static_cast<char>('a' + problem)));
  }

  std::filesystem::path folder_ = testing::TempDir() + "srl_style_" + std::to_string(::getpid());
};

TEST_F(StyleOfARun, IsNotAGainOfTheSteps) {
  EXPECT_THAT(warnings([](int) { return "So there are "; }),
              testing::ElementsAre(testing::HasSubstr("nothing was learned about the steps")));
  EXPECT_THAT(warnings([](int problem) { return step(problem); }), testing::IsEmpty());
}

TEST_F(StyleOfARun, ComparesUsedSamplesWithStepsOfOtherProblems) {
  warnings([](int problem) { return step(problem); });
  const SampleSimilarities found = sample_similarities(read_runs({folder_.string()})[0], 10);
  ASSERT_EQ(found.own.size(), 20U);
  EXPECT_DOUBLE_EQ(found.own.front(), 0);  // the dropped sample, which is right, does not count
  EXPECT_DOUBLE_EQ(found.own.back(), 1);
  EXPECT_DOUBLE_EQ(found.others.back(), 13.0 / 19);  // "So there are " of 19 characters
  EXPECT_TRUE(sample_similarities(read_runs({folder_.string()})[0], 13).own.empty());
}

}  // namespace
}  // namespace srl::analysis
