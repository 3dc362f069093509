#include "evaluation/sweep_file.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace srl::evaluation {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class SweepFiles : public testing::Test {
 protected:
  SweepFile read(const std::string& content) {
    std::ofstream(folder_.path() / "sweep.ini") << content;
    return read_sweep_file(folder_.path() / "sweep.ini");
  }
  std::string refused(const std::string& content) {
    return test::message_of<BadOption>([&] { read(content); });
  }
  test::TemporaryFolder folder_;
};

TEST_F(SweepFiles, NameModelsBenchmarksAndSettings) {
  const SweepFile file = read(
      "[models]\nbase = models/small   # the beginning\nsrl = \"run/my export\"\n"
      "[benchmarks]\namc23 = amc23.jsonl\nown = own.jsonl\n"
      "[fields own]\nquestion = task.text\n"
      "[settings greedy]\nsampling.greedy = on\n"
      "[settings avg32]\nevaluation.samples = 32\nsampling.stop = a \"b c\"\nbenchmarks = amc23\nmodels = "
      "srl base\n");
  ASSERT_EQ(file.models.size(), 2u);
  EXPECT_EQ(file.models[0].path, "models/small");
  EXPECT_EQ(file.models[1].path, "run/my export");
  ASSERT_EQ(file.settings.size(), 2u);
  EXPECT_EQ(file.settings[0].lines.at(0).name, "sampling.greedy");
  EXPECT_THAT(file.settings[0].benchmarks, ElementsAre("amc23", "own"));
  EXPECT_THAT(file.settings[1].benchmarks, ElementsAre("amc23"));
  EXPECT_THAT(file.settings[1].models, ElementsAre("base", "srl"));
  EXPECT_THAT(file.settings[1].lines.at(1).words, ElementsAre("a", "b c"));
  EXPECT_EQ(file.fields.at("own").at(0).name, "fields.question");
}

TEST_F(SweepFiles, HaveOneSettingWithoutSectionAndKeepEmptyOnes) {
  const std::string begin = "[models]\na = b\n[benchmarks]\nc = d\n";
  EXPECT_EQ(read(begin).settings.size(), 1u);
  EXPECT_EQ(read(begin).settings[0].name, "");
  EXPECT_EQ(read(begin + "[settings usual]\n[settings greedy]\nsampling.greedy = on\n").settings.size(), 2u);
}

TEST_F(SweepFiles, ListEveryWrongLine) {
  EXPECT_THAT(
      refused("a = b\n[models]\nx = m\nx = n\nthe model = o\n[benchmark]\nc = d\n"
              "[settings s]\nmodels = y\n[settings s]\n[fields z]\n"),
      AllOf(HasSubstr("line 1: a is before"), HasSubstr("line 4: x is there twice"),
            HasSubstr("line 5: 'the model' is not a name"), HasSubstr("line 6: [benchmark] is unknown"),
            HasSubstr("[benchmarks] has no line"), HasSubstr("y is not in [models]"),
            HasSubstr("line 10: [settings s] is there twice"), HasSubstr("[fields z] names no line")));
}

}  // namespace
}  // namespace srl::evaluation
