#include <gmock/gmock.h>

#include "base/error.hpp"
#include "config/sample_options.hpp"
#include "config/shell.hpp"

namespace srl::config {
namespace {

using testing::AllOf, testing::HasSubstr, testing::Not;
using Words = std::vector<std::string>;

SampleOptions parsed(const Words& words) {
  SampleOptions options;
  EXPECT_EQ(parse(words, sample_text(), options.visitor()).action, Parsed::Action::run);
  return options;
}

std::string complaint(const Words& words, const JobText& text = sample_text()) {
  SampleOptions options;
  try {
    parse(words, text, options.visitor());
  } catch (const BadOption& error) { return error.what(); }
  return "accepted";
}

TEST(CommandLine, BothFormsOfValues) {
  const SampleOptions options =
      parsed({"--seed", "3", "--sampling.temperature=0.5", "--rollout.kv_bytes", "512M",
              "--checkpoint.every_minutes", "2h", "--instance.view=whole", "--model=a=b"});
  EXPECT_EQ(options.seed, 3);
  EXPECT_EQ(options.temperature, 0.5);
  EXPECT_EQ(options.kv.value, 512U << 20);
  EXPECT_EQ(options.every.seconds, 7200);
  EXPECT_EQ(options.view, View::whole);
  EXPECT_EQ(options.model, "a=b");
}

TEST(CommandLine, SwitchesStandAloneOrTakeAWord) {
  EXPECT_TRUE(parsed({"--sampling.greedy"}).greedy);
  EXPECT_TRUE(parsed({"--sampling.greedy", "--seed", "1"}).greedy);
  for (const char* word : {"on", "true", "1"}) { EXPECT_TRUE(parsed({"--sampling.greedy", word}).greedy); }
  for (const char* word : {"off", "false", "0"}) { EXPECT_FALSE(parsed({"--resume", word}).resume); }
  EXPECT_FALSE(parsed({"--resume=off"}).resume);
  EXPECT_THAT(complaint({"--resume=maybe"}), HasSubstr("'maybe' is not on, off"));
}

TEST(CommandLine, ListsAreTheWordsThatFollow) {
  EXPECT_EQ(parsed({"--input", "a", "b c", "--seed", "1"}).input, (Words{"a", "b c"}));
  EXPECT_EQ(parsed({"--input=a"}).input, (Words{"a"}));
  EXPECT_EQ(parsed({"--sampling.stop="}).stop, Words{});
  EXPECT_EQ(parsed({}).stop, (Words{"a b", "\n"}));
  EXPECT_THAT(complaint({"--input", "--seed", "1"}), HasSubstr("--input needs at least one value"));
}

TEST(CommandLine, AnOptionGivenTwiceIsRefused) {
  EXPECT_THAT(complaint({"--seed", "1", "--model", "m", "--seed=2", "--seed", "3"}),
              AllOf(HasSubstr("1 wrong option"),
                    HasSubstr("--seed is given twice, as 1 and as 2: leave out one of them")));
  EXPECT_THAT(complaint({"--model", "a b", "--model", "c"}), HasSubstr("as 'a b' and as c"));
  EXPECT_THAT(complaint({"--resume", "--resume", "off"}),
              HasSubstr("--resume is given twice, as on and as off"));
  EXPECT_THAT(complaint({"--input", "a", "b", "--seed", "1", "--input=c"}),
              HasSubstr("--input is given twice, as a b and as c: give all values after one --input"));
  EXPECT_THAT(complaint({"--input", "a", "--input="}), HasSubstr("as a and as an empty list"));
  EXPECT_THAT(complaint({"--config", "a.ini", "--config", "b.ini"}), HasSubstr("--config is given twice"));
  EXPECT_THAT(complaint({"--model", std::string(1000, 'x'), "--model", "y"}),
              Not(HasSubstr(std::string(99, 'x'))));
}

TEST(CommandLine, AnOptionGivenTwiceWithOneMeaningIsNotRefused) {
  EXPECT_EQ(parsed({"--seed", "2", "--seed=2"}).seed, 2);
  EXPECT_EQ(parsed({"--input", "a", "b", "--input", "a", "b"}).input, (Words{"a", "b"}));
  EXPECT_TRUE(parsed({"--sampling.greedy", "--sampling.greedy=on", "--sampling.greedy", "1"}).greedy);
}

TEST(CommandLine, NegativeNumbersAreValues) {
  EXPECT_THAT(complaint({"--seed", "-1"}), HasSubstr("--seed: -1 is out of range: must be at least 0"));
}

TEST(CommandLine, AWordMayStandForZero) {
  EXPECT_EQ(parsed({"--threads", "auto"}).threads, 0);
  EXPECT_EQ(parsed({"--threads", "4"}).threads, 4);
  EXPECT_THAT(complaint({"--threads", "many"}), HasSubstr("'many' is not a whole number or auto"));
}

TEST(CommandLine, EverythingWrongIsToldAtOnce) {
  EXPECT_THAT(
      complaint({"--no_such_option", "1", "--sampling.temprature", "2", "--seed", "x", "--objective.clip_low",
                 "1.5", "--instance.view", "prefix", "stray", "--checkpoint.every_minutes", "soon",
                 "--rollout.kv_bytes", "big", "--model"}),
      AllOf(HasSubstr("9 wrong options"), HasSubstr("--no_such_option: unknown option; nearest name: --"),
            HasSubstr("--sampling.temprature: unknown option; did you mean --sampling.temperature?"),
            HasSubstr("--seed: 'x' is not a whole number"),
            HasSubstr("--objective.clip_low: 1.5 is out of range: must be from 0 to 1"),
            HasSubstr("--instance.view: 'prefix' is not supported yet: use step or whole"),
            HasSubstr("'stray'"), HasSubstr("'soon' is not a duration"), HasSubstr("'big' is not a size"),
            HasSubstr("--model needs a value")));
}

TEST(CommandLine, NoAbbreviations) {
  EXPECT_THAT(complaint({"--see", "1"}), HasSubstr("--see: unknown option; did you mean --seed?"));
}

TEST(CommandLine, AnotherJobsOptionIsUnknownHereButRecognised) {
  EXPECT_THAT(complaint({"--training.updates", "3"}), HasSubstr("another job has it"));
  EXPECT_THAT(complaint({"--training.update", "3"}),
              HasSubstr("did you mean --training.updates (an option of another job)?"));
}

TEST(CommandLine, PositionalWordsFillTheirOptionsInOrder) {
  JobText text = sample_text();
  text.positional = {"model", "input"};
  SampleOptions options;
  parse({"m", "--seed", "4", "a", "b", "--resume"}, text, options.visitor());
  EXPECT_EQ(options.model, "m");
  EXPECT_EQ(options.input, (Words{"a", "b"}));
  SampleOptions apart;
  parse({"m", "a", "--seed", "4", "b"}, text, apart.visitor());
  EXPECT_EQ(apart.input, (Words{"a", "b"}));
  EXPECT_THAT(complaint({"m", "a", "--input", "b"}, text),
              HasSubstr("--input is given twice, as a and as b"));
  EXPECT_THAT(complaint({"m", "--model", "n"}, text), HasSubstr("--model is given twice"));
}

TEST(CommandLine, SubcommandsComeFirstAndHaveTheirOwnOptions) {
  JobText text = sample_text();
  text.subcommands = {{"info", "tells"}, {"import", "converts"}};
  std::int64_t top = 0;
  const Visit visit = [&](const std::string& subcommand, Visitor& v) {
    v.section("");
    if (subcommand == "info") { v.option("top", top, "how many"); }
  };
  EXPECT_EQ(parse({"info", "--top", "3"}, text, visit).subcommand, "info");
  EXPECT_EQ(top, 3);
  EXPECT_THROW(parse({"import", "--top", "3"}, text, visit), BadOption);
  const Parsed help = parse({"info", "--help"}, text, visit);
  EXPECT_THAT(help.text,
              AllOf(HasSubstr("srl_sample info: tells"), HasSubstr("--top N"), Not(HasSubstr("converts"))));
  text.positional = {"elsewhere", "top"};  // a positional that only other subcommands have is skipped
  parse({"info", "5"}, text, visit);
  EXPECT_EQ(top, 5);
  EXPECT_THAT(parse({"--help"}, text, visit).text,
              AllOf(HasSubstr("import"), HasSubstr("converts"), Not(HasSubstr("--top"))));
  EXPECT_THAT(complaint({"inf", "--seed", "1"}, text), HasSubstr("did you mean info?"));
  EXPECT_THAT(complaint({}, text), HasSubstr("needs a subcommand first: info, import"));
}

TEST(CommandLine, WhereTheSubcommandIsOptionalNoneIsTheEmptyWord) {
  JobText text = sample_text();
  text.subcommands = {{"info", "tells"}};
  text.subcommand_optional = true;
  text.positional = {"data"};
  std::string data;
  const Visit visit = [&](const std::string& subcommand, Visitor& v) {
    v.section("");
    if (subcommand == "info") { v.option("data", data, "folder"); }
  };
  EXPECT_EQ(parse({}, text, visit).subcommand, "");
  EXPECT_EQ(parse({"info", "D"}, text, visit).subcommand, "info");
  EXPECT_EQ(data, "D");
  EXPECT_THAT(complaint({"inf"}, text), HasSubstr("did you mean info?"));
  EXPECT_THAT(parse({"--help"}, text, visit).text,
              AllOf(HasSubstr("srl_sample [SUBCOMMAND] [--config"), Not(HasSubstr("[data]"))));
  EXPECT_THAT(parse({"info", "--help"}, text, visit).text, HasSubstr("srl_sample info [data]"));
}

TEST(CommandLine, HelpShowsSectionsLimitsChoicesAndDefaults) {
  SampleOptions options;
  const Parsed help = parse({"--seed", "x", "--help"}, sample_text(), options.visitor());
  EXPECT_EQ(help.action, Parsed::Action::help);
  EXPECT_THAT(help.text,
              AllOf(HasSubstr("srl_sample: tries options"), HasSubstr("[sampling]"),
                    HasSubstr("--sampling.temperature NUMBER"), HasSubstr("(at least 0; default 1)"),
                    HasSubstr("step|whole"), HasSubstr("default 2G"), HasSubstr("default 15m"),
                    HasSubstr("N|auto"), HasSubstr("Examples:\n  a try:\n    srl_sample --seed 1\n")));
  EXPECT_THAT(parse({"--version"}, sample_text(), options.visitor()).text, HasSubstr("srl_sample "));
}

/// The options of a page of help, without --.
Words options_in(const std::string& help) {
  Words found;
  for (std::size_t at = 0; (at = help.find("\n  --", at)) != std::string::npos; ++at) {
    found.push_back(help.substr(at + 5, help.find_first_of(" \n", at + 5) - at - 5));
  }
  return found;
}

TEST(CommandLine, TheFirstPageOfHelpHasWhatIsRequiredAndMostUsed) {
  SampleOptions options;
  const auto visit = [&](const FirstPage& page) {
    return [&options, page](const std::string&, Visitor& v) {
      v.first_page(page);
      options.visit(v);
    };
  };
  const FirstPage page{.required = {"model", "input"}, .often = {"seed", "sampling.temperature"}};
  const std::string first = parse({"--help"}, sample_text(), visit(page)).text;
  EXPECT_EQ(options_in(first), (Words{"model", "input", "seed", "sampling.temperature"}));
  EXPECT_LT(first.find("Required:"), first.find("--model"));
  EXPECT_LT(first.find("--input"), first.find("Most used:"));
  EXPECT_THAT(first, HasSubstr("All 13 options: srl_sample --help all\n"));
  const Words all_forms[] = {{"--help", "all"}, {"--help=all"}, {"-h", "all"}};
  for (const Words& words : all_forms) {
    const std::string all = parse(words, sample_text(), visit(page)).text;
    EXPECT_EQ(options_in(all).size(), 15U) << all;  // with --help and --version
    EXPECT_THAT(all, AllOf(HasSubstr("[rollout]"), HasSubstr("Examples:")));
  }
  EXPECT_THROW(parse({"--help"}, sample_text(), visit({.required = {"modle"}, .often = {}})), Bug);
}

TEST(Shell, ReadsBackWhatIsQuoted) {
  EXPECT_EQ(shell_quoted("runs/srl-1/export"), "runs/srl-1/export");
  EXPECT_EQ(shell_quoted("my data"), "'my data'");
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("it's $HOME"), "'it'\\''s $HOME'");
}

}  // namespace
}  // namespace srl::config
