#include "model/cpu/machine.hpp"

#include "base/error.hpp"
#include "compute/columns.hpp"
#include "compute/gate.hpp"
#include "compute/gather.hpp"
#include "compute/norm.hpp"
#include "compute/rotation.hpp"
#include "model/cpu/attention.hpp"
#include "model/cpu/tensors.hpp"

namespace srl::model {
namespace {

/// target += sums, elementwise.
void add_sums(const at::Tensor& target, const std::vector<double>& sums) {
  if (target.scalar_type() == at::kDouble) {
    auto* to = target.data_ptr<double>();
    for (std::size_t i = 0; i < sums.size(); ++i) { to[i] += sums[i]; }
  } else {
    auto* to = target.data_ptr<float>();
    for (std::size_t i = 0; i < sums.size(); ++i) { to[i] = static_cast<float>(to[i] + sums[i]); }
  }
}

HeadShape head_shape(const ModelConfig& config) {
  return {config.heads, config.kv_heads, config.head_dim};
}

}  // namespace

template <class T>
CpuMachine<T>::CpuMachine(const Parameters& parameters)
    : parameters_(parameters), rope_(rope_table(parameters.config())) {}

template <class T>
at::Tensor CpuMachine<T>::matrix_at(const Parameters& parameters, const Place& place) {
  return parameters.flat().narrow(0, place.offset, place.rows * place.width).view({place.rows, place.width});
}

template <class T>
at::Tensor CpuMachine<T>::vector_at(const Parameters& parameters, const Place& place) {
  return parameters.flat().narrow(0, place.offset, place.rows * place.width);
}

template <class T>
void CpuMachine<T>::check_gradients(const Parameters& gradients) const {
  if (gradients.dtype() == Dtype::bf16 || gradients.layout().size() != parameters_.layout().size()) {
    throw Bug("gradients must be fp32 or fp64 and have the same parameters as the weights");
  }
}

template <class T>
void CpuMachine<T>::begin(const Pack& pack, const PackPlan& plan) {
  pack_ = &pack;
  plan_ = &plan;
  extend_rope(plan.positions_end);
}

template <class T>
void CpuMachine<T>::extend_rope(std::int64_t positions) {
  const std::int64_t half = config().head_dim / 2;
  std::vector<double> cosine(half), sine(half);
  for (std::int64_t p = std::ssize(cosine_) / half; p < positions; ++p) {
    rope_row(rope_, p, cosine.data(), sine.data());
    cosine_.insert(cosine_.end(), cosine.begin(), cosine.end());
    sine_.insert(sine_.end(), sine.begin(), sine.end());
  }
}

template <class T>
void CpuMachine<T>::rms_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& out,
                             const at::Tensor& scale) {
  compute::rms_norm(matrix<const T>(x), data<T>(weight), eps(), matrix<T>(out), scale.data_ptr<T>());
}

template <class T>
void CpuMachine<T>::rms_norm_again(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& scale,
                                   const at::Tensor& out) {
  compute::rms_norm_again(matrix<const T>(x), data<T>(weight), data<T>(scale), matrix<T>(out));
}

template <class T>
void CpuMachine<T>::rms_norm_backward(const at::Tensor& dout, const at::Tensor& x, const at::Tensor& weight,
                                      const at::Tensor& scale, const at::Tensor& dx,
                                      const at::Tensor& dweight) {
  std::vector<double> sums(x.size(1));
  compute::rms_norm_backward(matrix<const T>(dout), matrix<const T>(x), data<T>(weight), data<T>(scale),
                             matrix<T>(dx), sums.data());
  add_sums(dweight, sums);
}

template <class T>
void CpuMachine<T>::head_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& before) {
  const compute::HeadNorm<T> norm{data<T>(weight), config().head_dim, eps()};
  compute::head_norm(matrix<T>(x), norm, matrix<T>(before));
}

template <class T>
void CpuMachine<T>::head_norm_backward(const at::Tensor& dx, const at::Tensor& weight,
                                       const at::Tensor& before, const at::Tensor& dweight) {
  const compute::HeadNorm<T> norm{data<T>(weight), config().head_dim, eps()};
  std::vector<double> sums(config().head_dim);
  compute::head_norm_backward(matrix<T>(dx), norm, matrix<const T>(before), sums.data());
  add_sums(dweight, sums);
}

template <class T>
void CpuMachine<T>::rotate(const at::Tensor& x, int direction) {
  const compute::Rotation<T> rotation{plan_->positions.data(), cosine_.data(), sine_.data(),
                                      config().head_dim};
  compute::rotate(matrix<T>(x), rotation, direction);
}

template <class T>
void CpuMachine<T>::add_bias(const at::Tensor& x, const at::Tensor& bias) {
  compute::add_bias(matrix<T>(x), data<T>(bias));
}

template <class T>
void CpuMachine<T>::add_column_sums(const at::Tensor& x, const at::Tensor& target) {
  std::vector<double> sums(x.size(1));
  compute::add_column_sums(matrix<T>(x), sums.data());
  add_sums(target, sums);
}

template <class T>
void CpuMachine<T>::gated(const at::Tensor& gate_up, const at::Tensor& out) {
  compute::gated(matrix<const T>(gate_up), matrix<T>(out));
}

template <class T>
void CpuMachine<T>::gated_backward(const at::Tensor& gate_up, const at::Tensor& dout,
                                   const at::Tensor& dgate_up, const at::Tensor& out) {
  compute::gated_backward(matrix<const T>(gate_up), matrix<const T>(dout), matrix<T>(dgate_up),
                          matrix<T>(out));
}

template <class T>
void CpuMachine<T>::product(const at::Tensor& x, const at::Tensor& weight, at::Tensor out) {
  at::mm_out(out, x, weight.t());
}

template <class T>
void CpuMachine<T>::add_product(const at::Tensor& addend, const at::Tensor& x, const at::Tensor& weight,
                                at::Tensor out) {
  at::addmm_out(out, addend, x, weight.t());
}

template <class T>
void CpuMachine<T>::input_gradient(const at::Tensor& dout, const at::Tensor& weight, at::Tensor dx) {
  at::mm_out(dx, dout, weight);
}

template <class T>
void CpuMachine<T>::weight_gradient(const at::Tensor& dout, const at::Tensor& x, at::Tensor dweight) {
  if (dweight.scalar_type() == dout.scalar_type()) {
    at::addmm_out(dweight, dweight, dout.t(), x);
  } else {
    dweight.add_(at::mm(dout.t(), x));
  }
}

template <class T>
void CpuMachine<T>::attention(const at::Tensor& qkv, at::Tensor attended, at::Tensor lse) {
  model::attention(*plan_, head_shape(config()), qkv, attended, lse);
}

template <class T>
void CpuMachine<T>::attention_backward(const at::Tensor& qkv, const at::Tensor& attended,
                                       const at::Tensor& lse, const at::Tensor& dattended, at::Tensor dqkv) {
  model::attention_backward(*plan_, head_shape(config()), qkv, attended, lse, dattended, dqkv);
}

template <class T>
void CpuMachine<T>::embed(const at::Tensor& table, const at::Tensor& out) {
  compute::gather_rows(data<T>(table), plan_->ids.data(), matrix<T>(out));
}

template <class T>
void CpuMachine<T>::add_embedding(const at::Tensor& d, const at::Tensor& dtable) {
  if (dtable.scalar_type() == at::kDouble) {
    compute::scatter_add_rows(matrix<const T>(d), plan_->ids.data(), dtable.data_ptr<double>());
  } else {
    compute::scatter_add_rows(matrix<const T>(d), plan_->ids.data(), dtable.data_ptr<float>());
  }
}

template <class T>
void CpuMachine<T>::pick(const at::Tensor& stream, const at::Tensor& picked) {
  compute::gather_rows(data<T>(stream), plan_->rows.data(), matrix<T>(picked));
}

template <class T>
void CpuMachine<T>::unpick(const at::Tensor& dpicked, const at::Tensor& dstream) {
  compute::scatter_add_rows(matrix<const T>(dpicked), plan_->rows.data(), dstream.data_ptr<T>());
}

template class CpuMachine<float>;
template class CpuMachine<double>;

}  // namespace srl::model
