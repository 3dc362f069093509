#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.hpp"
#include "base/files.hpp"
#include "config/sample_options.hpp"

namespace srl::config {
namespace {

using testing::AllOf, testing::HasSubstr, testing::Not;
using Words = std::vector<std::string>;

/// A job with the presets quick, quiet and, of another job, elsewhere.
class Presets : public testing::Test {
 protected:
  Presets() {
    std::filesystem::create_directories(folder_);
    write_file_atomically(folder_ / "quick.ini", "seed = 5\nthreads = 3\n[sampling]\ntemperature = 0.5\n");
    write_file_atomically(folder_ / "own.ini", "threads = 4\n[sampling]\ntemperature = 0.25\n");
    text_.presets = [this] {
      const auto path = [&](const char* name) { return (folder_ / name).string(); };
      return std::vector<Preset>{{"elsewhere", path("quick.ini"), "of another job", {"srl_other"}},
                                 {"quick", path("quick.ini"), "a short try", {"srl_sample"}},
                                 {"quiet", path("quick.ini"), "no messages", {"srl_sample", "srl_other"}}};
    };
  }
  ~Presets() override { std::filesystem::remove_all(folder_); }

  SampleOptions parsed(const Words& words) {
    SampleOptions options;
    parse(words, text_, options.visitor());
    return options;
  }
  std::string complaint(const Words& words) {
    try {
      parsed(words);
    } catch (const BadOption& error) { return error.what(); }
    return "accepted";
  }
  std::string own() const { return (folder_ / "own.ini").string(); }

  const std::filesystem::path folder_ = testing::TempDir() + "srl_preset_test_" + std::to_string(::getpid());
  JobText text_ = sample_text();
};

TEST_F(Presets, TheFileOverridesThePresetAndTheCommandLineBoth) {
  const SampleOptions options = parsed({"--threads", "8", "--config", own(), "--preset", "quick"});
  EXPECT_EQ(options.seed, 5);
  EXPECT_EQ(options.temperature, 0.25);
  EXPECT_EQ(options.threads, 8);
  EXPECT_EQ(parsed({"--preset=quiet"}).temperature, 0.5);
}

TEST_F(Presets, ANameThatIsNotOneIsAnsweredWithNearNamesAndTheList) {
  EXPECT_THAT(complaint({"--preset", "quik"}),
              AllOf(HasSubstr("--preset quik: unknown preset; did you mean quick"),
                    HasSubstr("Presets of srl_sample: quick, quiet")));
  EXPECT_THAT(complaint({"--preset", "somethingelse"}),
              AllOf(Not(HasSubstr("did you mean")), HasSubstr("quick, quiet")));
  EXPECT_THAT(complaint({"--preset", own()}), HasSubstr("for a file use --config " + own()));
  EXPECT_THAT(complaint({"--preset"}), HasSubstr("--preset needs a value (NAME)"));
  EXPECT_THAT(complaint({"--preset", "quick", "--preset", "quiet"}), HasSubstr("--preset is given twice"));
}

TEST_F(Presets, OneOfAnotherJobIsRefusedWithItsName) {
  EXPECT_THAT(complaint({"--preset", "elsewhere"}),
              AllOf(HasSubstr("--preset elsewhere: a preset of srl_other, not of srl_sample"),
                    HasSubstr("--config ")));
}

TEST_F(Presets, MissingOnesAreCalledSo) {
  text_.presets = [] { return std::vector<Preset>(); };
  EXPECT_THAT(complaint({"--preset", "quick"}), HasSubstr("the presets are missing beside this program"));
}

TEST_F(Presets, StandOnTheCommandLineAndNotInFilesOrResolvedOptions) {
  write_file_atomically(own(), "preset = quick\n");
  EXPECT_THAT(complaint({"--config", own()}),
              HasSubstr("line 1: a preset is chosen only on the command line"));
  SampleOptions options;
  parse({"--preset", "quick"}, text_, options.visitor());
  EXPECT_THAT(to_ini("", options.visitor()), AllOf(HasSubstr("seed = 5"), Not(HasSubstr("preset"))));
}

TEST_F(Presets, AJobMayHaveAnOptionOfThisName) {
  std::string kind = "auto";
  std::int64_t seed = 0;
  double temperature = 0;
  const Visit visit = [&](const std::string&, Visitor& v) {
    v.section("");
    v.option("preset", kind, "kind of data");
    v.option("seed", seed, "seed");
    v.option("threads", seed, "threads");
    v.section("sampling");
    v.option("temperature", temperature, "temperature");
  };
  parse({"--preset", "math"}, text_, visit);
  EXPECT_EQ(kind, "math");
  parse({"--preset", "quick"}, text_, visit);
  EXPECT_EQ(kind, "math");
  EXPECT_NE(seed, 0);
  EXPECT_THAT([&] { parse({"--preset", "quikc"}, text_, visit); },
              testing::ThrowsMessage<BadOption>(HasSubstr("unknown preset; did you mean quick")));
}

TEST_F(Presets, AConfigThatIsNotAFileIsAnsweredWithWhatToDo) {
  EXPECT_THAT(complaint({"--config", "quick"}), HasSubstr("for the preset of this name use --preset quick"));
  EXPECT_THAT(complaint({"--config", (folder_ / "own").string()}), HasSubstr("did you mean " + own() + "?"));
  EXPECT_THAT(complaint({"--config", folder_.string()}), HasSubstr("it is a folder"));
  EXPECT_THAT(complaint({"--config", "nothing"}),
              HasSubstr("give an INI file, or a preset by its name with --preset NAME"));
}

TEST_F(Presets, HelpNamesThem) {
  SampleOptions options;
  const std::string help = parse({"--help", "all"}, text_, options.visitor()).text;
  EXPECT_THAT(help, AllOf(HasSubstr("[--preset NAME]"), HasSubstr("  quick "), HasSubstr("a short try"),
                          Not(HasSubstr("of another job"))));
}

}  // namespace
}  // namespace srl::config
