#include "rollout/decode/packed_weight.hpp"

#include <cstddef>
#include <limits>

#include "base/error.hpp"

#ifdef SRL_TORCH_PACKS
// oneMKL's C interface with 32-bit integers; LibTorch has no header for it. The enumerations are those of
// mkl_cblas.h.
extern "C" {
std::size_t cblas_sgemm_pack_get_size(int identifier, int m, int n, int k);
void cblas_sgemm_pack(int layout, int identifier, int transposed, int m, int n, int k, float factor,
                      const float* from, int leading, float* to);
void cblas_sgemm_compute(int layout, int a_form, int b_form, int m, int n, int k, const float* a,
                         int a_leading, const float* b, int b_leading, float add_to, float* c, int c_leading);
}
#endif

namespace srl::rollout {

#ifdef SRL_TORCH_PACKS
namespace {

enum Cblas : int { row_major = 101, as_it_is = 111, transposed = 112, packed_form = 151, b_matrix = 162 };
constexpr int typical_rows = 128;  // only a hint: a copy serves any number of rows (rows_are_equal tests it)

int as_int(std::int64_t number) {
  if (number > std::numeric_limits<int>::max()) { throw Bug("a matrix of a product is too large for MKL"); }
  return static_cast<int>(number);
}

}  // namespace

bool PackedWeight::available() {
  return true;
}

PackedWeight::PackedWeight(const float* weight, std::int64_t out, std::int64_t in)
    : pages_(cblas_sgemm_pack_get_size(b_matrix, typical_rows, as_int(out), as_int(in))), out_(out), in_(in) {
  cblas_sgemm_pack(row_major, b_matrix, transposed, typical_rows, as_int(out), as_int(in), 1.0F, weight,
                   as_int(in), static_cast<float*>(pages_.data()));
}

void PackedWeight::apply(const float* input, float* out, std::int64_t rows, std::int64_t stride) const {
  cblas_sgemm_compute(row_major, as_it_is, packed_form, as_int(rows), as_int(out_), as_int(in_), input,
                      as_int(in_), static_cast<const float*>(pages_.data()), as_int(out_), 0.0F, out,
                      as_int(stride));
}
#else
bool PackedWeight::available() {
  return false;
}
PackedWeight::PackedWeight(const float*, std::int64_t, std::int64_t) {
  throw Bug("this LibTorch has no products with packed weights");
}
void PackedWeight::apply(const float*, float*, std::int64_t, std::int64_t) const {}
#endif

}  // namespace srl::rollout
