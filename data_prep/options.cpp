#include "data_prep/options.hpp"

namespace srl::data_prep {

void FieldOptions::visit(config::Visitor& v) {
  v.section("fields");
  v.option("id", id,
           "field with the solution's id, a.b = b inside a; empty = the preset's, else file and line");
  v.option("question", question, "field with the question; empty = the preset's");
  v.option("solution", solution, "field with the worked solution; empty = the preset's");
  v.option("steps", steps,
           "field with an array of step texts, used instead of splitting a solution; empty = the preset's");
  v.option("answer", answer, "field with the final answer; empty = the preset's, else the last \\boxed{}");
  v.option("source", source, "field with the source; empty = the preset's, else the file's name");
  v.option("reasoning", reasoning,
           "field with the expert's thinking, kept beside the steps; empty = the preset's");
  v.option("correct", correct, "field that marks the answer right or wrong; empty = the preset's");
}

void LimitOptions::visit(config::Visitor& v) {
  v.section("limits");
  v.option("question_chars", question_chars, "longest question in characters; 0 = any", config::at_least(0));
  v.option("solution_chars", solution_chars, "longest solution (all its steps) in characters; 0 = any",
           config::at_least(0));
  v.option("step_chars", step_chars,
           "longest step in characters; solutions with a longer one are dropped; 0 = any",
           config::at_least(0));
  v.option("steps", steps, "largest number of steps per solution; 0 = any", config::at_least(0));
  v.option("question_tokens", question_tokens, "longest question in tokens of --model's tokenizer; 0 = any",
           config::at_least(0));
  v.option("solution_tokens", solution_tokens, "longest solution in tokens; 0 = any", config::at_least(0));
  v.option("step_tokens", step_tokens,
           "longest step in tokens; solutions with a longer one are dropped; 0 = any", config::at_least(0));
  v.option("marked_incorrect", marked_incorrect,
           "treatment of solutions whose answer the data marks as wrong");
}

void PrepareOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("input", input,
           "files, folders or globs of expert solutions: JSONL, JSON arrays, CSV, TSV, Parquet, .traj; "
           "plain, gzip or zstd");
  v.option("output", output, "folder for shards/, manifest.json, report.md and rejects.jsonl");
  v.option("preset", preset,
           "kind of data set: auto (by each row's fields), a built-in name or a JSON file of your own");
  v.option("splitter", splitter,
           "how a solution is cut into steps; auto = what the preset lists, tried in turn");
  v.option("max_reject_fraction", max_reject_fraction,
           "largest share of unreadable rows; the job fails above it", config::Range<double>{0, 1});
  v.option("model", model, "folder with a tokenizer, for limits in tokens");
  fields.visit(v);
  limits.visit(v);
  v.option("row_bytes", longest_row, "longest row in bytes; longer rows are rejected without parsing");
  v.section("holdout");
  v.option(
      "questions", holdout_questions,
      "groups of near-duplicate questions held out for validation; auto = at most 60, and at most a tenth "
      "of the solutions",
      {.low = 0, .word = "auto", .word_value = -1});
  v.option("seed", holdout_seed, "seed of the hash that chooses the held-out groups", config::at_least(0));
  v.section("dedup");
  v.option("exact", dedup_exact, "treatment of rows with the same question and steps as an earlier one");
  v.option("near", dedup_near, "treatment of rows whose question is nearly the same as an earlier one");
  v.section("contamination");
  v.option("against", contamination_against, "benchmark files whose questions must not occur in the data");
  v.option("found", contamination_found, "treatment of rows whose question occurs in these benchmarks");
  v.option("words", contamination_words, "number of consecutive common words that count as an overlap",
           config::at_least(1));
  v.section("shards");
  v.option("solutions", shard_solutions, "largest number of solutions per shard", config::at_least(1));
  v.option("bytes", shard_bytes,
           "largest amount of text per shard in bytes; a longer solution gets a shard of its own");
  v.option("compression", shard_compression,
           "compression of the shards' datasets; other programs need HDF5's zstd plug-in to read zstd");
  v.option("read_bytes", chunk_bytes, "bytes of input per piece of work; the shards do not depend on it");
}

void GuessOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("file", file, "files, folders or globs of expert solutions");
  v.option("rows", rows, "number of rows read, from the start of each file", config::at_least(1));
}

void InspectOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("data", data, "data folder");
  v.option("model", model,
           "model folder whose tokenizer and chat template are used; without it solutions are printed as "
           "they are stored");
  v.option("split", split, "split to print from", {{SplitChoice::train, SplitChoice::validation}});
  v.option("limit", limit, "number of instances printed", config::at_least(0));
  instance.visit(v);
}

void VerifyOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("data", data, "data folder");
}

void ExportOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("data", data, "data folder");
  v.option("output", output, "file to write; empty = stdout");
  v.option("split", split, "split to export");
  v.option("messages", messages, "whether each line is a chat that asks for a rewriting, for srl_generate");
  v.option(
      "prompt", prompt,
      "file with the request, in which {question}, {solution} and {answer} are replaced; empty = built-in");
  v.option(
      "rewrites", rewrites,
      "srl_generate's output for those chats; the rewritten solutions are written where the final answer is "
      "unchanged");
}

void GenerateOptions::visit(config::Visitor& v) {
  v.section("");
  v.option(
      "output", output,
      "folder for manifest.json, shards/ and, of problems, solutions.jsonl, validation.jsonl and test.jsonl");
  v.section("synthetic");
  v.option("problem", problem,
           "kind of problem: chain = two-digit arithmetic modulo 100; euclid = greatest common divisors");
  v.option("texts", texts,
           "problems = solutions without thoughts, and test problems; warmup = solutions with thoughts");
  v.option("training", training, "number of training problems, or of warm-up texts", config::at_least(1));
  v.option("validation", validation, "number of validation problems", config::at_least(0));
  v.option("test", test, "number of test problems", config::at_least(0));
  v.option("steps", steps, "numbers of steps; each problem has one of them");
  v.option("step_weights", step_weights, "relative frequency of each number of steps; empty = equal");
  v.option("multiply", multiply, "chain: probability that an operation is a multiplication",
           config::Range<double>{0, 1});
  v.option("careful", careful, "warmup: probability that a step's thought is the careful one",
           config::Range<double>{0, 1});
}

}  // namespace srl::data_prep
