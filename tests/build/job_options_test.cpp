// Runs --help of every job and subcommand, and compares the options with the known names, against which
// shared files are checked. Also checks the table of names that other programs use.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "jobs/options/eval.hpp"
#include "jobs/options/presets.hpp"
#include "jobs/options/suite.hpp"
#include "jobs/options/texts.hpp"

namespace srl {
namespace {

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) { return text; }
  std::array<char, 4096> piece{};
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), pipe)) {
    text.append(piece.data(), got);
  }
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return text;
}

/// The first words of the lines that start with two blanks and `mark`, without the mark.
std::set<std::string> words_after(const std::string& text, const std::string& mark) {
  std::set<std::string> found;
  for (const std::string& line : split(text, '\n')) {
    const std::string start = "  " + mark;
    if (line.size() > start.size() && line.starts_with(start) && line[start.size()] != ' ') {
      found.insert(line.substr(start.size(), line.find(' ', start.size()) - start.size()));
    }
  }
  return found;
}

bool is_known(const std::string& name) {
  const std::vector<std::string>& known = jobs::suite_names().known;
  return std::binary_search(known.begin(), known.end(), name);
}

TEST(OtherNames, LeadToOptionsThatExistAndEachToOne) {
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> found;
  for (const config::OtherName& other : jobs::suite_names().others) {
    EXPECT_TRUE(is_known(std::string(other.ours)))
        << other.theirs << " of " << other.whose << " leads to " << other.ours;
    EXPECT_TRUE(found.emplace(std::pair{other.whose, other.theirs}, other.ours).second)
        << other.theirs << " of " << other.whose << " is there twice";
  }
  EXPECT_GT(found.size(), 100U);
}

/// The options of a preset, which are checked.
jobs::EvalOptions evaluation_preset(const std::string& name) {
  jobs::EvalOptions options;
  config::parse({"--config", cat(SRL_SOURCE_DIR "/jobs/presets/eval_", name, ".ini"), "--model", "m",
                 "--input", "f", "--output", "o"},
                jobs::job_text("srl_eval"),
                [&](const std::string&, config::Visitor& v) { options.visit(v); });
  EXPECT_NO_THROW(check(options)) << name;
  return options;
}

TEST(EvaluationPresets, HoldThePapersSettings) {  // docs/method.md, "Settings of the paper's runs"
  const std::map<std::string, std::int64_t> samples{
      {"amc23", 32}, {"aime24", 32}, {"aime25", 32}, {"minerva", 1}};
  for (const auto& [name, count] : samples) {
    const jobs::EvalOptions options = evaluation_preset(name);
    EXPECT_EQ(options.sweep.samples, count) << name;
    EXPECT_EQ(options.sampling.greedy, count == 1) << name;
    EXPECT_EQ(options.sampling.max_new_tokens, 2048) << name;
    EXPECT_EQ(options.sampling.temperature, 1.0) << name;
    EXPECT_EQ(options.sweep.view, evaluation::EvaluationView::whole) << name;
    EXPECT_EQ(options.sweep.prompt, evaluation::EvaluationPrompt::benchmark) << name;
  }
}

TEST(EvaluationPresets, OfOtherBenchmarksAreGreedy) {
  for (const std::string name : {"math500", "gsm8k", "olympiadbench", "choices", "swebench"}) {
    const jobs::EvalOptions options = evaluation_preset(name);
    EXPECT_TRUE(options.sampling.greedy) << name;
    EXPECT_EQ(options.sweep.view == evaluation::EvaluationView::patch, name == "swebench") << name;
  }
}

TEST(EvaluationPresets, LeaveTheLengthToTheViewWithoutOne) {
  jobs::EvalOptions whole, step;
  step.sweep.view = evaluation::EvaluationView::step;
  resolve_length(whole);
  resolve_length(step);
  EXPECT_EQ(whole.sampling.max_new_tokens, 2048);
  EXPECT_EQ(step.sampling.max_new_tokens, 512);
}

TEST(JobOptions, AreAllKnownToTheSuite) {
  std::size_t seen = 0;
  for (const std::string& job : split(SRL_JOBS, ':')) {
    if (job.empty()) { continue; }
    const std::string help = output_of(job + " --help all");
    std::set<std::string> options = words_after(help, "--");
    const std::size_t begin = help.find("\nSubcommands"), end = help.find("\nOptions:");
    if (begin != std::string::npos) {
      for (const std::string& word : words_after(help.substr(begin, end - begin), "")) {
        options.merge(words_after(output_of(job + " " + word + " --help all"), "--"));
      }
    }
    EXPECT_TRUE(options.count("help")) << job;
    for (const std::string& name : options) {
      EXPECT_TRUE(is_known(name)) << name << " of " << job << " is missing in jobs/options/suite.cpp";
    }
    seen += options.size();
  }
  if (seen == 0) { GTEST_SKIP() << "no jobs in this build"; }
}

/// Every page of help: its command, and its text.
std::map<std::string, std::string> pages_of_help() {
  std::map<std::string, std::string> pages;
  for (const std::string& job : split(SRL_JOBS, ':')) {
    if (job.empty()) { continue; }
    std::vector<std::string> commands{job};
    const std::string help = output_of(job + " --help all");
    const std::size_t begin = help.find("\nSubcommands"), end = help.find("\nOptions:");
    if (begin != std::string::npos) {
      for (const std::string& word : words_after(help.substr(begin, end - begin), "")) {
        commands.push_back(job + " " + word);
      }
    }
    for (const std::string& command : commands) {
      for (const char* page : {" --help", " --help all"}) {
        pages[command + page] = output_of(command + page);
      }
    }
  }
  return pages;
}

TEST(Help, FitsThePage) {
  for (const auto& [command, text] : pages_of_help()) {
    for (const std::string& line : split(text, '\n')) {
      EXPECT_LE(line.size(), 100U) << command << ":\n" << line;
    }
    EXPECT_EQ(text.find("internal error"), std::string::npos) << text;
    EXPECT_NE(text.find("\nExamples:\n"), std::string::npos) << command << " has no example:\n" << text;
  }
}

TEST(Help, HasPresetsThatTheirJobsRead) {
  std::set<std::string> names;
  for (const config::Preset& preset : jobs::presets()) {
    EXPECT_TRUE(names.insert(preset.name).second) << preset.name << " is there twice";
    EXPECT_FALSE(preset.meaning.empty()) << preset.name;
    EXPECT_FALSE(preset.jobs.empty()) << preset.name;
  }
  for (const char* name : {"paper_srl_7b", "mini_srl", "eval_aime24", "format_sft", "rlvr"}) {
    EXPECT_TRUE(names.count(name)) << name;
  }
  EXPECT_FALSE(names.count("sweep_example")) << "a sweep is not a preset";
  jobs::EvalOptions options;
  config::parse({"--preset", "eval_amc23"}, jobs::job_text("srl_eval"),
                [&](const std::string&, config::Visitor& v) { options.visit(v); });
  EXPECT_EQ(options.sweep.samples, 32);
  EXPECT_THROW(config::parse({"--preset", "paper_srl_7b"}, jobs::job_text("srl_eval"),
                             [&](const std::string&, config::Visitor& v) { options.visit(v); }),
               BadOption);
}

}  // namespace
}  // namespace srl
