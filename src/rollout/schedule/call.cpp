#include "rollout/schedule/call.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "rollout/sample/request.hpp"
#include "rollout/sample/stop_strings.hpp"

namespace srl::rollout {
namespace {

std::vector<std::int64_t> lengths_of(const GeneratorParts& parts, const std::vector<Group>& groups,
                                     const SamplingOptions& sampling) {
  std::vector<std::int64_t> lengths;
  for (const Group& group : groups) {
    lengths.push_back(parts.most_new_tokens(std::ssize(group.prompt), sampling));
  }
  return lengths;
}

}  // namespace

std::int64_t GeneratorParts::most_new_tokens(std::int64_t prompt_tokens,
                                             const SamplingOptions& sampling) const {
  const std::int64_t positions = config.max_positions;
  return positions > 0 ? std::min(sampling.max_new_tokens, positions - prompt_tokens)
                       : sampling.max_new_tokens;
}

GenerationCall::GenerationCall(GeneratorParts& parts, const std::vector<Group>& groups,
                               const SamplingOptions& sampling, std::uint64_t seed, RandomStream stream,
                               const GroupFinished& finished)
    : parts_(parts),
      groups_(groups),
      sampling_(sampling),
      finished_(finished),
      lengths_(lengths_of(parts, groups, sampling)),
      decoder_(*parts.decoder),
      repeated_before_(decoder_.repeated_steps()),
      block_bytes_(decoder_.block_bytes()),
      pool_(parts.options.kv_cache_bytes.value / block_bytes_),
      scheduler_(groups, lengths_, pool_, block_bytes_,
                 {parts.options.max_sequences, parts.options.prefill_chunk},
                 [this](BlockId from, BlockId to) {
                   ensure(std::max(from, to));
                   decoder_.copy(from, to);
                 }) {
  decoder_.begin({rule_of(sampling), seed, stream, parse_bias(sampling.logit_bias, parts.config.vocab),
                  sampling.min_new_tokens > 0 ? parts.stop_ids : std::vector<std::int32_t>()});
  result_.completions.resize(groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    result_.completions[g].resize(groups[g].completions);
    open_.push_back(groups[g].completions);
    result_.figures.prompt_tokens += std::ssize(groups[g].prompt);
  }
}

GenerationCall::~GenerationCall() {
  decoder_.clear();
}

Generated GenerationCall::run(const std::function<void(std::int64_t)>& tick) {
  bool left = false;
  try {
    while (!scheduler_.finished()) {
      step();
      if (tick) { tick(result_.figures.generated_tokens); }
    }
  } catch (const LeaveEarly&) { left = true; }
  decoder_.wait();  // the next change of the weights may use another stream
  GenerationFigures& figures = result_.figures;
  figures.preemptions = scheduler_.preemptions();
  figures.repeated_steps = decoder_.repeated_steps() - repeated_before_;
  figures.prefix_hits = scheduler_.prefix_hits();
  figures.kv_peak_bytes = pool_.peak() * block_bytes_;
  figures.occupancy = figures.decode_steps > 0 ? occupied_ / figures.decode_steps : 0;
  if (!left) {
    pool_.reset(true);  // not after an early end: unfinished completions hold blocks
  }
  return std::move(result_);
}

void GenerationCall::ensure(BlockId highest) {
  try {
    decoder_.ensure(highest);
  } catch (const EnvironmentError& error) {
    throw EnvironmentError(std::string(error.what()) + "; lower rollout.kv_cache_bytes");
  }
}

/// Enqueues a forward with its samples, and reads those of the one before it; its own too if they may not
/// stay unread. The lag is constant, so nothing depends on time.
void GenerationCall::step() {
  const Timer timer;
  const bool one_is_unread = read_ < enqueued_;
  const Batch& batch = scheduler_.next(one_is_unread);
  if (batch.rows.empty() && !one_is_unread) {
    throw Bug("the rollout scheduler has unfinished completions but no rows");
  }
  if (!batch.rows.empty()) { enqueue(batch); }
  const bool prefill = steps_[read_ % 2].prefill;
  if (one_is_unread) { read(); }
  if (read_ < enqueued_ && !may_stay_unread()) { read(); }
  (prefill ? result_.figures.prefill_seconds : result_.figures.decode_seconds) += timer.seconds();
}

void GenerationCall::enqueue(const Batch& batch) {
  ensure(scheduler_.highest_block());
  decoder_.forward(batch.rows);
  enqueue_samples(batch);
  scheduler_.computed();
  Step& step = steps_[enqueued_++ % 2];
  step.samples.assign(batch.samples.begin(), batch.samples.end());
  step.prefill = batch.prefill;

  const auto rows = std::ssize(batch.rows);
  result_.figures.forwards.push_back({rows, batch.samples.empty() ? 0 : batch.samples.back().logits_row + 1});
  if (batch.prefill) { return; }
  ++result_.figures.decode_steps;
  occupied_ += 1.0 * rows / parts_.options.max_sequences;
}

void GenerationCall::enqueue_samples(const Batch& batch) {
  requests_.clear();
  for (const SampleTask& task : batch.samples) {
    const Group& group = groups_[task.group];
    SampleRequest one{task.logits_row,
                      {static_cast<std::uint64_t>(group.draw),
                       static_cast<std::uint64_t>(group.first_completion + task.completion),
                       static_cast<std::uint64_t>(task.token)},
                      task.token < sampling_.min_new_tokens};
    if (sampling_.repetition_penalty != 1.0) {
      one.prompt = group.prompt;
      one.completion = result_.completions[task.group][task.completion].ids;
    }
    requests_.push_back(one);
  }
  if (!requests_.empty()) { decoder_.sample(requests_); }
}

/// Of the step that was enqueued last.
bool GenerationCall::may_stay_unread() const {
  return decoder_.most_unread() > 0 && steps_[(enqueued_ - 1) % 2].samples.size() <= decoder_.most_unread();
}

/// Reads the samples of the earliest step that is unread.
void GenerationCall::read() {
  const std::vector<SampleTask>& samples = steps_[read_++ % 2].samples;
  if (samples.empty()) { return; }
  chosen_.resize(samples.size());
  const double sampling_seconds = decoder_.read(chosen_);
  const Timer keeping_timer;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const bool usable = chosen_[i].finite && chosen_[i].id >= 0;
    if (!usable && !scheduler_.ended(samples[i])) { refuse(samples[i], chosen_[i].finite); }
  }
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!scheduler_.ended(samples[i])) { keep(samples[i], chosen_[i]); }
  }
  result_.figures.sampling_seconds += sampling_seconds + keeping_timer.seconds();
}

void GenerationCall::refuse(const SampleTask& task, bool finite) {
  const std::string where = cat("group ", task.group, " (draw ", groups_[task.group].draw, "), completion ",
                                task.completion, ", token ", task.token);
  if (finite) {
    throw Error(cat("no token can be sampled for ", where,
                    ": sampling.min_new_tokens and sampling.logit_bias exclude all tokens"));
  }
  const std::int64_t layer = first_bad_layer(task);
  throw Error(cat(
      "logits are not finite for ", where, ": ",
      layer < parts_.config.layers
          ? cat("the hidden state is not finite after layer ", layer)
          : std::string("the hidden state of all layers is finite, so the final norm or the head is not")));
}

/// Computes the completion again, in any blocks: its own may be another's by now, and the call ends anyway.
std::int64_t GenerationCall::first_bad_layer(const SampleTask& task) {
  std::vector<std::int32_t> ids = groups_[task.group].prompt;
  const std::int64_t prompt = std::ssize(ids);
  const std::vector<std::int32_t>& sampled = result_.completions[task.group][task.completion].ids;
  ids.insert(ids.end(), sampled.begin(), sampled.end());
  std::vector<BlockId> blocks(static_cast<std::size_t>(blocks_for(std::ssize(ids))));
  std::iota(blocks.begin(), blocks.end(), BlockId{0});
  ensure(blocks.back());
  std::vector<Row> rows;
  for (std::int64_t position = 0; position < std::ssize(ids); ++position) {
    if (std::ssize(rows) == parts_.options.prefill_chunk) {
      decoder_.forward(rows);
      rows.clear();
    }
    rows.push_back({ids[position], position, blocks.data(), shared_positions(prompt, position), task.group});
  }
  return decoder_.first_bad_layer(rows, std::ssize(rows) - 1);
}

void GenerationCall::keep(const SampleTask& task, const compute::Sampled& one) {
  Completion& completion = result_.completions[task.group][task.completion];
  completion.ids.push_back(one.id);
  completion.logprobs.push_back(one.logprob);
  completion.policy_logprobs.push_back(one.policy_logprob);
  completion.model_logprobs.push_back(one.model_logprob);
  const bool stop_token =
      std::find(parts_.stop_ids.begin(), parts_.stop_ids.end(), one.id) != parts_.stop_ids.end();
  const bool stops = stop_token || hits_stop_string(completion.ids, sampling_, parts_.decode);
  const bool full = std::ssize(completion.ids) >= lengths_[task.group];
  if (stops || full) {
    completion.finish = stops ? text::Finish::stop : text::Finish::length;
    completion.seconds = timer_.seconds();
  }
  scheduler_.accept(task, one.id, stops || full);
  ++result_.figures.generated_tokens;
  if ((stops || full) && --open_[task.group] == 0 && finished_) {
    finished_(static_cast<std::size_t>(task.group), result_.completions[task.group]);
  }
}

}  // namespace srl::rollout
