#include "jobs/options/score.hpp"

namespace srl::jobs {

std::vector<std::pair<std::string, std::string>> ScoreOptions::subcommands() {
  return {
      {"similarity",
       "{\"a\", \"b\"} -> {\"ratio\"}: difflib.SequenceMatcher(None, a, b), a the action, b the expert step"},
      {"format", "{\"text\"} -> {\"thought\", \"action\"} or {\"reason\"}"},
      {"extract", "{\"text\"} -> {\"answer\", \"how\"}; answer is null when there is none"},
      {"grade",
       "{\"prediction\", \"reference\"} -> {\"correct\", \"how\"}: final answers found in both, then "
       "compared"}};
}

void ScoreOptions::visit(const std::string& command, config::Visitor& v) {
  config::FirstPage page{.required = {}, .often = {"input", "output"}};
  if (command == "similarity") {
    page.often.insert(page.often.end(), {"blocks", "device", "similarity.unit"});
  }
  if (command == "format") { page.often.emplace_back("instance.action_tags"); }
  if (command == "grade") { page.often.emplace_back("grading.percent_or_fraction"); }
  v.first_page(page);
  common.visit(v);
  v.section("");
  v.option("input", input, "file of JSON lines; empty = stdin");
  v.option("output", output, "file of JSON lines; empty = stdout");
  if (command == "similarity") {
    v.option("blocks", blocks, "also SequenceMatcher's matching blocks as [a, b, size]");
    v.option("device", device,
             "device that compares the texts; cuda = a GPU per rank, many lines at once, the same results",
             {{device::DeviceChoice::cpu, device::DeviceChoice::cuda}});
    similarity.visit(v);  // strip is none here unless it is given
  } else if (command == "format") {
    v.section("instance");
    v.option("action_tags", action_tags,
             "tags around the action: solution requires <solution> ... </solution>");
  } else if (command == "grade") {
    grading.visit(v);
  }
}

}  // namespace srl::jobs
