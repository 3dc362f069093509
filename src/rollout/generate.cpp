#include "rollout/generate.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/not_copied.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "rollout/decode/cpu_decoder.hpp"
#include "rollout/decode/gpu_decoder.hpp"
#include "rollout/sample/request.hpp"
#include "rollout/sample/stop_strings.hpp"
#include "rollout/schedule/scheduler.hpp"

namespace srl::rollout {
using compute::Sampled;
using Decode = std::function<std::string(const std::vector<std::int32_t>&)>;

struct Generator::Impl {
  const model::ModelConfig& config;
  std::vector<std::int32_t> stop_ids;
  RolloutOptions options;
  Decode decode;
  std::unique_ptr<Decoder> decoder;
  bool tested = false, rows_equal = true;
  std::vector<SampleRequest> requests;
  std::vector<Sampled> chosen;

  Impl(const model::ModelConfig& c, std::vector<std::int32_t> ids, const RolloutOptions& o, Decode d,
       std::unique_ptr<Decoder> made)
      : config(c), stop_ids(std::move(ids)), options(o), decode(std::move(d)), decoder(std::move(made)) {
    std::erase_if(stop_ids, [&](std::int32_t id) { return id < 0 || id >= config.vocab; });
  }

  void prepare() {
    if (tested) { return; }
    rows_equal = decoder->test_rows(std::min<std::int64_t>(most_rows(options), 4096));
    tested = true;
  }

  std::int64_t most_new_tokens(std::int64_t prompt_tokens, const SamplingOptions& sampling) const {
    const std::int64_t positions = config.max_positions;
    return positions > 0 ? std::min(sampling.max_new_tokens, positions - prompt_tokens)
                         : sampling.max_new_tokens;
  }
  std::vector<std::int64_t> most_new_tokens(const std::vector<Group>& groups,
                                            const SamplingOptions& sampling) const {
    std::vector<std::int64_t> lengths;
    for (const Group& group : groups) {
      lengths.push_back(most_new_tokens(std::ssize(group.prompt), sampling));
    }
    return lengths;
  }
};

Generator::Generator(const model::Parameters& parameters, std::vector<std::int32_t> stop_ids,
                     const RolloutOptions& options, ThreadPool& pool, Decode decode)
    : impl_(std::make_unique<Impl>(parameters.config(), std::move(stop_ids), options, std::move(decode),
                                   make_cpu_decoder(parameters, pool))) {}
Generator::Generator(const model::GpuWeights& weights, device::Arena& memory, const device::Stream& stream,
                     std::vector<std::int32_t> stop_ids, const RolloutOptions& options, Decode decode,
                     const std::optional<device::Turn>& turn)
    : impl_(std::make_unique<Impl>(
          weights.config(), std::move(stop_ids), options, std::move(decode),
          make_gpu_decoder(weights, options, memory, turn.value_or(device::Turn(memory)), stream))) {}
device::TurnBytes Generator::gpu_bytes(const model::ModelConfig& config, model::Dtype dtype,
                                       const RolloutOptions& options) {
  return gpu_decoder_bytes(config, dtype, options);
}
Generator::~Generator() = default;

std::uint64_t Generator::kv_bytes_needed(std::int64_t prompt_tokens, const SamplingOptions& sampling) const {
  const std::int64_t blocks = blocks_needed(prompt_tokens, impl_->most_new_tokens(prompt_tokens, sampling));
  return blocks * impl_->decoder->block_bytes();
}

void Generator::check(const SamplingOptions& sampling) const {
  rollout::check(sampling);
  parse_bias(sampling.logit_bias, impl_->config.vocab);
}

bool Generator::rows_are_equal() {
  impl_->prepare();
  return impl_->rows_equal;
}

/// One call of generate(): its input, the scheduler that plans its forwards, and the results so far.
class Generator::Call : NotCopied {
 public:
  Call(Generator::Impl& self, const std::vector<Group>& groups, const SamplingOptions& sampling,
       std::uint64_t seed, RandomStream stream, const GroupFinished& finished)
      : self_(self),
        groups_(groups),
        sampling_(sampling),
        finished_(finished),
        lengths_(self.most_new_tokens(groups, sampling)),
        decoder_(*self.decoder),
        repeated_before_(decoder_.repeated_steps()),
        block_bytes_(decoder_.block_bytes()),
        pool_(self.options.kv_cache_bytes.value / block_bytes_),
        scheduler_(groups, lengths_, pool_, block_bytes_,
                   {self.options.max_sequences, self.options.prefill_chunk},
                   [this](BlockId from, BlockId to) {
                     ensure(std::max(from, to));
                     decoder_.copy(from, to);
                   }) {
    decoder_.begin({rule_of(sampling), seed, stream, parse_bias(sampling.logit_bias, self.config.vocab),
                    sampling.min_new_tokens > 0 ? self.stop_ids : std::vector<std::int32_t>()});
    result_.completions.resize(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
      result_.completions[g].resize(groups[g].completions);
      open_.push_back(groups[g].completions);
      result_.figures.prompt_tokens += std::ssize(groups[g].prompt);
    }
    result_.figures.rows_equal = self.rows_equal;
  }
  ~Call() { decoder_.clear(); }  // always frees the cache, also after an exception: training needs the memory

  Generated run(const std::function<void(std::int64_t)>& tick) {
    bool left = false;
    try {
      while (!scheduler_.finished()) {
        step();
        if (tick) { tick(result_.figures.generated_tokens); }
      }
    } catch (const LeaveEarly&) { left = true; }
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

 private:
  void ensure(BlockId highest) {
    try {
      decoder_.ensure(highest);
    } catch (const EnvironmentError& error) {
      throw EnvironmentError(std::string(error.what()) + "; lower rollout.kv_cache_bytes");
    }
  }

  /// Runs one forward and samples its tokens.
  void step() {
    const Timer timer;
    const Batch& batch = scheduler_.next();
    if (batch.rows.empty()) { throw Bug("the rollout scheduler has unfinished completions but no rows"); }
    ensure(scheduler_.highest_block());
    decoder_.forward(batch.rows);
    scheduler_.computed();
    const double sampling_seconds = choose(batch);
    const Timer keeping_timer;
    for (std::size_t i = 0; i < batch.samples.size(); ++i) {
      if (!self_.chosen[i].finite || self_.chosen[i].id < 0) { refuse(batch, i); }
    }
    for (std::size_t i = 0; i < batch.samples.size(); ++i) { keep(batch.samples[i], self_.chosen[i]); }

    GenerationFigures& figures = result_.figures;
    figures.sampling_seconds += sampling_seconds + keeping_timer.seconds();
    const auto rows = std::ssize(batch.rows);
    figures.forwards.push_back({rows, batch.samples.empty() ? 0 : batch.samples.back().logits_row + 1});
    (batch.prefill ? figures.prefill_seconds : figures.decode_seconds) += timer.seconds();
    if (batch.prefill) { return; }
    ++figures.decode_steps;
    occupied_ += 1.0 * rows / self_.options.max_sequences;
  }

  /// Returns the seconds that it took.
  double choose(const Batch& batch) {
    self_.requests.clear();
    for (const SampleTask& task : batch.samples) {
      const Group& group = groups_[task.group];
      SampleRequest one{task.logits_row,
                        {static_cast<std::uint64_t>(group.draw),
                         static_cast<std::uint64_t>(group.first_completion + task.completion),
                         static_cast<std::uint64_t>(task.token)},
                        task.token < sampling_.min_new_tokens};
      if (sampling_.repetition_penalty != 1.0) {
        one.prompt = group.prompt;
        one.completion = scheduler_.ids(task.group, task.completion);
      }
      self_.requests.push_back(one);
    }
    self_.chosen.resize(batch.samples.size());
    return self_.requests.empty() ? 0 : decoder_.sample(self_.requests, self_.chosen);
  }

  [[noreturn]] void refuse(const Batch& batch, std::size_t sample_index) {
    const SampleTask& task = batch.samples[sample_index];
    const std::string where = cat("group ", task.group, " (draw ", groups_[task.group].draw, "), completion ",
                                  task.completion, ", token ", task.token);
    if (self_.chosen[sample_index].finite) {
      throw Error(cat("no token can be sampled for ", where,
                      ": sampling.min_new_tokens and sampling.logit_bias exclude all tokens"));
    }
    std::int64_t row = 0, wanted = -1;
    while (!(batch.rows[row].wants_logits && ++wanted == task.logits_row)) { ++row; }
    const std::int64_t layer = decoder_.first_bad_layer(batch.rows, row);
    throw Error(cat(
        "logits are not finite for ", where, ": ",
        layer < self_.config.layers
            ? cat("the hidden state is not finite after layer ", layer)
            : std::string("the hidden state of all layers is finite, so the final norm or the head is not")));
  }

  void keep(const SampleTask& task, const Sampled& one) {
    Completion& completion = result_.completions[task.group][task.completion];
    completion.ids.push_back(one.id);
    completion.logprobs.push_back(one.logprob);
    completion.policy_logprobs.push_back(one.policy_logprob);
    completion.model_logprobs.push_back(one.model_logprob);
    const bool stop_token =
        std::find(self_.stop_ids.begin(), self_.stop_ids.end(), one.id) != self_.stop_ids.end();
    const bool stops = stop_token || hits_stop_string(completion.ids, sampling_, self_.decode);
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

  Generator::Impl& self_;
  const std::vector<Group>& groups_;
  const SamplingOptions& sampling_;
  const GroupFinished& finished_;
  std::vector<std::int64_t> lengths_, open_;  ///< [groups]; open: completions that have not ended
  Decoder& decoder_;
  std::int64_t repeated_before_;
  std::uint64_t block_bytes_;
  BlockPool pool_;
  Scheduler scheduler_;
  Generated result_;
  Timer timer_;
  double occupied_ = 0;
};

Generated Generator::generate(const std::vector<Group>& groups, const SamplingOptions& sampling,
                              std::uint64_t seed, RandomStream stream,
                              const std::function<void(std::int64_t)>& tick, const GroupFinished& finished) {
  rollout::check(sampling);
  rollout::check(groups, impl_->config);
  if (!sampling.stop.empty() && !impl_->decode) { throw Bug("stop strings need a decode function"); }
  impl_->prepare();
  return Call(*impl_, groups, sampling, seed, stream, finished).run(tick);
}

}  // namespace srl::rollout
