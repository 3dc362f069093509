#include "analysis/runs/picture.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace srl::analysis {
namespace {

using testing::HasSubstr, testing::Not;

/// A run with a reward in each update, and with validations.
TrainingRun run_named(const std::string& name, int updates, bool validated) {
  TrainingRun run;
  run.name = name;
  for (int update = 1; update <= updates; ++update) { run.updates.updates.push_back(update); }
  run.updates.values.assign(update_figures().size(),
                            std::vector<std::optional<double>>(run.updates.updates.size(), 0.5));
  if (validated) {
    run.validations.updates = {0, 10};
    run.validations.values.assign(validation_figures().size(), {0.25, 0.5});
  }
  return run;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) { ++found; }
  return found;
}

TEST(Picture, IsOneDrawingOfWhatWasMeasured) {
  const std::string svg = picture_of({run_named("srl", 150, true)});
  EXPECT_THAT(svg, testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_EQ(count(svg, "<svg "), 4U);  // itself and three plots
  EXPECT_EQ(count(svg, "<g "), count(svg, "</g>"));
  for (const char* title : {"reward of the rollouts", "held-out steps: similarity", "share that is exact"}) {
    EXPECT_THAT(svg, HasSubstr(title));
  }
  EXPECT_THAT(svg, Not(HasSubstr("class=\"name\"")));  // one run needs no legend
  EXPECT_LT(svg.size(), 30000U);                       // a repository can carry it
}

TEST(Picture, LeavesOutWhatWasNotMeasured) {
  const std::string svg = picture_of({run_named("a", 20, false), run_named("b<", 20, false)});
  EXPECT_EQ(count(svg, "<svg "), 2U);
  EXPECT_THAT(svg, HasSubstr("class=\"name\">b&lt;</text>"));
  EXPECT_THROW(picture_of({run_named("empty", 0, false)}), BadInput);
}

}  // namespace
}  // namespace srl::analysis
