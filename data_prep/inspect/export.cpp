// srl_prep export: prepared solutions as JSON lines, and their way through a generator and back
// (docs/rewriting.md).
#include <fstream>
#include <iostream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "data_prep/inspect.hpp"
#include "trajectory/shard.hpp"
#include "trajectory/shard_reader.hpp"

namespace srl::data_prep {
namespace {

constexpr const char* default_prompt =
    "Rewrite the solution below as numbered steps. Each step is one line of the form\n"
    "N. **Title** what is done in this step\n"
    "with N = 1, 2, 3 and so on, at least two steps. Keep the mathematics and its order, add nothing new, "
    "and give the final answer in \\boxed{} in the last step.\n\n"
    "Question:\n{question}\n\nSolution:\n{solution}";

std::string filled(const std::string& prompt, const std::string& question, const std::string& solution,
                   const std::string& answer) {
  const std::pair<std::string_view, const std::string&> parts[] = {
      {"{question}", question}, {"{solution}", solution}, {"{answer}", answer}};
  std::string text;
  for (std::size_t at = 0; at < prompt.size();) {
    bool found = false;
    for (const auto& [mark, value] : parts) {
      if (std::string_view(prompt).substr(at).starts_with(mark)) {
        text += value;
        at += mark.size();
        found = true;
        break;
      }
    }
    if (!found) { text += prompt[at++]; }
  }
  return text;
}

/// The answer of one line of srl_generate.
std::string generated_text(const std::string& line, const std::string& where) {
  const Json json = Json::parse(line, where);
  const Json* text = json.find("text");
  if (text == nullptr || !text->is_string()) {
    return "";  // a line that could not be generated, {"line", "error"}
  }
  return text->as_string();
}

}  // namespace

int export_solutions(const ExportOptions& options, job::Context& context, const SameAnswer& same_answer) {
  if (options.data.empty()) { throw BadOption("--data DIR is missing: srl_prep export DIR --messages"); }
  if (options.messages && !options.rewrites.empty()) {
    throw BadOption("--messages goes into the generator, --rewrites comes back from it: one of them");
  }
  if (!context.world.is_root()) { return 0; }
  const std::string prompt = options.prompt.empty() ? default_prompt : read_file(options.prompt);
  std::ofstream file;
  if (!options.output.empty()) {
    file.open(options.output, std::ios::binary | std::ios::trunc);
    if (!file) { throw EnvironmentError(cat("cannot write ", options.output)); }
  }
  std::ostream& out = options.output.empty() ? std::cout : file;
  std::ifstream answers;
  if (!options.rewrites.empty()) {
    answers.open(options.rewrites, std::ios::binary);
    if (!answers) { throw BadInput(cat("cannot read ", options.rewrites)); }
  }
  std::int64_t written = 0, empty = 0, changed = 0, number = 0;
  const trajectory::Manifest manifest = trajectory::read_manifest(options.data);
  trajectory::verify_shards(options.data, manifest);
  for (const trajectory::ShardInfo& shard : manifest.shards) {
    const trajectory::ShardReader reader(std::filesystem::path(options.data) / shard.file);
    for (std::uint64_t row = 0; row < reader.solutions(); ++row) {
      const bool validation = reader.split(row) == trajectory::Split::validation;
      if (options.split != SplitChoice::all && validation != (options.split == SplitChoice::validation)) {
        continue;
      }
      const trajectory::Solution s = reader.read(row);
      std::vector<std::string> steps;
      for (const trajectory::Step& step : s.steps) { steps.push_back(step.action); }
      std::string text = join(steps, "\n");
      Json line = Json::object();
      line["id"] = s.id;
      line["source"] = s.source;
      line["question"] = s.question;
      if (options.messages) {
        Json message = Json::object();
        message["role"] = "user";
        message["content"] = filled(prompt, s.question, text, s.answer.value_or(""));
        line["messages"] = Json::Array{message};
      }
      if (!options.rewrites.empty()) {
        std::string given;
        ++number;
        if (!std::getline(answers, given)) {
          throw BadInput(cat(options.rewrites, ": ", number - 1,
                             " lines, but more solutions: made from another --split or folder?"));
        }
        text = generated_text(given, cat(options.rewrites, " line ", number));
        if (text.empty()) {
          ++empty;
          continue;
        }
        if (s.answer && !same_answer(text, *s.answer)) {
          ++changed;
          continue;
        }
      }
      line["solution"] = text;
      if (s.answer) { line["answer"] = *s.answer; }
      out << line.dump() << '\n';
      ++written;
    }
    context.watchdog.progress();
  }
  if (std::string more; !options.rewrites.empty() && std::getline(answers, more)) {
    throw BadInput(cat(options.rewrites, ": more lines than solutions"));
  }
  if (!out.flush()) {
    throw EnvironmentError(cat("cannot write ", options.output.empty() ? "to stdout" : options.output));
  }
  log_info(cat("wrote ", written, " solutions",
               options.rewrites.empty()
                   ? ""
                   : cat("; ", changed, " left out whose final answer changed, ", empty, " without text")));
  return 0;
}

}  // namespace srl::data_prep
