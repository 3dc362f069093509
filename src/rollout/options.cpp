#include "rollout/options.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::rollout {

void SamplingOptions::visit(config::Visitor& v) {
  v.section("sampling");
  v.option("temperature", temperature, "softmax temperature; for the likeliest token use greedy",
           config::Range<double>{1e-3, 1e3});
  v.option("top_p", top_p, "probability mass of the likeliest tokens that are kept; 1 = off",
           config::Range<double>{1e-6, 1.0});
  v.option("top_k", top_k, "number of likeliest tokens that are kept; 0 = off", config::at_least(0));
  v.option("min_p", min_p, "smallest probability of a kept token, relative to the likeliest; 0 = off",
           config::Range<double>{0.0, 1.0});
  v.option("greedy", greedy, "always the likeliest token");
  if (automatic_length) {
    v.option("max_new_tokens", max_new_tokens,
             "longest completion in tokens; auto: 2048 for whole solutions, 512 for steps",
             {1, std::numeric_limits<std::int64_t>::max(), "auto"});
  } else {
    v.option("max_new_tokens", max_new_tokens, "longest completion in tokens", config::at_least(1));
  }
  v.option("min_new_tokens", min_new_tokens,
           "tokens before which no stop token is sampled and no stop string ends a completion",
           config::at_least(0));
  v.option("stop", stop,
           "strings that end a completion; they stay part of it (a line break in a file: \"\\n\" in quotes)");
  v.option("repetition_penalty", repetition_penalty,
           "penalty on tokens of prompt and completion; above 1 makes them less likely",
           config::Range<double>{0.01, 100.0});
  v.option("logit_bias", logit_bias,
           "ID:VALUE, a number added to the logit of a token id; -inf = the token is never sampled");
}

std::optional<Adjustment> parse_adjustment(const std::string& entry) {
  Adjustment one;
  const char* end = entry.data() + entry.size();
  const auto id = std::from_chars(entry.data(), end, one.id);
  if (id.ec != std::errc() || id.ptr == end || *id.ptr != ':') { return std::nullopt; }
  const auto value = std::from_chars(id.ptr + 1, end, one.value);
  constexpr float largest = 1e30F;  // far from infinity, also after the sum of several
  if (value.ec != std::errc() || value.ptr != end || !(one.value <= largest)) { return std::nullopt; }
  return one;
}

std::vector<std::string> problems_of(const SamplingOptions& sampling) {
  std::vector<std::string> problems;
  const auto refuse = [&](bool when, const std::string& words) {
    if (when) { problems.push_back(words); }
  };
  refuse(!(sampling.temperature > 0),
         "sampling.temperature must be above 0; use sampling.greedy for the likeliest token");
  refuse(!(sampling.top_p > 0 && sampling.top_p <= 1), "sampling.top_p must be in (0, 1]");
  refuse(!(sampling.min_p >= 0 && sampling.min_p <= 1), "sampling.min_p must be in [0, 1]");
  refuse(!(sampling.repetition_penalty > 0), "sampling.repetition_penalty must be above 0");
  refuse(sampling.top_k < 0, "sampling.top_k must be at least 0");
  refuse(sampling.max_new_tokens < 1, "sampling.max_new_tokens must be at least 1");
  refuse(sampling.min_new_tokens > sampling.max_new_tokens,
         cat("sampling.min_new_tokens = ", sampling.min_new_tokens, " is above sampling.max_new_tokens = ",
             sampling.max_new_tokens, ": every completion would be cut"));
  refuse(std::any_of(sampling.stop.begin(), sampling.stop.end(),
                     [](const std::string& text) { return text.empty(); }),
         "sampling.stop has an empty string, which every completion contains: leave it out");
  for (const std::string& entry : sampling.logit_bias) {
    const std::optional<Adjustment> one = parse_adjustment(entry);
    refuse(!one || one->id < 0,
           cat("sampling.logit_bias: '", entry,
               "' is not ID:VALUE with a token id and a number (or -inf: the token is never sampled)"));
  }
  return problems;
}

void check(const SamplingOptions& sampling) {
  const std::vector<std::string> problems = problems_of(sampling);
  if (!problems.empty()) { throw BadOption(join(problems, "\n")); }
}

void RolloutOptions::visit(config::Visitor& v) {
  v.section("rollout");
  v.option(
      "kv_cache_bytes", kv_cache_bytes,
      automatic_cache
          ? "memory of the key/value cache per rank; 0 = on a GPU what the plan leaves free, at most what "
            "rollout.max_sequences completions need; 2G on a CPU"
          : "memory of the key/value cache per rank");
  v.option("save", save, "whether every rollout is kept in RUN/rollouts");
  v.option("max_sequences", max_sequences, "completions decoded side by side",
           config::Range<std::int64_t>{1, 65536});
  v.option("graphs", graphs,
           "on a GPU, whether steps of one size are captured once and then repeated as a graph");
  v.option("prefill_chunk", prefill_chunk, "prompt tokens per forward",
           config::Range<std::int64_t>{1, 1 << 20});
}

}  // namespace srl::rollout
