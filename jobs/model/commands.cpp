#include "jobs/model/commands.hpp"

#include <iostream>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "jobs/io/line_files.hpp"
#include "jobs/model/logits.hpp"
#include "jobs/model/words.hpp"
#include "model/compare.hpp"
#include "model/gguf.hpp"
#include "model/initial.hpp"
#include "model/inspect.hpp"
#include "model/parallel.hpp"
#include "model/parameters.hpp"
#include "text/jsonl.hpp"
#include "text/tokenizer.hpp"

namespace srl::model_job {
namespace {

using Options = jobs::ModelOptions;

const std::string& required(const std::string& value, const char* name, const char* meaning) {
  if (value.empty()) { throw BadOption(cat("--", name, " is missing: ", meaning)); }
  return value;
}
const std::string& model_of(const Options& options) {
  return required(options.model, "model", "the Hugging Face model folder");
}
const std::string& output_of(const Options& options) {
  return required(options.output, "output", "the folder to write");
}

int info(const Options& options) {
  const model::ModelConfig config = model::read_config(model_of(options));
  const model::Parameters parameters = model::load_parameters(options.model, config, model::Dtype::fp32);
  if (options.check_finite) {
    const std::string bad = model::first_nonfinite(parameters);
    if (!bad.empty()) { throw BadInput(cat(options.model, ": tensor '", bad, "' has a NaN or an infinity")); }
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
  const model::Parameters parameters =
      model::load_parameters(model_of(options), model::read_config(options.model),
                             dtype == model::Dtype::bf16 ? model::Dtype::fp32 : dtype);
  model::export_model(parameters, options.model, output_of(options), dtype);
  log_info(cat("wrote ", options.output, " in ", word(options.dtype)));
  return 0;
}

int initialise(const Options& options) {
  const bool mini = options.architecture == jobs::Architecture::mini;
  if (!mini && !options.words.empty()) { throw BadOption("--words needs --architecture mini"); }
  if (mini) {
    const auto words = options.words.empty() ? std::vector<std::string>{} : read_words(options.words);
    model::write_mini_model(output_of(options), words, static_cast<std::uint64_t>(options.common.seed));
  } else {
    model::write_random_model(model_of(options), output_of(options),
                              static_cast<std::uint64_t>(options.common.seed), dtype_of(options.dtype));
  }
  log_info(cat("wrote fresh random weights to ", options.output));
  return 0;
}

int tokenize(const Options& options, bool forward) {
  const text::Tokenizer tokenizer = text::Tokenizer::load(model_of(options));
  jobs::LineFiles files(options.input, options.output);
  const bool all_good = forward ? text::tokenize_stream(files.in(), files.out(), tokenizer)
                                : text::detokenize_stream(files.in(), files.out(), tokenizer);
  files.flush();
  return all_good ? 0 : 1;
}

int compare(const Options& options) {
  const auto load = [](const std::string& folder) {
    return model::load_parameters(folder, model::read_config(folder), model::Dtype::fp64);
  };
  const bool equal = model::print_differences(
      load(model_of(options)), load(required(options.other, "other", "the second model folder")), std::cout);
  log_info(equal ? "all tensors are equal" : "some tensors differ");
  return equal ? 0 : 1;
}

}  // namespace

int run(const Options& options, const job::Context& context) {
  if (!context.world.is_root()) { return 0; }
  model::set_compute_threads(context.threads);
  const std::string& command = context.subcommand;
  if (command == "info") { return info(options); }
  if (command == "import") { return import(options); }
  if (command == "export") { return export_folder(options); }
  if (command == "init") { return initialise(options); }
  if (command == "tokenize" || command == "detokenize") { return tokenize(options, command == "tokenize"); }
  if (command == "logits") {
    model_of(options);
    return logits(options);
  }
  if (command == "compare") { return compare(options); }
  throw Bug(cat("no subcommand ", command));
}

}  // namespace srl::model_job
