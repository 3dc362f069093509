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

TEST_F(TrainingCurve, HoldsEveryUpdateAndGapsWhereNothingWasMeasured) {
  for (int update = 1; update <= 101; ++update) {
    append_line(file_, cat("{\"update\":", update, ",\"reward_mean\":", update / 200.0,
                           update % 2 == 0 ? ",\"entropy\":1.5}" : "}"));
  }
  const Curve curve = training_curve(file_);
  EXPECT_EQ(curve.title, file_.string());
  ASSERT_EQ(curve.x.values.size(), 101u);
  EXPECT_EQ(curve.x.values[100], 101);
  ASSERT_EQ(curve.series.size(), 6u);
  EXPECT_EQ(curve.series[0].name, "reward");
  EXPECT_EQ(curve.series[0].values[100], 0.505);
  EXPECT_EQ(curve.series[3].values[0], std::nullopt);
  EXPECT_EQ(curve.series[3].values[1], 1.5);
}

TEST_F(TrainingCurve, AnUnfinishedLastLineIsNotShownAndOtherDamageIsNamed) {
  write_file_atomically(file_, "{\"update\":1}\n{\"upda");
  EXPECT_EQ(training_curve(file_).x.values.size(), 1u);
  write_file_atomically(file_, "{\"update\":1}\n{\"upda\n{\"update\":3}\n");
  try {
    training_curve(file_);
    FAIL();
  } catch (const BadInput& error) { EXPECT_THAT(error.what(), testing::HasSubstr("line 2")); }
}

}  // namespace
}  // namespace srl::analysis
