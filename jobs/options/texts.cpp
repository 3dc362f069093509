#include "jobs/options/texts.hpp"

#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "jobs/options/model.hpp"
#include "jobs/options/prep.hpp"
#include "jobs/options/presets.hpp"
#include "jobs/options/score.hpp"
#include "jobs/options/suite.hpp"

namespace srl::jobs {
namespace {

/// An example per use, by job and subcommand.
struct ExampleRow {
  std::string_view job, subcommand, use, command;
};
constexpr ExampleRow example_rows[] = {
    {"srl_check", "", "this machine", "mpirun -n 2 srl_check --quick"},
    {"srl_check", "", "before a job, with the job's own arguments",
     "mpirun -n 4 srl_check --quick --preset smollm2_laptop --data data --model models/SmolLM2-135M-Instruct "
     "--run run"},
    {"srl_prep", "", "a file of expert solutions",
     "mpirun -n 2 srl_prep --input solutions.jsonl --output data"},
    {"srl_prep", "guess", "what is in a file, and the command that prepares it",
     "srl_prep guess solutions.jsonl"},
    {"srl_prep", "inspect", "instances as the policy will see them",
     "srl_prep inspect data --model models/SmolLM2-135M-Instruct"},
    {"srl_prep", "verify", "a folder that was copied", "srl_prep verify data"},
    {"srl_prep", "export", "solutions as JSON lines", "srl_prep export data --output solutions.jsonl"},
    {"srl_prep", "generate", "problems made by rule",
     "srl_prep generate --synthetic.training 500 --output data"},
    {"srl_train", "", "SRL on two cores",
     "mpirun -n 2 srl_train --preset smollm2_laptop --data data --model models/SmolLM2-135M-Instruct --run "
     "run"},
    {"srl_train", "", "the answer format first",
     "mpirun -n 2 srl_train --preset format_sft --data data --model models/SmolLM2-135M-Instruct --run "
     "format"},
    {"srl_train", "", "RLVR after SRL",
     "mpirun -n 2 srl_train --preset rlvr --data data --model run/export --run rlvr"},
    {"srl_train", "", "memory, sizes and time, without training",
     "srl_train --preset paper_srl_7b --data data --model models/Qwen2.5-7B-Instruct --dry_run --plan.ranks "
     "8"},
    {"srl_eval", "", "one benchmark, greedy",
     "mpirun -n 2 srl_eval --model run/export --input benchmark.jsonl --output results/srl --sampling.greedy "
     "on"},
    {"srl_eval", "", "a benchmark as in the paper",
     "mpirun -n 2 srl_eval --preset eval_amc23 --model run/export --input amc23.jsonl --output results/srl"},
    {"srl_eval", "", "held-out steps",
     "srl_eval --evaluation.view step --model run/export --data data --output results/steps"},
    {"srl_eval", "", "several models, benchmarks and settings",
     "srl_eval --sweep jobs/presets/sweep_example.ini --output results/sweep"},
    {"srl_report", "", "records and a run, as tables and as a page",
     "srl_report results --run runs/srl --html report.html"},
    {"srl_report", "", "a run that is not finished", "srl_report --live runs/srl"},
    {"srl_report", "", "held-out steps before and after training",
     "srl_report --before results/base --after results/srl"},
    {"srl_score", "similarity", "similarity of pairs", "srl_score similarity --input pairs.jsonl"},
    {"srl_score", "format", "format of completions", "srl_score format --input completions.jsonl"},
    {"srl_score", "extract", "final answers", "srl_score extract --input texts.jsonl"},
    {"srl_score", "grade", "grades", "srl_score grade --input answers.jsonl --output grades.jsonl"},
    {"srl_generate", "", "a file of prompts",
     "mpirun -n 2 srl_generate --model models/SmolLM2-135M-Instruct --input prompts.jsonl --output "
     "completions.jsonl"},
    {"srl_generate", "", "one prompt",
     "echo '{\"prompt\": \"Two and two is\"}' | srl_generate --model models/SmolLM2-135M-Instruct "
     "--sampling.greedy on"},
    {"srl_model", "info", "what a folder holds", "srl_model info models/SmolLM2"},
    {"srl_model", "import", "a GGUF file", "srl_model import --input SmolLM2.gguf --output models/SmolLM2"},
    {"srl_model", "export", "another element type",
     "srl_model export models/SmolLM2 --dtype bf16 --output models/small"},
    {"srl_model", "init", "a tiny model for tests",
     "srl_model init --architecture mini --output models/mini"},
    {"srl_model", "tokenize", "token ids", "srl_model tokenize models/SmolLM2 --input texts.jsonl"},
    {"srl_model", "detokenize", "texts", "srl_model detokenize models/SmolLM2 --input ids.jsonl"},
    {"srl_model", "logits", "likeliest tokens", "srl_model logits models/SmolLM2 --input ids.jsonl"},
    {"srl_model", "compare", "what training changed", "srl_model compare models/SmolLM2 run/export"},
};

const std::vector<config::JobText>& all_texts() {
  static const std::vector<config::JobText> texts{
      {.name = "srl_check",
       .purpose =
           "Checks ranks, threads, GPUs, network, disk, clocks, versions, options and inputs before a job. "
           "It "
           "knows the options of srl_prep, srl_train and srl_eval, so it takes the job's own arguments. If a "
           "check fails, it names the bad node and exits with 1.",
       .examples = {},
       .needs = "the arguments of the job that is planned, or --quick to check only the machines"},
      {.name = "srl_prep",
       .purpose =
           "Cuts expert solutions into steps and writes them as HDF5 shards, with a manifest, a report and a "
           "list of the rows that were not used.",
       .examples = {},
       .subcommands = PrepOptions::subcommands(),
       .positional = {"data", "file"},
       .subcommand_optional = true},
      {.name = "srl_train",
       .purpose = "Trains a language model on expert steps (SRL), outcomes (RLVR) or expert text (SFT), with "
                  "checkpoints and resume.",
       .examples = {}},
      {.name = "srl_eval",
       .purpose = "Answers benchmark questions with a model and grades the answers; can be resumed, and "
                  "divided into "
                  "array tasks.",
       .examples = {}},
      {.name = "srl_report",
       .purpose = "Prints tables with 95% intervals from records of srl_eval, and the figures of training "
                  "runs; writes "
                  "them as an HTML page.",
       .examples = {},
       .positional = {"input"}},
      {.name = "srl_score",
       .purpose = "Scores JSON lines from stdin (or --input) to stdout (or --output): one line out for each "
                  "line in, in "
                  "order.",
       .examples = {},
       .subcommands = ScoreOptions::subcommands()},
      {.name = "srl_generate",
       .purpose = "Completes JSON lines {\"prompt\"}, {\"messages\"} or {\"ids\"} from stdin (or --input) on "
                  "stdout (or "
                  "--output), in order.",
       .examples = {}},
      {.name = "srl_model",
       .purpose = "Inspects, imports, exports and tries models and their tokenizers.",
       .examples = {},
       .subcommands = ModelOptions::subcommands(),
       .positional = {"model", "other", "input"}}};
  return texts;
}

}  // namespace

config::JobText job_text(const std::string& name) {
  for (config::JobText text : all_texts()) {
    if (text.name != name) { continue; }
    std::erase_if(text.subcommands, [](const auto& command) { return command.first.empty(); });
    text.suite = &suite_names();
    for (const ExampleRow& row : example_rows) {
      if (row.job == name) {
        text.examples.push_back(
            {std::string(row.use), std::string(row.command), std::string(row.subcommand)});
      }
    }
    if (name == "srl_train" || name == "srl_eval" || name == "srl_check") { text.presets = presets; }
    return text;
  }
  throw Bug(cat("no job ", name));
}

}  // namespace srl::jobs
