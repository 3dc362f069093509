// FlashAttention against our own attention over packs, and which of the two a job uses.
#include "compute/flash_attention.hpp"

#include <cstdlib>

#include "base/error.hpp"
#include "compute/attention_choice.hpp"
#include "compute/gpu/flash/comparison.hpp"
#include "compute/packed_case.hpp"
#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

using ::testing::HasSubstr;

constexpr AttentionShape shape{4, 2, 24};

class FlashAttentionOverPacks : public OnAGpu {
 protected:
  void SetUp() override {
    OnAGpu::SetUp();
    if (!flash_attention_available()) { GTEST_SKIP() << "this build has no FlashAttention"; }
  }
  void TearDown() override { unsetenv("SRL_EMULATED_ATTENTION_FAULT"); }
  static void plan_fault(const char* kind) { setenv("SRL_EMULATED_ATTENTION_FAULT", kind, 1); }
  ChosenAttention choose(AttentionChoice wanted, device::Dtype dtype = device::Dtype::bf16) const {
    return choose_attention(wanted, stream().device(), dtype, shape);
  }

  template <class T>
  GpuRows<T> rows_of(const std::vector<T>& elements, std::int64_t rows) {
    return {on_gpu(elements), rows, std::ssize(elements) / rows};
  }
  Packed<Bf16, float> run(const PackedCase<Bf16>& of) {
    const auto longest = [&](auto length) { return std::ranges::max(of.lengths, {}, length).*length; };
    const GpuSequences sequences{on_gpu(of.first_query), on_gpu(of.first_key),
                                 longest(&PackedCase<Bf16>::Lengths::queries),
                                 longest(&PackedCase<Bf16>::Lengths::keys), of.causal};
    const GpuQkv qkv{rows_of(of.q, of.queries()), rows_of(of.k, of.keys()), rows_of(of.v, of.keys())};
    const AttentionShape of_case{of.heads(), of.kv_heads, of.head_dim};
    const std::size_t bytes = FlashAttention::memory(std::max(of.queries(), of.keys()), of_case, true);
    const FlashAttention flash(stream().device(), on_gpu(std::vector<std::byte>(bytes)));
    const GpuRows<Bf16> out = rows_of(of.q, of.queries());
    const GpuRows<float> lse = rows_of(
        std::vector<float>(static_cast<std::size_t>(of.queries() * of.heads()), std::nanf("")), of.queries());
    EXPECT_TRUE(flash.forward(stream(), qkv, sequences, out, lse));
    const GpuQkvGradient gradient{rows_of(of.q, of.queries()), rows_of(of.k, of.keys()),
                                  rows_of(of.v, of.keys())};
    EXPECT_TRUE(flash.backward(stream(), rows_of(of.dout, of.queries()), qkv, sequences, out, lse, gradient));
    return {on_host(out), on_host(gradient.queries), on_host(gradient.keys), on_host(gradient.values),
            on_host(lse)};
  }
};

TEST_F(FlashAttentionOverPacks, IsCloseToFp64) {
  for (const PackedCase<Bf16>& of : {PackedCase<Bf16>(2, 2, 24, {{17, 17}, {0, 5}, {3, 40}}),
                                     PackedCase<Bf16>(1, 5, 56, {{31, 32}, {1, 20}, {0, 7}}, false),
                                     PackedCase<Bf16>(1, 2, 128, {{40, 40}, {9, 9}})}) {
    const Packed<Bf16, float> result = run(of);
    const Packed<float, float> plain = PackedFormula<float, Bf16>(of, true).run();
    const Packed<double, double> exact = PackedFormula<double, Bf16>(of, false).run();
    expect_close(result.out, rounded_to<Bf16>(plain.out), exact.out, of.text() + ", out");
    expect_close(result.lse, plain.lse, exact.lse, of.text() + ", lse");
    expect_close(result.dq, rounded_to<Bf16>(plain.dq), exact.dq, of.text() + ", dq");
    expect_close(result.dk, rounded_to<Bf16>(plain.dk), exact.dk, of.text() + ", dk");
    expect_close(result.dv, rounded_to<Bf16>(plain.dv), exact.dv, of.text() + ", dv");
  }
}

TEST_F(FlashAttentionOverPacks, BitsAreEqualUnderEverySchedule) {
  expect_equal_bits(4, [&] { return run({1, 2, 24, {{35, 35}, {2, 9}}}); });
}

TEST_F(FlashAttentionOverPacks, AgreesWithOurOwnKernelOnManyShapes) {
  for (const AttentionShape& of :
       {AttentionShape{2, 2, 64}, AttentionShape{6, 2, 128}, AttentionShape{7, 1, 8}}) {
    const flash::Difference found = flash::compare(stream(), of);
    EXPECT_TRUE(found.allowed()) << found.where;
    EXPECT_GT(found.share, 0);
  }
}

TEST_F(FlashAttentionOverPacks, IsUsedWhereItIsAskedForAndAgrees) {
  const ChosenAttention chosen = choose(AttentionChoice::flash);
  EXPECT_TRUE(chosen.flash);
  EXPECT_THAT(chosen.text(), HasSubstr("attention over packs: FlashAttention-2 (it agrees"));
  EXPECT_FALSE(choose(AttentionChoice::own).flash);
  EXPECT_EQ(choose(AttentionChoice::own).text(),
            "attention over packs: our own kernel (compute.attention = own)");
  EXPECT_FALSE(choose(AttentionChoice::automatic, device::Dtype::fp32).flash);
  EXPECT_THROW(choose(AttentionChoice::flash, device::Dtype::fp32), BadOption);
  EXPECT_THROW(choose_attention(AttentionChoice::flash, {}, device::Dtype::fp32, shape), BadOption);
  EXPECT_FALSE(choose_attention(AttentionChoice::automatic, {}, device::Dtype::fp32, shape).flash);
}

TEST_F(FlashAttentionOverPacks, ACallThatNeedsMoreMemoryIsLeftUndone) {
  const PackedCase<Bf16> of(1, 2, 24, {{8, 8}});
  const GpuRows<Bf16> q = rows_of(of.q, 8), k = rows_of(of.k, 8);
  const GpuRows<float> lse = rows_of(std::vector<float>(16, 5), 8);
  const GpuSequences sequences{on_gpu(of.first_query), on_gpu(of.first_key), 8, 8, true};
  const GpuRows<Bf16> out = rows_of(of.q, 8);
  const FlashAttention flash(stream().device(), on_gpu(std::vector<std::byte>(1024)));
  EXPECT_FALSE(flash.forward(stream(), {q, k, k}, sequences, out, lse));
  EXPECT_FALSE(flash.backward(stream(), out, {q, k, k}, sequences, out, lse, {q, k, k}));
  EXPECT_EQ(on_host(lse), std::vector<float>(16, 5));
  EXPECT_THROW((void)flash.forward(stream(), {q, q, k}, sequences, out, lse), Bug);
}

#ifdef SRL_EMULATED
// The emulated GPU's stand-in is slow, so `auto` leaves it unless a test plans a fault.
TEST_F(FlashAttentionOverPacks, AutoUsesItWhereItAgreesAndElseOurOwnKernel) {
  plan_fault("none");
  EXPECT_TRUE(choose(AttentionChoice::automatic).flash);
  EXPECT_EQ(choose(AttentionChoice::automatic).trouble, "");
  EXPECT_TRUE(plans_flash_attention(AttentionChoice::automatic, device::Dtype::bf16));
  for (const char* fault : {"forward", "backward"}) {
    plan_fault(fault);
    const ChosenAttention chosen = choose(AttentionChoice::automatic);
    EXPECT_FALSE(chosen.flash);
    EXPECT_THAT(chosen.trouble, HasSubstr("FlashAttention-2 on emulated:0 differs from our own kernel: "));
    EXPECT_THAT(chosen.trouble, HasSubstr("is allowed"));
    EXPECT_EQ(chosen.text(), "attention over packs: our own kernel (FlashAttention-2 differs from it)");
  }
  plan_fault("error");
  EXPECT_EQ(choose(AttentionChoice::automatic).text(),
            "attention over packs: our own kernel (FlashAttention-2 failed)");
  EXPECT_EQ(choose(AttentionChoice::automatic).trouble, "FlashAttention failed, as planned");
}

TEST_F(FlashAttentionOverPacks, AFaultIsRefusedWhereItIsAskedFor) {
  EXPECT_FALSE(choose(AttentionChoice::automatic).flash);
  EXPECT_FALSE(plans_flash_attention(AttentionChoice::automatic, device::Dtype::bf16));
  EXPECT_TRUE(plans_flash_attention(AttentionChoice::flash, device::Dtype::bf16));
  const auto message = [&](const char* fault) -> std::string {
    plan_fault(fault);
    try {
      choose(AttentionChoice::flash);
    } catch (const BadInput& error) { return error.what(); }
    return "no refusal";
  };
  EXPECT_THAT(message("forward"), HasSubstr("the output differs by"));
  EXPECT_THAT(message("backward"),
              HasSubstr("FlashAttention-2 on emulated:0 differs from our own kernel: dk"));
  EXPECT_THAT(message("error"), HasSubstr("compute.attention = flash: FlashAttention failed, as planned"));
  plan_fault("sideways");
  EXPECT_THROW(choose(AttentionChoice::flash), BadOption);
  EXPECT_FALSE(choose(AttentionChoice::own).flash);
}
#endif

}  // namespace
}  // namespace srl::compute::testing
