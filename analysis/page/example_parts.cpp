#include "analysis/page/clipped.hpp"
#include "analysis/page/examples.hpp"
#include "analysis/page/html.hpp"
#include "analysis/page/parts.hpp"
#include "analysis/page/samples.hpp"
#include "analysis/plot/svg.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// No more examples are shown once they take this many bytes.
constexpr std::size_t most_bytes = 1'200'000;

std::string box_of(const Rollout& rollout) {
  const std::string format = rollout.format_error.empty() || rollout.format_error == "none"
                                 ? ""
                                 : cat(", wrong format: ", rollout.format_error);
  const std::string dropped = rollout.dropped.empty() ? "" : cat(", not used: ", rollout.dropped);
  const std::string heading = cat("update ", rollout.update, ", ", rollout.solution, ", reward ",
                                  fixed(rollout.reward, 4), format, dropped);
  return example_box(heading,
                     cat(step_pair(rollout.target, rollout.action),
                         rollout.text.empty() ? "" : details("The whole completion", quotation(rollout.text)),
                         rollout.thought.empty() ? "" : details("Thought", quotation(rollout.thought)),
                         details("Prompt", quotation(rollout.prompt))));
}

std::string box_of(const RecordExample& example, const RecordGroup& group, std::string_view kind) {
  std::string heading = cat(kind, ": question ", example.question);
  if (!example.id.empty()) { heading += cat(" (", example.id, ")"); }
  heading += cat(", sample ", example.sample, ", ", example.tokens, " tokens");
  if (example.similarity) { heading += cat(", similarity ", fixed(*example.similarity, 4)); }
  if (group.view == "step") {
    return example_box(heading,
                       step_pair(example.reference, example.answer.empty() ? example.text : example.answer) +
                           details("The whole completion", quotation(example.text)));
  }
  return example_box(heading, paragraph(cat("Answer: ", example.answer.empty() ? "none" : example.answer)) +
                                  paragraph("Reference: " + example.reference) +
                                  details("The whole completion", quotation(example.text)));
}

}  // namespace

std::string rollout_examples_html(const std::vector<TrainingRun>& runs) {
  std::string html;
  for (const TrainingRun& run : runs) {
    std::string boxes;
    for (const Rollout& rollout : chosen_rollouts(run)) { boxes += box_of(rollout); }
    if (boxes.empty()) { continue; }
    if (html.size() > most_bytes) {
      return html + paragraph("The rollouts of further runs are left out.", "note");
    }
    html += cat("<h3>", escaped(run.name), "</h3>\n", boxes);
  }
  if (html.empty()) { return ""; }
  return paragraph(
             "Of the newest 64 samples of each run: the highest, the median and the lowest reward, and the "
             "newest "
             "with a wrong format. Red words are only in the expert's step, green ones only in the model's.",
             "note") +
         html;
}

std::string record_examples_html(const RecordFigures& records) {
  std::string html;
  for (const RecordGroup& group : records.groups()) {
    std::string boxes;
    for (const auto& kind : words_of(Kind{})) {
      for (const RecordExample& example : group.examples[static_cast<std::size_t>(kind.value)]) {
        boxes += box_of(example, group, kind.word);
      }
    }
    if (html.size() + boxes.size() > most_bytes) {
      html += paragraph("The examples of further groups are left out.", "note");
      break;
    }
    html += cat("<h3>", escaped(group.label), "</h3>\n", boxes);
  }
  if (html.empty()) { return ""; }
  return paragraph(
             "Of each kind of ending, the two completions whose question and sample have the smallest "
             "checksums: a choice that depends neither on the answers nor on the order of the records.",
             "note") +
         html;
}

}  // namespace srl::analysis
