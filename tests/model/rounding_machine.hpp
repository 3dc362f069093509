#pragma once
// A model in fp64 on the CPU that rounds to bf16 where a GPU in bf16 stores a tensor: how large an error bf16
// itself makes, in the same order of operations. Sums inside an operation are not rounded.
#include <cmath>
#include <tuple>
#include <vector>

#include "model/cpu/machine.hpp"

namespace srl::model {

class RoundingMachine : public CpuMachine<double> {
  using Base = CpuMachine<double>;
  using Tensor = at::Tensor;
  static void round(const Tensor& x) { x.copy_(x.to(at::kBFloat16)); }

 public:
  using Base::Base;

  void rms_norm(const Tensor& x, const Tensor& weight, const Tensor& out, const Tensor& scale) {
    Base::rms_norm(x, weight, out, scale);
    round(out);
  }
  void rms_norm_again(const Tensor& x, const Tensor& weight, const Tensor& scale, const Tensor& out) {
    Base::rms_norm_again(x, weight, scale, out);
    round(out);
  }
  void rms_norm_backward(const Tensor& dout, const Tensor& x, const Tensor& weight, const Tensor& scale,
                         const Tensor& dx, const Tensor& dweight) {
    Base::rms_norm_backward(dout, x, weight, scale, dx, dweight);
    round(dx);
  }
  void head_norm(const Tensor& x, const Tensor& weight, const Tensor& before) {
    Base::head_norm(x, weight, before);
    round(x);
  }
  void head_norm_backward(const Tensor& dx, const Tensor& weight, const Tensor& before,
                          const Tensor& dweight) {
    Base::head_norm_backward(dx, weight, before, dweight);
    round(dx);
  }
  void rotate(const Tensor& x, int direction) {
    Base::rotate(x, direction);
    round(x);
  }
  void add_bias(const Tensor& x, const Tensor& bias) {
    Base::add_bias(x, bias);
    round(x);
  }
  void gated(const Tensor& gate_up, const Tensor& out) {
    Base::gated(gate_up, out);
    round(out);
  }
  void gated_backward(const Tensor& gate_up, const Tensor& dout, const Tensor& dgate_up, const Tensor& out) {
    Base::gated_backward(gate_up, dout, dgate_up, out);
    round(dgate_up);
    round(out);
  }
  void product(const Tensor& x, const Tensor& weight, const Tensor& out) {
    Base::product(x, weight, out);
    if (weight.size(0) != config().vocab) { round(out); }  // logits are fp32
  }
  void add_product(const Tensor& addend, const Tensor& x, const Tensor& weight, const Tensor& out) {
    Base::add_product(addend, x, weight, out);
    round(out);
  }
  void input_gradient(const Tensor& dout, const Tensor& weight, const Tensor& dx) {
    Base::input_gradient(dout, weight, dx);
    round(dx);
  }
  /// Each segment and each of its ancestors is a part: exp(score - most) is rounded where it multiplies a
  /// value; the part's output and the merged one are rounded too.
  void attention(const Tensor& qkv, const Tensor& attended, const Tensor& lse) {
    each_head(qkv, [&](std::int64_t head, const Tensor& q, const Tensor& k, const Tensor& v) {
      Tensor sums, outs;  // [parts, tokens], [parts, tokens, head_dim]
      std::tie(sums, outs) = parts_of(q, k, v);
      const Tensor total = sums.logsumexp(0);
      Tensor out = heads_columns(attended, head);
      out.copy_(((sums - total).exp().unsqueeze(-1) * outs).sum(0));
      lse.select(1, head).copy_(total);
    });
    round(attended);
  }
  void attention_backward(const Tensor& qkv, const Tensor& attended, const Tensor& lse,
                          const Tensor& dattended, const Tensor& dqkv) {
    dqkv.zero_();
    for (int generation = 0; generation <= most_generations; ++generation) {
      const Tensor share = at::zeros_like(dqkv);
      const Tensor seen = mask(generation);
      each_head(qkv, [&](std::int64_t head, const Tensor& q, const Tensor& k, const Tensor& v) {
        const Tensor dout = heads_columns(dattended, head), out = heads_columns(attended, head);
        const Tensor p = (at::mm(q, k.t()) * scale() - lse.select(1, head).unsqueeze(1)).exp() * seen;
        const Tensor dscore = p * (at::mm(dout, v.t()) - (dout * out).sum(1, true));
        const Tensor rounded_p = p.clone(), rounded_d = dscore.clone();
        round(rounded_p);
        round(rounded_d);
        columns_of(share, head, 0).add_(at::mm(rounded_d, k) * scale());
        columns_of(share, head, 1).add_(at::mm(rounded_d.t(), q) * scale());
        columns_of(share, head, 2).add_(at::mm(rounded_p.t(), dout));
      });
      round(share);
      dqkv.add_(share);
      round(dqkv);
    }
  }
  Tensor turn_into_gradients(const Tensor& logits, std::int64_t first) {
    round(Base::turn_into_gradients(logits, first));
    return logits;
  }

 private:
  static constexpr int most_generations = 2;
  double scale() const { return 1 / std::sqrt(static_cast<double>(config().head_dim)); }
  std::int64_t kv_head(std::int64_t head) const { return head / (config().heads / config().kv_heads); }
  Tensor heads_columns(const Tensor& x, std::int64_t head) const {
    return x.narrow(1, head * config().head_dim, config().head_dim);
  }
  /// Queries (0), keys (1) or values (2) of a head.
  Tensor columns_of(const Tensor& qkv, std::int64_t head, int which) const {
    const std::int64_t kv = config().heads + (which - 1) * config().kv_heads + kv_head(head);
    return heads_columns(qkv, which == 0 ? head : kv);
  }
  template <class Work>
  void each_head(const Tensor& qkv, const Work& work) const {
    for (std::int64_t head = 0; head < config().heads; ++head) {
      work(head, columns_of(qkv, head, 0), columns_of(qkv, head, 1), columns_of(qkv, head, 2));
    }
  }
  /// [tokens, tokens] 1 where the row's token sees the column's token in the ancestor so many generations
  /// above; generation 0 is its own segment.
  Tensor mask(int generation) const {
    Tensor seen = at::zeros({tokens(), tokens()}, at::kDouble);
    for (const Segment& segment : pack().segments) {
      const Segment* of = &segment;
      for (int g = 0; g < generation && of != nullptr; ++g) {
        of = of->parent < 0 ? nullptr : &pack().segments[static_cast<std::size_t>(of->parent)];
      }
      for (std::int64_t t = segment.begin; of != nullptr && t < segment.begin + segment.length; ++t) {
        seen[t].slice(0, of->begin, generation == 0 ? t + 1 : of->begin + of->length).fill_(1);
      }
    }
    return seen;
  }
  std::pair<Tensor, Tensor> parts_of(const Tensor& q, const Tensor& k, const Tensor& v) const {
    std::vector<Tensor> sums, outs;
    for (int generation = 0; generation <= most_generations; ++generation) {
      const Tensor scores = (at::mm(q, k.t()) * scale()).masked_fill(mask(generation) == 0, -INFINITY);
      const Tensor most = std::get<0>(scores.max(1, true));
      const Tensor p = (scores - most).exp().nan_to_num(0);
      const Tensor total = p.sum(1, true), weights = p.clone();
      round(weights);
      const Tensor out = (at::mm(weights, v) / total).nan_to_num(0);
      round(out);
      sums.push_back((most + total.log()).squeeze(1));
      outs.push_back(out);
    }
    return {at::stack(sums), at::stack(outs)};
  }
};

}  // namespace srl::model
