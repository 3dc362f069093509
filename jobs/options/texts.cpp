#include "jobs/options/texts.hpp"

#include <vector>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "jobs/options/model.hpp"
#include "jobs/options/prep.hpp"
#include "jobs/options/score.hpp"
#include "jobs/options/suite.hpp"

namespace srl::jobs {
namespace {

const std::vector<config::JobText>& all_texts() {
  static const std::vector<config::JobText> texts{
      {.name = "srl_check",
       .purpose = "Checks ranks, threads, GPUs, network, disk, clocks, versions, options and inputs before a "
                  "job. It "
                  "knows the options of\n"
                  "srl_prep, srl_train and srl_eval, so it takes the job's own arguments. If a check fails, "
                  "it names "
                  "the bad node and exits with 1.",
       .example =
           "mpirun -n 4 srl_check --quick --config jobs/presets/smollm2_laptop.ini --data data --model "
           "models/SmolLM2-135M-Instruct --run run"},
      {.name = "srl_prep",
       .purpose =
           "Cuts expert solutions into steps and writes them as HDF5 shards, with a manifest, a report and "
           "a list of the rows that were not used.",
       .example = "mpirun -n 2 srl_prep --input solutions.jsonl --output data",
       .subcommands = PrepOptions::subcommands(),
       .positional = {"data", "file"},
       .subcommand_optional = true},
      {.name = "srl_train",
       .purpose = "Trains a language model on expert steps (SRL), outcomes (RLVR) or "
                  "expert text (SFT), with checkpoints and resume.",
       .example = "mpirun -n 2 srl_train --config jobs/presets/smollm2_laptop.ini --data "
                  "data --model models/SmolLM2-135M-Instruct --run run"},
      {.name = "srl_eval",
       .purpose = "Answers benchmark questions with a model and grades the answers; can be resumed, and "
                  "divided into "
                  "array tasks.",
       .example = "mpirun -n 2 srl_eval --model run/export --input benchmark.jsonl --output results/srl "
                  "--sampling.greedy on"},
      {.name = "srl_report",
       .purpose =
           "Prints tables with 95% intervals from records of srl_eval, and the figures of training runs; "
           "writes them as an HTML page.",
       .example = "srl_report results --run runs/srl --html report.html",
       .positional = {"input"}},
      {.name = "srl_score",
       .purpose = "Scores JSON lines from stdin (or --input) to stdout (or --output): "
                  "one line out for each line in, in order.",
       .example = "srl_score similarity --input pairs.jsonl",
       .subcommands = ScoreOptions::subcommands()},
      {.name = "srl_generate",
       .purpose = "Completes JSON lines {\"prompt\"}, {\"messages\"} or {\"ids\"} from "
                  "stdin (or --input) on stdout (or --output), in order.",
       .example = "mpirun -n 2 srl_generate --model models/SmolLM2-135M-Instruct --input "
                  "prompts.jsonl --output completions.jsonl"},
      {.name = "srl_model",
       .purpose = "Inspects, imports, exports and tries models and their tokenizers.",
       .example = "srl_model import --input SmolLM2.gguf --output models/SmolLM2",
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
    return text;
  }
  throw Bug(cat("no job ", name));
}

}  // namespace srl::jobs
