#pragma once
// Options of srl_prep and its subcommands.
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"
#include "store/options.hpp"
#include "trajectory/options.hpp"

namespace srl::data_prep {

enum class SplitterChoice { automatic, numbered, roman, lines, paragraphs, sentences, array, agent, whole };
SRL_WORDS(SplitterChoice, "auto", "numbered", "roman", "lines", "paragraphs", "sentences", "array", "agent",
          "whole");

enum class Found { drop, keep };
SRL_WORDS(Found, "drop", "keep");

enum class NearDuplicates { off, report, drop };
SRL_WORDS(NearDuplicates, "off", "report", "drop");

enum class SplitChoice { all, train, validation };
SRL_WORDS(SplitChoice, "all", "train", "validation");

enum class SyntheticKind { chain, euclid };
SRL_WORDS(SyntheticKind, "chain", "euclid");

enum class SyntheticTexts { problems, warmup };
SRL_WORDS(SyntheticTexts, "problems", "warmup");

struct FieldOptions {
  std::string id, question, solution, steps, answer, source, reasoning,
      correct;                     ///< paths of fields; empty = the preset's
  void visit(config::Visitor& v);  ///< section "fields"
};

/// Longer solutions are dropped. 0 = no limit.
struct LimitOptions {
  std::int64_t question_chars = 0, solution_chars = 0, steps = 0, step_chars = 0;
  std::int64_t question_tokens = 0, solution_tokens = 0, step_tokens = 0;  ///< need a tokenizer
  Found marked_incorrect = Found::drop;
  bool need_tokenizer() const { return question_tokens > 0 || solution_tokens > 0 || step_tokens > 0; }
  void visit(config::Visitor& v);  ///< section "limits"
};

struct PrepareOptions {
  std::vector<std::string> input;
  std::string output, model;
  std::string preset = "auto";
  SplitterChoice splitter = SplitterChoice::automatic;
  double max_reject_fraction = 0.01;
  FieldOptions fields;
  LimitOptions limits;
  std::int64_t holdout_questions = -1;  ///< groups; -1 = auto: see hold_out()
  std::int64_t holdout_seed = 0;
  Found dedup_exact = Found::drop;  ///< rows with the same question and solution
  NearDuplicates dedup_near = NearDuplicates::off;
  std::vector<std::string> contamination_against;
  Found contamination_found = Found::drop;
  std::int64_t contamination_words = 13;
  std::int64_t shard_solutions = 10000;
  store::Compression shard_compression = store::Compression::none;
  config::Bytes shard_bytes{std::uint64_t{128} << 20}, chunk_bytes{std::uint64_t{8} << 20},
      longest_row{std::uint64_t{32} << 20};
  void visit(config::Visitor& v);
};

struct GuessOptions {
  std::vector<std::string> file;
  std::int64_t rows = 20;
  void visit(config::Visitor& v);
};

struct InspectOptions {
  std::string data, model;
  SplitChoice split = SplitChoice::train;
  std::int64_t limit = 3;
  trajectory::InstanceOptions instance;
  void visit(config::Visitor& v);
};

struct VerifyOptions {
  std::string data;
  void visit(config::Visitor& v);
};

struct ExportOptions {
  std::string data, output, prompt, rewrites;
  SplitChoice split = SplitChoice::all;
  bool messages = false;
  void visit(config::Visitor& v);
};

struct GenerateOptions {
  std::string output;
  SyntheticKind problem = SyntheticKind::chain;
  SyntheticTexts texts = SyntheticTexts::problems;
  std::int64_t training = 500, validation = 60, test = 200;
  std::vector<std::string> steps = {"6"};  ///< numbers of steps, one drawn for each problem
  std::vector<std::string> step_weights;   ///< their weights; empty = equal
  double multiply = 0.9;                   ///< chain: probability of a multiplication
  double careful = 0.5;  ///< warmup: probability that a thought is the careful one, drawn for each step
  void visit(config::Visitor& v);
};

}  // namespace srl::data_prep
