#include "config/read/suggest.hpp"

#include <gtest/gtest.h>

namespace srl::config {
namespace {

TEST(Suggest, DistancesByHand) {
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("temprature", "temperature"), 1);
  EXPECT_EQ(edit_distance("sede", "seed"), 1);  // two neighbours swapped
  EXPECT_EQ(edit_distance("ca", "abc"), 3);     // optimal string alignment, not full Damerau (2)
}

TEST(Suggest, SectionsMayBeForgotten) {
  const std::vector<std::string> valid{"seed", "sampling.temperature", "objective.clip_low"};
  EXPECT_EQ(nearest_name("temprature", valid).name, "sampling.temperature");
  EXPECT_EQ(nearest_name("clip-low", valid).name, "objective.clip_low");
  EXPECT_EQ(nearest_name("sead", valid).name, "seed");
  EXPECT_EQ(nearest_name("sampling.temprature", valid).distance, 1);
}

}  // namespace
}  // namespace srl::config
