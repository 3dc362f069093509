#include "config/ini.hpp"

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

class IniFile : public testing::Test {
 protected:
  std::string write(const std::string& content) {
    write_file_atomically(path_, content);
    return path_;
  }
  ~IniFile() override { std::filesystem::remove(path_); }
  std::string complaint(const std::string& content, Words arguments = {}) {
    arguments.insert(arguments.end(), {"--config", write(content)});
    SampleOptions options;
    try {
      parse(arguments, sample_text(), options.visitor());
    } catch (const BadOption& error) { return error.what(); }
    return "accepted";
  }
  std::string path_ = testing::TempDir() + "srl_ini_test_" + std::to_string(::getpid()) + ".ini";
};

TEST(Ini, CommentsQuotesAndSections) {
  const Ini ini = read_ini(
      "\xEF\xBB\xBF# head\r\nseed = 3\r\n[ sampling ]\nstop = \"a # b\" c ; rest\ntop_p=1#x\nnote = it's 5\" "
      "wide # end\n\"q = 1\n[x\nlost\n=3\n");
  ASSERT_EQ(ini.lines.size(), 5U);
  EXPECT_EQ(ini.lines[0].name, "seed");
  EXPECT_EQ(ini.lines[0].whole, "3");
  EXPECT_EQ(ini.lines[1].name, "sampling.stop");
  EXPECT_EQ(ini.lines[1].words, (Words{"a # b", "c"}));
  EXPECT_EQ(ini.lines[2].whole, "1#x");
  EXPECT_EQ(ini.lines[3].whole, "it's 5\" wide");
  EXPECT_EQ(ini.errors.size(), 3U);
  EXPECT_THAT(ini.errors[0], HasSubstr("line 8"));
}

TEST(Ini, QuotingReadsBack) {
  for (const std::string text :
       {"", "plain", "two words", " edge ", "a#b", "say \"hi\"", "\n", "back\\slash", "tab\t", "=x", "[y]"}) {
    const Ini ini =
        read_ini("a = " + quote_ini(text, false) + "\n" + "b = x " + quote_ini(text, true) + " y\n");
    ASSERT_EQ(ini.lines.size(), 2U) << text;
    EXPECT_EQ(ini.lines[0].whole, text);
    EXPECT_EQ(ini.lines[1].words, (Words{"x", text, "y"}));
  }
}

TEST_F(IniFile, CommandLineOverFileOverDefault) {
  write("seed = 5\nthreads = 2\ninput = a\ninput = \"b c\" d\n[sampling]\ntemperature = 0.5\n");
  SampleOptions options;
  parse({"--seed", "6", "--config", path_}, sample_text(), options.visitor());
  EXPECT_EQ(options.seed, 6);
  EXPECT_EQ(options.threads, 2);
  EXPECT_EQ(options.temperature, 0.5);
  EXPECT_EQ(options.clip, 0.2);
  EXPECT_EQ(options.input, (Words{"a", "b c", "d"}));
}

TEST_F(IniFile, QuotesHoldLineBreaks) {
  write("[sampling]\nstop = \"\\n\\n\" Problem: \"a\\tb\" \\n\n");
  SampleOptions options;
  parse({"--config", path_}, sample_text(), options.visitor());
  EXPECT_EQ(options.stop, (Words{"\n\n", "Problem:", "a\tb", "\\n"}));  // outside of quotes \n stays as it is
}

TEST_F(IniFile, OtherJobsOptionsAreAcceptedAndUnknownOnesNot) {
  EXPECT_EQ(complaint("data = x\n[training]\nupdates = 3\n"), "accepted");
  EXPECT_THAT(
      complaint("[training]\nupdate = 3\n[sampling]\ntemprature = 2\n", {"--no_such_option", "1"}),
      AllOf(HasSubstr("3 wrong options"),
            HasSubstr("line 2: training.update: unknown option; did you mean --training.updates?"),
            HasSubstr("line 4: sampling.temprature: unknown option; did you mean --sampling.temperature?"),
            HasSubstr("--no_such_option")));
}

TEST_F(IniFile, TroubleInTheFileIsNamedByLine) {
  EXPECT_THAT(complaint("seed = x\nconfig = other.ini\n\n[sampling\n"),
              AllOf(HasSubstr("line 2: config is allowed only on the command line"),
                    HasSubstr("line 1: seed: 'x' is not a whole number"),
                    HasSubstr("line 4: the section has no closing ]")));
  SampleOptions options;
  EXPECT_THROW(parse({"--config", "/nowhere.ini"}, sample_text(), options.visitor()), BadOption);
}

TEST_F(IniFile, AValueGivenTwiceIsRefusedWithBothLines) {
  EXPECT_THAT(complaint("seed = 1\nthreads = 2\nseed = 2\n"),
              HasSubstr("line 3: seed is given twice, as 1 in line 1 and as 2: leave out one of them"));
  EXPECT_EQ(complaint("seed = 1\nseed = 1\nresume = on\nresume = true\n"), "accepted");
}

TEST_F(IniFile, ResolvedOptionsReadBackToTheSame) {
  SampleOptions options;
  parse({"--seed", "7", "--input", "x y", "z#", "--sampling.temperature", "0.1", "--rollout.kv_bytes", "1536",
         "--model", " odd \"name\" ", "--checkpoint.every_minutes", "90s", "--resume", "off"},
        sample_text(), options.visitor());
  const std::string ini = to_ini("", options.visitor());
  EXPECT_THAT(ini, AllOf(HasSubstr("[sampling]\ntemperature = 0.1\n"), HasSubstr("threads = auto"),
                         Not(HasSubstr("config ="))));
  write(ini);
  SampleOptions again;
  parse({"--config", path_}, sample_text(), again.visitor());
  EXPECT_EQ(to_ini("", again.visitor()), ini);
  EXPECT_EQ(again.model, options.model);
  EXPECT_EQ(again.input, options.input);
  EXPECT_EQ(again.stop, options.stop);
  const Json json = to_json("", again.visitor());
  EXPECT_EQ(json.at("sampling.temperature").as_double(), 0.1);
  EXPECT_EQ(json.at("rollout.kv_bytes").as_integer(), 1536);
  EXPECT_EQ(json.at("checkpoint.every_minutes").as_double(), 90);
  EXPECT_EQ(json.at("resume").as_bool(), false);
}

TEST(IniLines, OfASectionSetOptionsOnTopOfTheirValues) {
  SampleOptions options;
  options.model = "kept";
  Ini ini = read_ini("[one]\nsampling.temperature = 0.5\ninput = a \"b c\"\n[empty]\n");
  ASSERT_EQ(ini.sections.size(), 2u);
  EXPECT_EQ(ini.sections[1].name, "empty");
  EXPECT_EQ(ini.lines[0].section, "one");
  for (IniLine& line : ini.lines) { line.name = line.key; }
  set_options(ini.lines, "sweep.ini", sample_text(), options.visitor());
  EXPECT_EQ(options.model, "kept");
  EXPECT_EQ(options.temperature, 0.5);
  EXPECT_EQ(options.input, (std::vector<std::string>{"a", "b c"}));
  ini.lines[0].name = "sampling.temprature";
  EXPECT_THAT([&] { set_options(ini.lines, "sweep.ini", sample_text(), options.visitor()); },
              testing::ThrowsMessage<BadOption>(
                  AllOf(HasSubstr("sweep.ini line 2"), HasSubstr("did you mean --sampling.temperature"))));
}

}  // namespace
}  // namespace srl::config
