#include "analysis/tables/training_curve.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

class TrainingCurve : public testing::Test {
 protected:
  ~TrainingCurve() override { std::filesystem::remove(file_); }
  std::filesystem::path file_ = testing::TempDir() + "srl_curve_" + std::to_string(::getpid()) + ".jsonl";
};

TEST_F(TrainingCurve, ShowsFirstLastAndEvenlySpacedUpdates) {
  for (int update = 1; update <= 101; ++update) {
    append_line(file_, cat("{\"update\":", update, ",\"reward_mean\":", update / 200.0, "}"));
  }
  const std::vector<std::string> lines = split(training_curve(file_, 5), '\n');
  ASSERT_EQ(lines.size(), 1u + 5u + 1u);
  for (const auto& [line, update] : {std::pair{1, " 1 "}, {2, " 26 "}, {3, " 51 "}, {5, " 101 "}}) {
    EXPECT_THAT(lines[static_cast<std::size_t>(line)], testing::HasSubstr(update));
  }
  EXPECT_THAT(lines[5], testing::HasSubstr("0.5050"));
}

TEST_F(TrainingCurve, AnUnfinishedLastLineIsNotShownAndOtherDamageIsNamed) {
  write_file_atomically(file_, "{\"update\":1}\n{\"upda");
  EXPECT_EQ(split(training_curve(file_), '\n').size(), 3u);
  write_file_atomically(file_, "{\"update\":1}\n{\"upda\n{\"update\":3}\n");
  try {
    training_curve(file_);
    FAIL();
  } catch (const BadInput& error) { EXPECT_THAT(error.what(), testing::HasSubstr("line 2")); }
}

}  // namespace
}  // namespace srl::analysis
