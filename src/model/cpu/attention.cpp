#include "model/cpu/attention.hpp"

#include <algorithm>
#include <cmath>

#include "compute/loops.hpp"

namespace srl::model {
namespace {

/// Columns [first, first + heads * head_dim) of rows [begin, begin + batch * length) as [batch, heads,
/// length, head_dim].
at::Tensor heads_of(const at::Tensor& matrix, std::int64_t begin, std::int64_t batch, std::int64_t length,
                    std::int64_t first, std::int64_t heads, std::int64_t head_dim) {
  return matrix.narrow(0, begin, batch * length)
      .narrow(1, first, heads * head_dim)
      .unflatten(0, {batch, length})
      .unflatten(2, {heads, head_dim})
      .transpose(1, 2);
}

/// The tensors of one part.
struct Views {
  at::Tensor query, key, value;
  Views(const AttentionPart& part, const HeadShape& shape, const at::Tensor& qkv)
      : query(heads_of(qkv, part.query_begin, part.batch, part.length, 0, shape.heads, shape.head_dim)),
        key(heads_of(qkv, part.key_begin, part.batch, part.key_length, shape.query_width(), shape.kv_heads,
                     shape.head_dim)),
        value(heads_of(qkv, part.key_begin, part.batch, part.key_length,
                       shape.query_width() + shape.key_width(), shape.kv_heads, shape.head_dim)) {}
};

/// Merges partial attention (o, l) over other keys into (out, lse): o, out [rows * heads, head_dim], l, lse
/// [rows * heads] log-sum-exp of scores.
template <class T>
void merge_attention(Rows<const T> o, const T* l, Rows<T> out, T* lse) {
  compute::each_row(o, [&](std::int64_t i) {
    const T largest = std::max(lse[i], l[i]);
    const T total = largest + std::log(std::exp(lse[i] - largest) + std::exp(l[i] - largest));
    const T old_part = std::exp(lse[i] - total), new_part = std::exp(l[i] - total);
    const T* from = o.row(i);
    T* to = out.row(i);
    for (std::int64_t j = 0; j < o.width; ++j) { to[j] = to[j] * old_part + from[j] * new_part; }
    lse[i] = total;
  });
}

template <class T>
void merge(const AttentionPart& part, const HeadShape& shape, const at::Tensor& o, const at::Tensor& l,
           at::Tensor& out, at::Tensor& lse) {
  const at::Tensor flat_o = o.transpose(1, 2).contiguous(), flat_l = l.transpose(1, 2).contiguous();
  const std::int64_t rows = part.length * shape.heads, begin = part.query_begin * shape.heads;
  merge_attention<T>(
      Rows<const T>{flat_o.const_data_ptr<T>(), rows, shape.head_dim}, flat_l.const_data_ptr<T>(),
      Rows<T>{out.data_ptr<T>() + begin * shape.head_dim, rows, shape.head_dim}, lse.data_ptr<T>() + begin);
}

}  // namespace

void attention(const PackPlan& plan, const HeadShape& shape, const at::Tensor& qkv, at::Tensor& out,
               at::Tensor& lse) {
  for (const AttentionPart& part : plan.parts) {
    const Views views(part, shape, qkv);
    const auto [o, l] = at::_scaled_dot_product_flash_attention_for_cpu(views.query, views.key, views.value,
                                                                        0.0, part.causal);
    if (part.causal) {  // the first part of each token
      heads_of(out, part.query_begin, part.batch, part.length, 0, shape.heads, shape.head_dim).copy_(o);
      lse.narrow(0, part.query_begin, part.batch * part.length)
          .unflatten(0, {part.batch, part.length})
          .transpose(1, 2)
          .copy_(l);
    } else if (out.scalar_type() == at::kDouble) {
      merge<double>(part, shape, o, l, out, lse);
    } else {
      merge<float>(part, shape, o, l, out, lse);
    }
  }
}

void attention_backward(const PackPlan& plan, const HeadShape& shape, const at::Tensor& qkv,
                        const at::Tensor& out, const at::Tensor& lse, const at::Tensor& dout,
                        at::Tensor& dqkv) {
  for (const AttentionPart& part : plan.parts) {
    const Views views(part, shape, qkv), gradients(part, shape, dqkv);
    const auto of_queries = [&](const at::Tensor& matrix) {
      return heads_of(matrix, part.query_begin, part.batch, part.length, 0, shape.heads, shape.head_dim);
    };
    const at::Tensor part_lse = lse.narrow(0, part.query_begin, part.batch * part.length)
                                    .unflatten(0, {part.batch, part.length})
                                    .transpose(1, 2);
    const auto [dquery, dkey, dvalue] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
        of_queries(dout), views.query, views.key, views.value, of_queries(out), part_lse, 0.0, part.causal);
    if (part.causal) {  // the causal part of each token comes first and writes its whole row
      gradients.query.copy_(dquery);
      gradients.key.copy_(dkey);
      gradients.value.copy_(dvalue);
    } else {
      gradients.query.add_(dquery);
      gradients.key.add_(dkey);
      gradients.value.add_(dvalue);
    }
  }
}

}  // namespace srl::model
