// On a GPU the host reads samples one step after it has enqueued the forward that continues with them. The
// completions are those of a host that waits for each step.
#include "rollout/decode/gpu_decoder.hpp"
#include "rollout/gpu_generator.hpp"
#include "rollout/schedule/call.hpp"
#ifdef SRL_EMULATED
#include "device/emulated.hpp"
#endif

namespace srl::rollout {
namespace {

using test::gpu_options;

/// Another decoder, whose samples must be read before the next forward.
class WaitingDecoder final : public Decoder {
 public:
  explicit WaitingDecoder(std::unique_ptr<Decoder> of) : of_(std::move(of)) {}
  std::int64_t block_bytes() const override { return of_->block_bytes(); }
  void ensure(BlockId highest) override { of_->ensure(highest); }
  void copy(BlockId from, BlockId to) override { of_->copy(from, to); }
  void clear() override { of_->clear(); }
  void forward(std::span<const Row> rows) override {
    for (const Row& row : rows) { EXPECT_GE(row.token, 0); }
    of_->forward(rows);
  }
  std::int64_t repeated_steps() const override { return of_->repeated_steps(); }
  void begin(const SamplingCall& call) override { of_->begin(call); }
  void sample(std::span<const SampleRequest> requests) override { of_->sample(requests); }
  double read(std::span<compute::Sampled> sampled) override { return of_->read(sampled); }
  void wait() override { of_->wait(); }
  std::int64_t first_bad_layer(std::span<const Row> rows, std::int64_t row) override {
    return of_->first_bad_layer(rows, row);
  }
  bool test_rows(std::int64_t most_rows) override { return of_->test_rows(most_rows); }

 private:
  std::unique_ptr<Decoder> of_;
};

/// Completions are text for stop strings: "<3><50>".
std::string as_text(const std::vector<std::int32_t>& ids) {
  std::string text;
  for (const std::int32_t id : ids) { text.append("<").append(std::to_string(id)).append(">"); }
  return text;
}

struct Figures {
  std::uint64_t waits = 0, idle_waits = 0;
};
Figures figures_now() {
#ifdef SRL_EMULATED
  const device::emulated::Figures figures = device::emulated::figures();
  return {figures.waits, figures.idle_waits};
#else
  return {};
#endif
}

struct Outcome {
  Generated generated;
  Figures figures;
  std::int64_t rows = 0;
};

class GpuBehind : public test::OnAGpu {
 protected:
  GpuBehind() {
    sampling_.temperature = 1.3;
    sampling_.max_new_tokens = 44;
  }
  Outcome run(bool waits, const RolloutOptions& options = gpu_options()) {
    const device::Stream stream({device::Kind::cuda, 0});
    const model::ModelConfig& config = parameters_.config();
    device::ArenaCount count;
    count.take<std::byte>("weights", model::GpuWeights::bytes(config, model::Dtype::bf16));
    device::Arena arena(stream.device(),
                        count.bytes() + Generator::gpu_bytes(config, model::Dtype::bf16, options).total(),
                        "test");
    model::GpuWeights weights(config, model::Dtype::bf16, arena);
    weights.upload(stream, parameters_);
    std::unique_ptr<Decoder> decoder = make_gpu_decoder(weights, options, arena, device::Turn(arena), stream);
    if (waits) { decoder = std::make_unique<WaitingDecoder>(std::move(decoder)); }
    GeneratorParts parts{config, stop_ids_, options, as_text, std::move(decoder)};
    stream.wait();
    const Figures before = figures_now();
    Outcome result;
    result.generated = GenerationCall(parts, groups_, sampling_, 5, RandomStream::rollout, {}).run({});
    const Figures after = figures_now();
    result.figures = {after.waits - before.waits, after.idle_waits - before.idle_waits};
    for (const auto& forward : result.generated.figures.forwards) { result.rows += forward.rows; }
    return result;
  }

  /// In eight orders of the GPU's work, with and without graphs and put-offs.
  void expect_bits_of_a_host_that_waits(const std::string& what) {
    const Outcome base = run(true);
    std::int64_t preemptions = 0;
    for (std::uint64_t seed = 0; seed < 8 && !HasFailure(); ++seed) {
#ifdef SRL_EMULATED
      using device::emulated::Order;
      device::emulated::set_order(seed == 0   ? Order::eager
                                  : seed == 1 ? Order::laziest
                                              : Order::random,
                                  seed);
#endif
      RolloutOptions options = gpu_options();
      if (seed % 4 >= 2) {
        options.kv_cache_bytes.value = 6 * test::page_bytes(parameters_.config(), model::Dtype::bf16);
        options.max_sequences = 8;
        options.prefill_chunk = 7 + static_cast<std::int64_t>(seed);
      }
      options.graphs = seed % 2 == 0;
      const Outcome behind = run(false, options);
      test::expect_same(behind.generated, base.generated, {}, what + ", seed " + std::to_string(seed));
      preemptions += behind.generated.figures.preemptions;
      if (seed % 4 < 2 && !stops()) { EXPECT_EQ(behind.rows, base.rows) << what; }
      if (seed % 4 < 2 && stops()) { EXPECT_GT(behind.rows, base.rows) << what; }
    }
    EXPECT_GT(preemptions, 2) << what;
  }
  bool stops() const { return !stop_ids_.empty() || !sampling_.stop.empty(); }

  model::Parameters parameters_ = test::small_model(test::gpu_config("Qwen2ForCausalLM", 1), 3);
  std::vector<Group> groups_{{test::random_prompt(14, 203, 4), 5, 4, 0},
                             {test::random_prompt(20, 203, 5), 6, 1, 1},
                             {test::random_prompt(30, 203, 6), 7, 1, 0}};
  std::vector<std::int32_t> stop_ids_;
  SamplingOptions sampling_;
};

TEST_F(GpuBehind, CompletionsThatEndByTheirLengthHaveNoRowTooMany) {
  expect_bits_of_a_host_that_waits("length");
}

TEST_F(GpuBehind, StopTokensAndStopStringsLeaveARowThatIsDropped) {
  stop_ids_ = {3};
  sampling_.stop = {"17>"};
  expect_bits_of_a_host_that_waits("stops");
}

/// The host does not know the newest id when it enqueues the sample that the penalty concerns.
TEST_F(GpuBehind, PenaltyBansAndBiasAreThoseOfAHostThatWaits) {
  stop_ids_ = {3, 50};
  sampling_.min_new_tokens = 6;
  sampling_.repetition_penalty = 5;
  sampling_.top_k = 8;
  sampling_.logit_bias = {"7:2.5", "11:-inf", "3:4", "50:1"};
  expect_bits_of_a_host_that_waits("penalty");
}

/// The first tokens of a prompt with more completions than fit are read at once.
TEST_F(GpuBehind, APromptMayHaveMoreCompletionsThanSamplesAtATime) {
  groups_[1].completions = 40;
  sampling_.max_new_tokens = 4;
  RolloutOptions options = gpu_options();
  options.max_sequences = 64;
  const Outcome base = run(true, options);
  options.max_sequences = 6;
  test::expect_same(run(false, options).generated, base.generated, {}, "40 completions");
}

#ifdef SRL_EMULATED
/// Work runs as late as the host allows: when it waits for a step, nothing behind that step has begun.
TEST_F(GpuBehind, TheHostLeavesTheGpuWorkWhileItWaits) {
  device::emulated::set_order(device::emulated::Order::laziest, 1);
  const Outcome waiting = run(true), behind = run(false);
  const auto steps = static_cast<std::uint64_t>(std::ssize(waiting.generated.figures.forwards));
  EXPECT_GE(waiting.figures.idle_waits, steps - 4);  // parts of prompts have no samples
  EXPECT_LE(behind.figures.idle_waits, 3U);
  EXPECT_GE(behind.figures.waits, steps - 4);
  EXPECT_LE(behind.figures.waits, steps + 2) << "one wait per step";
}
#endif

}  // namespace
}  // namespace srl::rollout
