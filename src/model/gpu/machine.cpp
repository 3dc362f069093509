#include "model/gpu/machine.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "compute/columns.hpp"
#include "compute/elements.hpp"
#include "compute/gate.hpp"
#include "compute/merge_attention.hpp"
#include "compute/norm.hpp"
#include "device/memory.hpp"

namespace srl::model {

using compute::GpuRows;
using device::Span;

template <class T>
void GpuMachine<T>::check_gradients(const GpuGradients& gradients) const {
  if (gradients.layout().size() != weights_.layout().size()) {
    throw Bug("gradients must have the same parameters as the weights");
  }
}

template <class T>
void GpuMachine<T>::zero(Input x) {
  device::zero(stream_, all_of(x));
}

template <class T>
void GpuMachine<T>::rms_norm(Input x, InputVector weight, Input out, Span<float> scale) {
  compute::rms_norm(stream_, x, weight, eps(), out, scale);
}

template <class T>
void GpuMachine<T>::rms_norm_again(Input x, InputVector weight, Span<float>, Input out) {
  compute::rms_norm(stream_, x, weight, eps(), out, {});
}

template <class T>
void GpuMachine<T>::rms_norm_backward(Input dout, Input x, InputVector weight, Span<float> scale, Input dx,
                                      Span<float> dweight) {
  const std::size_t partial = compute::rms_norm_partial(x.view.rows, x.view.width);
  compute::rms_norm_backward(stream_, dout, x, weight, scale, dx, dweight,
                             memory_.scratch.partial.first(partial));
}

template <class T>
void GpuMachine<T>::head_norm(Input x, InputVector weight, Input before) {
  compute::head_norm(stream_, x, weight, eps(), before);
}

template <class T>
void GpuMachine<T>::head_norm_backward(Input dx, InputVector weight, Input before, Span<float> dweight) {
  const std::int64_t heads = dx.view.rows * dx.view.width / config().head_dim;
  const std::size_t partial = compute::head_norm_partial(heads, config().head_dim);
  compute::head_norm_backward(stream_, dx, weight, eps(), before, dweight,
                              memory_.scratch.partial.first(partial));
}

template <class T>
void GpuMachine<T>::rotate(Input x, int direction) {
  compute::rotate(stream_, x, memory_.rope.at(arrays_.positions), direction);
}

template <class T>
void GpuMachine<T>::add_bias(Input x, InputVector bias) {
  compute::add_bias(stream_, x, bias);
}

template <class T>
void GpuMachine<T>::add_column_sums(Input x, Span<float> sums) {
  const std::size_t partial = compute::column_sums_partial(x.view.rows, x.view.width);
  compute::add_column_sums(stream_, GpuRows<const T>(x), sums, memory_.scratch.partial.first(partial));
}

template <class T>
void GpuMachine<T>::gated(Input gate_up, Input out) {
  compute::gated(stream_, gate_up, out);
}

template <class T>
void GpuMachine<T>::gated_backward(Input gate_up, Input dout, Input dgate_up, Input out) {
  compute::gated_backward(stream_, gate_up, dout, dgate_up, out);
}

template <class T>
template <class Out>
void GpuMachine<T>::product(Input x, WeightMatrix weight, const GpuRows<Out>& out) {
  products_.forward(stream_, GpuRows<const T>(x), weight, out);
}

template <class T>
void GpuMachine<T>::add_product(Input addend, Input x, WeightMatrix weight, Input out) {
  products_.forward(stream_, GpuRows<const T>(x), weight, out, addend);
}

template <class T>
void GpuMachine<T>::input_gradient(Input dout, WeightMatrix weight, Input dx) {
  products_.input_gradient(stream_, GpuRows<const T>(dout), weight, dx);
}

template <class T>
void GpuMachine<T>::weight_gradient(Input dout, Input x, const GpuRows<float>& dweight) {
  if (x.view.rows == 0) { return; }
  products_.weight_gradient(stream_, GpuRows<const T>(dout), GpuRows<const T>(x), dweight, dweight);
}

template <class T>
void GpuMachine<T>::embed(WeightMatrix table, Input out) {
  compute::gather_rows(stream_, table, arrays_.ids, out);
}

template <class T>
void GpuMachine<T>::add_embedding(Input d, const GpuRows<float>& dtable) {
  compute::scatter_add_rows(stream_, GpuRows<const T>(d), arrays_.by_id, dtable);
}

template <class T>
void GpuMachine<T>::pick(Input stream, Input picked) {
  compute::gather_rows(stream_, stream, arrays_.rows, picked);
}

template <class T>
void GpuMachine<T>::unpick(Input dpicked, Input dstream) {
  compute::scatter_add_rows(stream_, GpuRows<const T>(dpicked), arrays_.by_row, dstream);
}

template <class T>
compute::GpuQkvOf<T> GpuMachine<T>::qkv_of(Input qkv, const AttentionCall& call) const {
  const Matrix keys = qkv.from(call.key_begin, call.keys);
  return {qkv.from(call.query_begin, call.queries).columns(0, query_width()),
          keys.columns(query_width(), key_width()), keys.columns(query_width() + key_width(), key_width())};
}

template <class T>
compute::GpuQkvGradientOf<T> GpuMachine<T>::gradient_of(Input dqkv, const AttentionCall& call) const {
  const Matrix keys = dqkv.from(call.key_begin, call.keys);
  return {dqkv.from(call.query_begin, call.queries).columns(0, query_width()),
          keys.columns(query_width(), key_width()), keys.columns(query_width() + key_width(), key_width())};
}

template <class T>
void GpuMachine<T>::attend(const compute::GpuQkvOf<T>& qkv, const compute::GpuSequences& sequences, Input out,
                           const GpuRows<float>& lse) {
  if constexpr (std::is_same_v<T, device::Bf16>) {
    if (flash_ && flash_->forward(stream_, qkv, sequences, out, lse)) { return; }
  }
  compute::attention(stream_, qkv, sequences, out, lse);
}

template <class T>
void GpuMachine<T>::attend_backward(Input dout, const compute::GpuQkvOf<T>& qkv,
                                    const compute::GpuSequences& sequences, Input out,
                                    const GpuRows<float>& lse, const compute::GpuQkvGradientOf<T>& gradient) {
  if constexpr (std::is_same_v<T, device::Bf16>) {
    if (flash_ && flash_->backward(stream_, dout, qkv, sequences, out, lse, gradient)) { return; }
  }
  compute::attention_backward(
      stream_, dout, qkv, sequences, out, lse, gradient,
      memory_.scratch.partial.first(compute::attention_backward_partial(dout.view.rows, config().heads)));
}

/// The tokens of a depth attend to their own segments and to those of their ancestors in calls of their own,
/// side by side in memory; then these parts are merged.
template <class T>
void GpuMachine<T>::attention(Input qkv, Input attended, const GpuRows<float>& lse) {
  for (std::size_t d = 0; d < plan_.depths.size(); ++d) {
    const std::vector<AttentionCall>& calls = plan_.depths[d];
    const std::int64_t parts = std::ssize(calls), rows = calls.front().queries, heads = config().heads;
    const Matrix out = attended.from(calls.front().query_begin, rows);
    const GpuRows<float> sums = lse.from(calls.front().query_begin, rows);
    if (parts == 1) {
      attend(qkv_of(qkv, calls[0]), arrays_.sequences[d][0], out, sums);
      continue;
    }
    const Matrix part_rows(
        memory_.scratch.part_outputs.first(static_cast<std::size_t>(parts * rows * query_width())), rows,
        parts * query_width());
    const GpuRows<float> sum_rows(
        memory_.scratch.part_sums.first(static_cast<std::size_t>(parts * rows * heads)), rows, parts * heads);
    for (std::int64_t p = 0; p < parts; ++p) {
      const auto at = static_cast<std::size_t>(p);
      attend(qkv_of(qkv, calls[at]), arrays_.sequences[d][at],
             part_rows.columns(p * query_width(), query_width()), sum_rows.columns(p * heads, heads));
    }
    compute::merge_attention<T>(
        stream_, GpuRows<const T>(Matrix(all_of(part_rows), parts * rows, query_width())),
        GpuRows<float>(all_of(sum_rows), parts * rows, heads), arrays_.first_part[d], out, sums);
  }
}

/// With the merged output and log-sums, the backward of each part gives its share of the whole gradient: the
/// probabilities exp(score - lse) and the row sums of dout * out are those of the whole row (Dao et al. 2022,
/// FlashAttention, algorithm 4).
template <class T>
void GpuMachine<T>::attention_backward(Input qkv, Input attended, const GpuRows<float>& lse, Input dattended,
                                       Input dqkv) {
  const Matrix share(
      memory_.scratch.part_gradients.first(static_cast<std::size_t>(tokens_ * dqkv.view.width)), tokens_,
      dqkv.view.width);
  const auto run = [&](std::size_t d, std::size_t p, const Matrix& target) {
    const AttentionCall& call = plan_.depths[d][p];
    attend_backward(dattended.from(call.query_begin, call.queries), qkv_of(qkv, call),
                    arrays_.sequences[d][p], attended.from(call.query_begin, call.queries),
                    lse.from(call.query_begin, call.queries), gradient_of(target, call));
  };
  for (std::size_t d = 0; d < plan_.depths.size(); ++d) { run(d, 0, dqkv); }  // writes every row
  for (std::size_t d = 1; d < plan_.depths.size(); ++d) {
    for (std::size_t p = 1; p < plan_.depths[d].size(); ++p) {
      run(d, p, share);
      const compute::GpuQkvGradientOf<T> from = gradient_of(share, plan_.depths[d][p]),
                                         to = gradient_of(dqkv, plan_.depths[d][p]);
      compute::add(stream_, from.queries, to.queries);
      compute::add(stream_, from.keys, to.keys);
      compute::add(stream_, from.values, to.values);
    }
  }
}

template class GpuMachine<float>;
template void GpuMachine<float>::product(Input, WeightMatrix, const GpuRows<float>&);
template class GpuMachine<device::Bf16>;
template void GpuMachine<device::Bf16>::product(Input, WeightMatrix, const GpuRows<float>&);
template void GpuMachine<device::Bf16>::product(Input, WeightMatrix, const GpuRows<device::Bf16>&);

}  // namespace srl::model
