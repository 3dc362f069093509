// srl_prep export: writes prepared solutions as JSON lines or as chats for a generator, and reads the
// rewritten solutions back (docs/rewriting.md).
#include <fstream>
#include <iostream>

#include "base/beside.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/host.hpp"
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

/// The completion in one line of srl_generate.
std::string generated_text(const std::string& line, const std::string& where) {
  const Json json = Json::parse(line, where);
  const Json* text = json.find("text");
  if (text == nullptr || !text->is_string()) {
    return "";  // srl_generate reported an error for this line: {"line", "error"}
  }
  return text->as_string();
}

std::string text_of(const trajectory::Solution& solution) {
  std::vector<std::string> steps;
  for (const trajectory::Step& step : solution.steps) { steps.push_back(step.action); }
  return join(steps, "\n");
}

/// The generator's completions, one line per exported solution.
class Rewrites {
 public:
  explicit Rewrites(const std::string& file) : file_(file) {
    if (file_.empty()) { return; }
    lines_.open(file_, std::ios::binary);
    if (!lines_) { throw BadInput(cat("cannot read ", file_, ": ", reason_of(errno))); }
  }
  bool given() const { return !file_.empty(); }
  /// The next completion; empty when the generator reported an error.
  std::string next() {
    if (!next_json_line(lines_, line_)) {
      throw BadInput(
          cat(file_, ": ", given_,
              " lines, but there are more solutions: was it made from another --split or folder?"));
    }
    ++given_;
    return generated_text(line_.text, cat(file_, " line ", line_.number));
  }
  void check_end() {
    if (given() && next_json_line(lines_, line_)) {
      throw BadInput(cat(file_, ": more lines than solutions: was it made from another --split or folder?"));
    }
  }

 private:
  std::string file_;
  std::ifstream lines_;
  JsonLine line_;
  std::int64_t given_ = 0;
};

class Export {
 public:
  Export(const ExportOptions& options, const SameAnswer& same_answer)
      : options_(options),
        same_answer_(same_answer),
        prompt_(options.prompt.empty() ? default_prompt : read_file(options.prompt)),
        rewrites_(options.rewrites) {
    if (options.output.empty()) { return; }
    for (const std::string& input : {options.rewrites, options.prompt}) {
      if (same_file(options.output, input)) {
        throw BadOption(cat("--output ", options.output, " is a file that is read: name another file"));
      }
    }
    file_.open(options.output, std::ios::binary | std::ios::trunc);
    if (!file_) { throw EnvironmentError(cat("cannot write ", options.output)); }
  }

  void add(const trajectory::Solution& solution) {
    std::string text = text_of(solution);
    Json line = Json::object();
    line["id"] = solution.id;
    line["source"] = solution.source;
    line["question"] = solution.question;
    if (options_.messages) {
      Json message = Json::object();
      message["role"] = "user";
      message["content"] = filled(prompt_, solution.question, text, solution.answer.value_or(""));
      line["messages"] = Json::Array{message};
    }
    if (rewrites_.given()) {
      text = rewrites_.next();
      const bool changed = !text.empty() && solution.answer && !same_answer_(text, *solution.answer);
      empty_ += text.empty();
      changed_ += changed;
      if (text.empty() || changed) { return; }
    }
    line["solution"] = text;
    if (solution.answer) { line["answer"] = *solution.answer; }
    out() << line.dump() << '\n';
    ++written_;
  }

  void finish() {
    rewrites_.check_end();
    if (!out().flush()) {
      throw EnvironmentError(cat("cannot write ", options_.output.empty() ? "to stdout" : options_.output));
    }
    log_info(cat("wrote ", counted(written_, "solution"),
                 rewrites_.given() ? cat("; left out: ", changed_, " with a changed final answer, ", empty_,
                                         " without text")
                                   : ""));
  }

 private:
  std::ostream& out() { return options_.output.empty() ? std::cout : file_; }

  const ExportOptions& options_;
  const SameAnswer& same_answer_;
  std::string prompt_;
  Rewrites rewrites_;
  std::ofstream file_;
  std::int64_t written_ = 0, empty_ = 0, changed_ = 0;
};

}  // namespace

int export_solutions(const ExportOptions& options, job::Context& context, const SameAnswer& same_answer) {
  if (options.data.empty()) { throw BadOption("--data DIR is missing: srl_prep export DIR --messages"); }
  if (options.messages && !options.rewrites.empty()) {
    throw BadOption(
        "--messages writes the generator's input, --rewrites reads its output: give only one of them");
  }
  if (!context.world.is_root()) { return 0; }
  Export lines(options, same_answer);
  const trajectory::Manifest manifest = trajectory::read_manifest(options.data);
  trajectory::verify_shards(options.data, manifest);
  for (const trajectory::ShardInfo& shard : manifest.shards) {
    const trajectory::ShardReader reader(std::filesystem::path(options.data) / shard.file);
    for (std::uint64_t row = 0; row < reader.solutions(); ++row) {
      const bool validation = reader.split(row) == trajectory::Split::validation;
      if (options.split == SplitChoice::all || validation == (options.split == SplitChoice::validation)) {
        lines.add(reader.read(row));
      }
    }
    context.watchdog.progress();
  }
  lines.finish();
  return 0;
}

}  // namespace srl::data_prep
