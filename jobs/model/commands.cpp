#include "jobs/model/commands.hpp"

#include <fstream>
#include <iostream>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "jobs/model/mini_vocabulary.hpp"
#include "model/compare.hpp"
#include "model/gguf.hpp"
#include "model/initial.hpp"
#include "model/inspect.hpp"
#include "model/pack.hpp"
#include "model/parallel.hpp"
#include "model/parameters.hpp"
#include "text/jsonl.hpp"
#include "text/tokenizer.hpp"

namespace srl::model_job {
namespace {

const std::string& required(const std::string& value, const char* name, const char* meaning) {
  if (value.empty()) throw BadOption(cat("--", name, " is missing: ", meaning));
  return value;
}
const std::string& model_of(const Options& options) { return required(options.model, "model", "the Hugging Face model folder"); }
const std::string& output_of(const Options& options) { return required(options.output, "output", "the folder to write"); }

model::Dtype dtype_of(const std::string& name) {
  return name == "fp64" ? model::Dtype::fp64 : name == "bf16" ? model::Dtype::bf16 : model::Dtype::fp32;
}

/// stdin and stdout, or the files of --input and --output.
class Streams {
 public:
  explicit Streams(const Options& options) : output_(options.output) {
    if (!options.input.empty()) {
      in_.open(options.input, std::ios::binary);
      if (!in_) throw BadInput(cat("cannot read ", options.input));
    }
    if (!output_.empty()) {
      out_.open(output_, std::ios::binary);
      if (!out_) throw EnvironmentError(cat("cannot write ", output_));
    }
    std::ios::sync_with_stdio(false);
  }
  std::istream& in() { return in_.is_open() ? in_ : std::cin; }
  std::ostream& out() { return out_.is_open() ? out_ : std::cout; }
  int finish(bool all_good) {
    if (!out().flush()) throw EnvironmentError(cat("cannot write ", output_.empty() ? "to stdout" : output_));
    return all_good ? 0 : 1;
  }

 private:
  std::string output_;
  std::ifstream in_;
  std::ofstream out_;
};

int info(const Options& options) {
  const model::ModelConfig config = model::read_config(model_of(options));
  const model::Parameters parameters = model::load_parameters(options.model, config, model::Dtype::fp32);
  if (options.check_finite) {
    const std::string bad = model::first_nonfinite(parameters);
    if (!bad.empty()) throw BadInput(cat(options.model, ": tensor '", bad, "' has a NaN or an infinity"));
  }
  std::cout << model::describe(config, parameters);
  return 0;
}

int import(const Options& options) {
  model::import_gguf(required(options.input, "input", "the GGUF file"), output_of(options));
  log_info(cat("imported ", options.input, " into ", options.output));
  return 0;
}

int export_folder(const Options& options) {
  const model::Dtype dtype = dtype_of(options.dtype);
  const model::Parameters parameters = model::load_parameters(model_of(options), model::read_config(options.model),
                                                              dtype == model::Dtype::bf16 ? model::Dtype::fp32 : dtype);
  model::export_model(parameters, options.model, output_of(options), dtype);
  log_info(cat("wrote ", options.output, " in ", options.dtype));
  return 0;
}

int initialise(const Options& options) {
  if (options.preset == "mini") {
    model::write_mini_model(output_of(options), mini_words(), static_cast<std::uint64_t>(options.common.seed));
  } else {
    model::write_random_model(model_of(options), output_of(options), static_cast<std::uint64_t>(options.common.seed),
                              dtype_of(options.dtype));
  }
  log_info(cat("wrote fresh random weights to ", options.output));
  return 0;
}

int tokenize(const Options& options, bool forward) {
  const text::Tokenizer tokenizer = text::Tokenizer::load(model_of(options));
  Streams streams(options);
  return streams.finish(forward ? text::tokenize_stream(streams.in(), streams.out(), tokenizer)
                                : text::detokenize_stream(streams.in(), streams.out(), tokenizer));
}

int logits(const Options& options) {
  const model::Parameters parameters =
      model::load_parameters(model_of(options), model::read_config(options.model), dtype_of(options.dtype));
  Streams streams(options);
  return streams.finish(model::top_logprobs_stream(streams.in(), streams.out(), parameters, options.top, options.all));
}

int compare(const Options& options) {
  const auto load = [](const std::string& folder) {
    return model::load_parameters(folder, model::read_config(folder), model::Dtype::fp64);
  };
  const bool equal = model::print_differences(load(model_of(options)), load(required(options.other, "other", "the second model folder")),
                                              std::cout);
  log_info(equal ? "all tensors are equal" : "some tensors differ");
  return 0;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> subcommands() {
  return {{"info", "architecture, sizes and tensors of a model folder"},
          {"import", "a GGUF file becomes a Hugging Face folder"},
          {"export", "a model folder again, in another element type"},
          {"init", "a model folder with fresh random weights"},
          {"tokenize", "JSON lines {\"text\"} to {\"ids\"}"},
          {"detokenize", "JSON lines {\"ids\"} to {\"text\"}"},
          {"logits", "JSON lines {\"ids\"} to {\"top\": [[id, log-probability], ...]} of the last position"},
          {"compare", "largest differences between two models, tensor by tensor"}};
}

void Options::visit(const std::string& command, config::Visitor& v) {
  common.visit(v);
  const bool any = command.empty(), lines = command == "tokenize" || command == "detokenize" || command == "logits";
  v.section("");
  if (command != "import") v.option("model", model, "Hugging Face model folder");
  if (any || command == "import") v.option("input", input, "GGUF file (import), or file of JSON lines instead of stdin");
  if (lines) v.option("input", input, "file of JSON lines; default stdin");
  if (lines) v.option("output", output, "file of JSON lines; default stdout");
  if (any || command == "import" || command == "export" || command == "init") v.option("output", output, "folder to write");
  if (any || command == "export") {
    v.option("dtype", dtype, "element type of weights written, or computed with", config::Choices{{"fp32", "bf16", "fp64"}});
  } else if (command == "logits") {
    v.option("dtype", dtype, "element type to compute in", config::Choices{{"fp32", "fp64"}});
  } else if (command == "init") {
    v.option("dtype", dtype, "element type of the weights written", config::Choices{{"fp32", "bf16"}});
  }
  if (any || command == "init") {
    v.option("preset", preset, "mini = a tiny Llama that reads any text byte by byte and the worlds of srl_prep generate word by word; none = --model names a folder with config.json and tokenizer",
             config::Choices{{"none", "mini"}});
  }
  if (any || command == "info") v.option("check_finite", check_finite, "refuse weights with NaN or infinities");
  if (any || command == "logits") v.option("top", top, "how many of the likeliest tokens", config::at_least(1));
  if (any || command == "logits") v.option("all", all, "of every position, not only the last");
  if (any || command == "compare") v.option("other", other, "second model folder");
}

int run(const Options& options, const job::Context& context) {
  if (!context.world.is_root()) return 0;
  model::set_compute_threads(context.threads);
  const std::string& command = context.subcommand;
  if (command == "info") return info(options);
  if (command == "import") return import(options);
  if (command == "export") return export_folder(options);
  if (command == "init") return initialise(options);
  if (command == "tokenize" || command == "detokenize") return tokenize(options, command == "tokenize");
  if (command == "logits") return logits(options);
  if (command == "compare") return compare(options);
  throw Bug(cat("no subcommand ", command));
}

}  // namespace srl::model_job
