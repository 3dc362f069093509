#include "jobs/options/model.hpp"

namespace srl::jobs {

using device::DtypeChoice;

std::vector<std::pair<std::string, std::string>> ModelOptions::subcommands() {
  return {{"info", "architecture, sizes and tensors of a model folder"},
          {"import", "GGUF file to Hugging Face folder"},
          {"export", "model folder to model folder in another element type"},
          {"init", "model folder with fresh random weights"},
          {"tokenize", "JSON lines {\"text\"} to {\"ids\"}"},
          {"detokenize", "JSON lines {\"ids\"} to {\"text\"}"},
          {"logits", "JSON lines {\"ids\"} to {\"top\": [[id, log-probability], ...]} of the last position"},
          {"compare", "largest differences between two models, tensor by tensor"}};
}

namespace {

config::FirstPage first_page_of_model(const std::string& command) {
  if (command == "info") { return {.required = {"model"}, .often = {"check_finite"}}; }
  if (command == "import") { return {.required = {"input", "output"}, .often = {}}; }
  if (command == "export") { return {.required = {"model", "output"}, .often = {"dtype"}}; }
  if (command == "init") {
    return {.required = {"output"}, .often = {"architecture", "words", "model", "seed", "dtype"}};
  }
  if (command == "tokenize" || command == "detokenize") {
    return {.required = {"model"}, .often = {"input", "output"}};
  }
  if (command == "logits") {
    return {.required = {"model"}, .often = {"input", "output", "top", "all", "device"}};
  }
  if (command == "compare") { return {.required = {"model", "other"}, .often = {}}; }
  return {.required = {}, .often = {"model", "input", "output"}};
}

}  // namespace

void ModelOptions::visit(const std::string& command, config::Visitor& v) {
  common.visit(v);
  v.first_page(first_page_of_model(command));
  const bool any = command.empty(),
             lines = command == "tokenize" || command == "detokenize" || command == "logits";
  v.section("");
  if (command != "import") { v.option("model", model, "Hugging Face model folder"); }
  if (any || command == "import") {
    v.option("input", input, "GGUF file (import), or file of JSON lines instead of stdin");
  }
  if (lines) { v.option("input", input, "file of JSON lines; empty = stdin"); }
  if (lines) { v.option("output", output, "file of JSON lines; empty = stdout"); }
  if (any || command == "import" || command == "export" || command == "init") {
    v.option("output", output, "folder to write");
  }
  if (any || command == "export") {
    v.option("dtype", dtype, "element type of the weights written, or computed with",
             {{DtypeChoice::fp32, DtypeChoice::bf16, DtypeChoice::fp64}});
  } else if (command == "logits") {
    device.visit_device(v);
    v.option("dtype", dtype, "element type of the computation; bf16 only on a GPU, fp64 only on a CPU",
             {{DtypeChoice::fp32, DtypeChoice::fp64, DtypeChoice::bf16}});
  } else if (command == "init") {
    v.option("dtype", dtype, "element type of the weights written", {{DtypeChoice::fp32, DtypeChoice::bf16}});
  }
  if (any || command == "init") {
    v.option("architecture", architecture,
             "mini = a tiny Llama that reads any text byte by byte; none = --model names a folder with "
             "config.json and tokenizer");
    v.option("words", words,
             "with --architecture mini: file with a JSON list of texts, each of which becomes one token");
  }
  if (any || command == "info") {
    v.option("check_finite", check_finite, "refuse weights with NaN or infinities");
  }
  if (any || command == "logits") { v.option("top", top, "number of likeliest tokens", config::at_least(1)); }
  if (any || command == "logits") { v.option("all", all, "every position, not only the last"); }
  if (any || command == "compare") { v.option("other", other, "second model folder"); }
  if (any || command == "logits") { compute.visit(v); }
}

}  // namespace srl::jobs
