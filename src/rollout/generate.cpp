#include "rollout/generate.hpp"

#include <algorithm>
#include <span>

#include "base/error.hpp"
#include "base/not_copied.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "compute/loops.hpp"
#include "compute/sampling.hpp"
#include "model/parallel.hpp"
#include "rollout/decode/decoder.hpp"
#include "rollout/sample/request.hpp"
#include "rollout/schedule/scheduler.hpp"

namespace srl::rollout {
using compute::Sampled;
using compute::SamplerScratch;
namespace {

/// Number of places in `text` where one of the strings begins.
std::size_t occurrences(const std::string& text, const std::vector<std::string>& strings) {
  std::size_t count = 0;
  for (const std::string& one : strings) {
    for (std::size_t at = text.find(one); at != std::string::npos; at = text.find(one, at + 1)) { ++count; }
  }
  return count;
}

/// Whether the newest token completes a stop string. Decodes only the end of the completion.
bool hits_stop_string(const std::vector<std::int32_t>& ids, const SamplingOptions& sampling,
                      const std::function<std::string(const std::vector<std::int32_t>&)>& decode) {
  if (sampling.stop.empty() || std::ssize(ids) <= sampling.min_new_tokens) { return false; }
  std::size_t longest = 0;
  for (const std::string& text : sampling.stop) { longest = std::max(longest, text.size()); }
  // Some tokens more than the string has bytes, because special tokens may decode to nothing.
  const std::ptrdiff_t tail = std::min(ids.size(), longest + 8);
  const std::size_t found = occurrences(decode({ids.end() - tail, ids.end()}), sampling.stop);
  // A string that ended before min_new_tokens does not count later.
  return found > 0 && (sampling.min_new_tokens == 0 ||
                       found > occurrences(decode({ids.end() - tail, ids.end() - 1}), sampling.stop));
}

}  // namespace

struct Generator::Impl {
  const model::Parameters& parameters;
  std::vector<std::int32_t> stop_ids;
  RolloutOptions options;
  ThreadPool& pool;
  std::function<std::string(const std::vector<std::int32_t>&)> decode;
  Decoder decoder;
  bool tested = false, rows_equal = true;
  std::vector<SamplerScratch> scratch;
  std::vector<Sampled> chosen;

  Impl(const model::Parameters& p, std::vector<std::int32_t> ids, const RolloutOptions& o, ThreadPool& shared,
       std::function<std::string(const std::vector<std::int32_t>&)> d)
      : parameters(p), stop_ids(std::move(ids)), options(o), pool(shared), decode(std::move(d)), decoder(p) {
    std::erase_if(stop_ids, [&](std::int32_t id) { return id < 0 || id >= p.config().vocab; });
  }

  void prepare() {
    if (compute::compute_threads() != pool.threads()) { model::set_compute_threads(pool.threads()); }
    scratch.resize(compute::compute_threads());
    if (tested) { return; }
    rows_equal = decoder.test_rows(
        std::min<std::int64_t>(std::max(options.max_sequences, options.prefill_chunk), 4096));
    tested = true;
  }

  std::int64_t most_new_tokens(std::int64_t prompt_tokens, const SamplingOptions& sampling) const {
    const std::int64_t positions = parameters.config().max_positions;
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
                     const RolloutOptions& options, ThreadPool& pool,
                     std::function<std::string(const std::vector<std::int32_t>&)> decode)
    : impl_(std::make_unique<Impl>(parameters, std::move(stop_ids), options, pool, std::move(decode))) {}
Generator::~Generator() = default;

std::uint64_t Generator::kv_bytes_needed(std::int64_t prompt_tokens, const SamplingOptions& sampling) const {
  const std::int64_t blocks = blocks_needed(prompt_tokens, impl_->most_new_tokens(prompt_tokens, sampling));
  return blocks * impl_->decoder.storage().page_bytes();
}

void Generator::check(const SamplingOptions& sampling) const {
  rollout::check(sampling);
  parse_bias(sampling.logit_bias, impl_->parameters.config().vocab);
}

bool Generator::rows_are_equal() {
  impl_->prepare();
  return impl_->rows_equal;
}

/// One call of generate(): its input, the scheduler that plans its forwards, and the results so far.
class Generator::Call : NotCopied {
 public:
  Call(Generator::Impl& self, const std::vector<Group>& groups, const SamplingOptions& sampling,
       std::uint64_t seed, RandomStream stream)
      : self_(self),
        groups_(groups),
        sampling_(sampling),
        seed_(seed),
        stream_(stream),
        bias_(parse_bias(sampling.logit_bias, self.parameters.config().vocab)),
        rule_(rule_of(sampling)),
        lengths_(self.most_new_tokens(groups, sampling)),
        storage_(self.decoder.storage()),
        block_bytes_(storage_.page_bytes()),
        pool_(self.options.kv_cache_bytes.value / block_bytes_),
        scheduler_(groups, lengths_, pool_, block_bytes_,
                   {self.options.max_sequences, self.options.prefill_chunk},
                   [this](BlockId from, BlockId to) {
                     ensure(std::max(from, to));
                     storage_.copy(from, to);
                   }) {
    result_.completions.resize(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
      result_.completions[g].resize(groups[g].completions);
      result_.figures.prompt_tokens += std::ssize(groups[g].prompt);
    }
    result_.figures.rows_equal = self.rows_equal;
  }
  ~Call() { storage_.clear(); }  // always frees the cache, also after an exception: training needs the memory

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
      storage_.ensure(highest);
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
    const float* logits = self_.decoder.forward(batch.rows);
    scheduler_.computed();
    const Timer sampling_timer;
    choose(batch, logits);
    for (std::size_t i = 0; i < batch.samples.size(); ++i) {
      if (!self_.chosen[i].finite || self_.chosen[i].id < 0) { refuse(batch, i); }
    }
    for (std::size_t i = 0; i < batch.samples.size(); ++i) { keep(batch.samples[i], self_.chosen[i]); }

    GenerationFigures& figures = result_.figures;
    figures.sampling_seconds += sampling_timer.seconds();
    const auto rows = std::ssize(batch.rows);
    figures.forwards.push_back({rows, batch.samples.empty() ? 0 : batch.samples.back().logits_row + 1});
    (batch.prefill ? figures.prefill_seconds : figures.decode_seconds) += timer.seconds();
    if (batch.prefill) { return; }
    ++figures.decode_steps;
    occupied_ += 1.0 * rows / self_.options.max_sequences;
  }

  void choose(const Batch& batch, const float* logits) {
    const std::size_t vocabulary = self_.parameters.config().vocab;
    self_.chosen.resize(batch.samples.size());
    compute::parallel_slices(
        std::ssize(batch.samples), 1, [&](std::int64_t begin, std::int64_t end, int slice) {
          for (std::int64_t i = begin; i < end; ++i) {
            const SampleTask& task = batch.samples[i];
            self_.chosen[i] =
                choose(task, {logits + task.logits_row * vocabulary, vocabulary}, self_.scratch[slice]);
          }
        });
  }

  Sampled choose(const SampleTask& task, std::span<const float> logits, SamplerScratch& scratch) const {
    const Group& group = groups_[task.group];
    std::vector<std::int32_t>& seen = scratch.seen;
    seen.clear();
    if (sampling_.repetition_penalty != 1.0) {
      const auto& ids = scheduler_.ids(task.group, task.completion);
      seen.reserve(group.prompt.size() + lengths_[task.group]);
      seen.assign(group.prompt.begin(), group.prompt.end());
      seen.insert(seen.end(), ids.begin(), ids.end());
    }
    std::span<const std::int32_t> banned;
    if (task.token < sampling_.min_new_tokens) { banned = self_.stop_ids; }
    const double u =
        random_uniform(seed_, stream_, group.draw, group.first_completion + task.completion, task.token);
    return compute::sample(logits, rule_, bias_, banned, seen, u, scratch);
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
    const std::int64_t layer = self_.decoder.first_bad_layer(batch.rows, row);
    throw Error(cat(
        "logits are not finite for ", where, ": ",
        layer < self_.decoder.layers()
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
  }

  Generator::Impl& self_;
  const std::vector<Group>& groups_;
  const SamplingOptions& sampling_;
  std::uint64_t seed_;
  RandomStream stream_;
  std::vector<compute::LogitBias> bias_;
  compute::SamplingRule rule_;
  std::vector<std::int64_t> lengths_;
  compute::CpuPages<float>& storage_;
  std::uint64_t block_bytes_;
  BlockPool pool_;
  Scheduler scheduler_;
  Generated result_;
  Timer timer_;
  double occupied_ = 0;
};

Generated Generator::generate(const std::vector<Group>& groups, const SamplingOptions& sampling,
                              std::uint64_t seed, RandomStream stream,
                              const std::function<void(std::int64_t)>& tick) {
  rollout::check(sampling);
  rollout::check(groups, impl_->parameters.config());
  if (!sampling.stop.empty() && !impl_->decode) { throw Bug("stop strings need a decode function"); }
  impl_->prepare();
  return Call(*impl_, groups, sampling, seed, stream).run(tick);
}

}  // namespace srl::rollout
