// Products by cuBLASLt. It thinks in columns: a matrix [rows, width] of ours is one of width x rows there,
// and the product that it computes is the transposed one.
#include <cublasLt.h>

#include <array>
#include <bit>
#include <string>

#include "base/error.hpp"
#include "base/not_copied.hpp"
#include "compute/gpu/products/back_end.hpp"

namespace srl::compute {
namespace {

using device::Dtype;

std::string text_of(const ProductKind& kind) {
  constexpr const char* names[] = {"forward", "input gradient", "weight gradient"};
  return std::string(names[static_cast<int>(kind.form)]) + " of a weight of " + std::to_string(kind.n) +
         " x " + std::to_string(kind.k) + " in " + std::string(word(kind.inputs));
}

void check(cublasStatus_t status, const char* doing, const ProductKind* kind = nullptr) {
  if (status == CUBLAS_STATUS_SUCCESS) { return; }
  throw EnvironmentError(std::string("cuBLASLt failed in ") + doing +
                         (kind != nullptr ? " (" + text_of(*kind) + ")" : std::string()) + ": " +
                         cublasLtGetStatusString(status));
}

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* object) const noexcept {
    destroy(object);
  }
};
using Description = std::unique_ptr<cublasLtMatmulDescOpaque_t, Destroy<cublasLtMatmulDescDestroy>>;
using Layout = std::unique_ptr<cublasLtMatrixLayoutOpaque_t, Destroy<cublasLtMatrixLayoutDestroy>>;
using Preference =
    std::unique_ptr<cublasLtMatmulPreferenceOpaque_t, Destroy<cublasLtMatmulPreferenceDestroy>>;

/// Of a matrix [rows, width] of ours.
Layout layout_of(Dtype type, std::int64_t rows, std::int64_t width, std::int64_t stride) {
  cublasLtMatrixLayout_t layout = nullptr;
  check(
      cublasLtMatrixLayoutCreate(&layout, type == Dtype::bf16 ? CUDA_R_16BF : CUDA_R_32F,
                                 static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(rows), stride),
      "describing a matrix");
  return Layout(layout);
}

/// Strides of 0 are those of matrices without gaps.
struct Strides {
  std::int64_t first = 0, second = 0, addend = 0, out = 0;
};

/// A product with `rows` rows.
struct Problem {
  Description description;
  Layout first, second, addend, out;

  Problem(const ProductKind& kind, std::int64_t rows, const Strides& strides) {
    const bool of_weight = kind.form == ProductForm::weight_gradient,
               forward = kind.form == ProductForm::forward;
    const auto layout = [](Dtype type, std::int64_t count, std::int64_t width, std::int64_t stride) {
      return layout_of(type, count, width, stride > 0 ? stride : width);
    };
    cublasLtMatmulDesc_t created = nullptr;
    // CUBLAS_COMPUTE_32F_FAST_TF32 would round fp32 inputs; this one does not.
    check(cublasLtMatmulDescCreate(&created, CUBLAS_COMPUTE_32F, CUDA_R_32F), "describing a product", &kind);
    description.reset(created);
    transpose(CUBLASLT_MATMUL_DESC_TRANSA, forward);
    transpose(CUBLASLT_MATMUL_DESC_TRANSB, of_weight);
    first = layout(kind.inputs, of_weight ? rows : kind.n, kind.k, strides.first);
    second = layout(kind.inputs, rows, forward ? kind.k : kind.n, strides.second);
    addend = layout(kind.result, kind.result_rows(rows), kind.result_width(), strides.addend);
    out = layout(kind.result, kind.result_rows(rows), kind.result_width(), strides.out);
  }

 private:
  void transpose(cublasLtMatmulDescAttributes_t which, bool transposed) const {
    const cublasOperation_t operation = transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
    check(cublasLtMatmulDescSetAttribute(description.get(), which, &operation, sizeof operation),
          "describing a product");
  }
};

class LtProducts : public ProductBackEnd, NotCopied {
 public:
  LtProducts(const device::Device& device, device::Span<std::byte> workspace) : workspace_(workspace) {
    device::make_current(device);
    check(cublasLtCreate(&handle_), "starting");
  }
  ~LtProducts() override { cublasLtDestroy(handle_); }

  ProductAlgorithm choose(const ProductKind& kind, std::int64_t rows) override {
    const Problem problem(kind, rows, {}), of_one_row(kind, 1, {});
    const Preference preference = preference_for(kind);
    std::array<cublasLtMatmulHeuristicResult_t, 16> found{};
    int count = 0;
    check(cublasLtMatmulAlgoGetHeuristic(handle_, problem.description.get(), problem.first.get(),
                                         problem.second.get(), problem.addend.get(), problem.out.get(),
                                         preference.get(), static_cast<int>(found.size()), found.data(),
                                         &count),
          "choosing an algorithm", &kind);
    for (int i = 0; i < count; ++i) {
      const cublasLtMatmulHeuristicResult_t& one = found[static_cast<std::size_t>(i)];
      if (one.state == CUBLAS_STATUS_SUCCESS && !splits_sums(one.algo) && adds_another(one.algo) &&
          does(of_one_row, one.algo)) {
        return std::bit_cast<ProductAlgorithm>(one.algo);
      }
    }
    throw EnvironmentError("cuBLASLt has no algorithm for the " + text_of(kind) +
                           " that does every number of rows without splitting sums");
  }

  void run(const device::Stream& stream, const Product& of, const ProductAlgorithm& algorithm) override {
    device::make_current(stream.device());
    const bool adds = of.addend.data != nullptr;
    const float one = 1, factor = adds ? 1.0F : 0.0F;  // with the factor 0 the addend is not read
    const ProductMatrix addend = adds ? of.addend : ProductMatrix{of.out, of.out_stride};
    const Problem problem(of.kind, of.rows,
                          {of.first.stride, of.second.stride, addend.stride, of.out_stride});
    const auto chosen = std::bit_cast<cublasLtMatmulAlgo_t>(algorithm);
    check(cublasLtMatmul(handle_, problem.description.get(), &one, of.first.data, problem.first.get(),
                         of.second.data, problem.second.get(), &factor, addend.data, problem.addend.get(),
                         of.out, problem.out.get(), &chosen, workspace_.data(), workspace_.bytes(),
                         static_cast<cudaStream_t>(stream.handle())),
          "a product", &of.kind);
  }

 private:
  template <class T>
  static void set(const Preference& preference, cublasLtMatmulPreferenceAttributes_t which, T value) {
    check(cublasLtMatmulPreferenceSetAttribute(preference.get(), which, &value, sizeof value),
          "describing an algorithm");
  }
  Preference preference_for(const ProductKind& kind) const {
    cublasLtMatmulPreference_t created = nullptr;
    check(cublasLtMatmulPreferenceCreate(&created), "describing an algorithm");
    Preference preference(created);
    set<std::uint64_t>(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, workspace_.bytes());
    set<std::uint32_t>(preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
                       CUBLASLT_REDUCTION_SCHEME_NONE);
    set<std::uint64_t>(preference, CUBLASLT_MATMUL_PREF_IMPL_MASK, ~CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_TF32);
    for (const auto which :
         {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
          CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES}) {
      set<std::uint32_t>(preference, which, static_cast<std::uint32_t>(kind.alignment()));
    }
    return preference;
  }
  static bool splits_sums(const cublasLtMatmulAlgo_t& algorithm) {
    std::int32_t parts = 1;
    std::size_t written = 0;
    check(cublasLtMatmulAlgoConfigGetAttribute(&algorithm, CUBLASLT_ALGO_CONFIG_SPLITK_NUM, &parts,
                                               sizeof parts, &written),
          "describing an algorithm");
    return parts != 0 && parts != 1;
  }
  /// Whether the addend may be another matrix than the result.
  static bool adds_another(const cublasLtMatmulAlgo_t& algorithm) {
    std::int32_t can = 0;
    std::size_t written = 0;
    check(cublasLtMatmulAlgoCapGetAttribute(&algorithm, CUBLASLT_ALGO_CAP_OUT_OF_PLACE_RESULT_SUPPORT, &can,
                                            sizeof can, &written),
          "describing an algorithm");
    return can != 0;
  }
  bool does(const Problem& problem, const cublasLtMatmulAlgo_t& algorithm) const {
    cublasLtMatmulHeuristicResult_t answer{};
    return cublasLtMatmulAlgoCheck(handle_, problem.description.get(), problem.first.get(),
                                   problem.second.get(), problem.addend.get(), problem.out.get(), &algorithm,
                                   &answer) == CUBLAS_STATUS_SUCCESS &&
           answer.workspaceSize <= workspace_.bytes();
  }

  cublasLtHandle_t handle_ = nullptr;
  device::Span<std::byte> workspace_;
};

}  // namespace

std::unique_ptr<ProductBackEnd> make_product_back_end(const device::Device& device,
                                                      device::Span<std::byte> workspace) {
  return std::make_unique<LtProducts>(device, workspace);
}

}  // namespace srl::compute
