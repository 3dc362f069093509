// A pack in a GPU's memory: its arrays, and the rows of the language-model head.
#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/array_builder.hpp"
#include "model/gpu/machine.hpp"

namespace srl::model {

using compute::GpuRows;
using device::ArrayBuilder;
using device::Span;

namespace {

compute::GpuRowsById add(ArrayBuilder& arrays, const compute::RowsById& rows) {
  return {arrays.add(rows.ids), arrays.add(rows.first), arrays.add(rows.rows)};
}

}  // namespace

template <class T>
GpuMachine<T>::GpuMachine(const GpuWeights& weights, const PackLimits& most, device::Arena& memory,
                          const device::Turn& turn, const device::Stream& stream)
    : weights_(weights),
      stream_(stream),
      most_(most),
      turn_(turn),
      memory_(config(), most, memory),
      arrays_on_host_(stream.device(), memory_.arrays.bytes()),
      on_the_way_(stream.device(), most),
      products_(stream.device(), memory_.workspace) {
  memory_.rope.upload(stream, config());
  turn_.add([this](device::Arena& scratch) {
    memory_.scratch = {config(), most_, scratch};
    if (!memory_.scratch.flash.empty()) { flash_.emplace(stream_.device(), memory_.scratch.flash); }
  });
}

template <class T>
void GpuMachine<T>::begin(const Pack& pack, const PackPlan& plan) {
  if (plan.tokens > most_.tokens || std::ssize(plan.row_of) > most_.predictions) {
    throw BadInput(cat("a pack has ", plan.tokens, " tokens and ", plan.row_of.size(),
                       " predictions, but the memory taken on the GPU is for ", most_.tokens, " and ",
                       most_.predictions, ": raise training.max_tokens_per_pack"));
  }
  turn_.enter();
  tokens_ = plan.tokens;
  plan_ = plan_for_gpu(pack, plan);
  by_row_ = PredictionsByRow(plan);
  ArrayBuilder arrays(memory_.arrays);
  arrays_ = {};
  arrays_.ids = arrays.add(plan_.ids);
  arrays_.positions = arrays.add(plan_.positions);
  arrays_.by_id = add(arrays, compute::sort_rows(plan_.ids_to_sort));
  arrays_.rows = arrays.add(plan_.rows);
  arrays_.by_row = add(arrays, compute::sort_rows(plan_.rows));
  for (const std::vector<AttentionCall>& calls : plan_.depths) {
    std::vector<compute::GpuSequences>& sequences = arrays_.sequences.emplace_back();
    for (const AttentionCall& call : calls) {
      sequences.push_back({arrays.add(call.first_query), arrays.add(call.first_key), call.longest_query,
                           call.longest_key, call.causal});
    }
    std::vector<std::int32_t> first_part;  // of every row: as many parts as there are calls
    for (std::int64_t r = 0; calls.size() > 1 && r <= calls.front().queries; ++r) {
      first_part.push_back(static_cast<std::int32_t>(r * std::ssize(calls)));
    }
    arrays_.first_part.push_back(arrays.add(first_part));
  }
  if (!plan.row_of.empty()) {
    std::vector<std::int32_t> targets;
    for (const std::int32_t p : by_row_.order()) {
      targets.push_back(pack.targets[static_cast<std::size_t>(p)]);
    }
    arrays_.head_first = arrays.add(by_row_.first());
    arrays_.targets = arrays.add(targets);
  }
  arrays.upload(stream_, arrays_on_host_);
}

template <class T>
void GpuMachine<T>::begin_head(double inverse_temperature) {
  inverse_ = static_cast<float>(inverse_temperature);
}

template <class T>
compute::GpuRowStatistics<float> GpuMachine<T>::statistics(std::int64_t first, std::int64_t rows) const {
  const auto begin = static_cast<std::size_t>(first), count = static_cast<std::size_t>(rows);
  return {memory_.largest.part(begin, count), memory_.normaliser.part(begin, count),
          memory_.entropy.part(begin, count)};
}

/// head_first has places in all targets, so the targets are never cut.
template <class T>
compute::GpuPredictions GpuMachine<T>::predictions_of(std::int64_t first, std::int64_t rows) const {
  return {arrays_.head_first.part(static_cast<std::size_t>(first), static_cast<std::size_t>(rows) + 1),
          arrays_.targets};
}

template <class T>
void GpuMachine<T>::read_logits(const GpuRows<float>& logits, std::int64_t first) {
  const compute::GpuRowStatistics<float> of = statistics(first, logits.view.rows);
  compute::row_statistics(stream_, logits, inverse_, of);
  compute::chosen_logprobs(stream_, logits, inverse_, {of.largest, of.normaliser, of.entropy},
                           predictions_of(first, logits.view.rows),
                           memory_.logprob.first(arrays_.targets.size()));
}

template <class T>
void GpuMachine<T>::send_predictions(const ReadPredictions& read) {
  on_the_way_.send(stream_, memory_.logprob.first(arrays_.targets.size()),
                   memory_.entropy.first(plan_.rows.size()), {by_row_, read});
}

template <class T>
Predictions GpuMachine<T>::predictions() {
  Predictions result;
  send_predictions([&](const Predictions& predictions) { result = predictions; });
  read_all_but(0);
  return result;
}

template <class T>
void GpuMachine<T>::enqueue_loss(const QueuedLoss& loss) {
  has_entropy_ = false;
  loss.enqueue(stream_, {by_row_.order(), arrays_.head_first, memory_.logprob.first(arrays_.targets.size()),
                         memory_.dlogprob.first(arrays_.targets.size()),
                         memory_.coefficient.first(plan_.rows.size())});
}

template <class T>
void GpuMachine<T>::set_gradients(const PredictionGradients& gradients) {
  std::vector<float> dlogprob, coefficient, dentropy;
  for (const std::int32_t p : by_row_.order()) {
    dlogprob.push_back(static_cast<float>(gradients.logprob[static_cast<std::size_t>(p)]));
  }
  for (std::int64_t row = 0; row < predicting_rows(); ++row) {
    const PredictionsByRow::Sums sums = by_row_.sums(row, gradients);
    coefficient.push_back(static_cast<float>(sums.logprob));
    dentropy.push_back(static_cast<float>(sums.entropy));
  }
  has_entropy_ = !gradients.entropy.empty();
  device::upload(stream_, memory_.dlogprob.first(dlogprob.size()), std::span(dlogprob));
  device::upload(stream_, memory_.coefficient.first(coefficient.size()), std::span(coefficient));
  device::upload(stream_, memory_.dentropy.first(dentropy.size()), std::span(dentropy));
}

template <class T>
GpuRows<T> GpuMachine<T>::turn_into_gradients(const GpuRows<float>& logits, std::int64_t first) {
  const std::int64_t rows = logits.view.rows, width = logits.view.width;
  const auto begin = static_cast<std::size_t>(first), count = static_cast<std::size_t>(rows);
  const GpuRows<T> dlogits(all_of(logits).template as<T>(), rows, width,
                           width * static_cast<std::int64_t>(sizeof(float) / sizeof(T)));
  const compute::GpuRowStatistics<float> of = statistics(first, rows);
  compute::row_backward(
      stream_, logits, inverse_, {of.largest, of.normaliser, of.entropy}, predictions_of(first, rows),
      memory_.logprob.first(arrays_.targets.size()),
      {memory_.dlogprob.first(arrays_.targets.size()), memory_.coefficient.part(begin, count),
       has_entropy_ ? memory_.dentropy.part(begin, count) : Span<float>()},
      dlogits);
  return dlogits;
}

template <class T>
void GpuMachine<T>::append(const GpuRows<float>& logits, std::vector<float>& values) const {
  const std::size_t before = values.size();
  values.resize(before + all_of(logits).size());
  device::download(stream_, std::span(values).subspan(before), all_of(logits));
}

#define SRL_INSTANTIATE(T)                                                                               \
  template GpuMachine<T>::GpuMachine(const GpuWeights&, const PackLimits&, device::Arena&,               \
                                     const device::Turn&, const device::Stream&);                        \
  template void GpuMachine<T>::begin(const Pack&, const PackPlan&);                                      \
  template void GpuMachine<T>::begin_head(double);                                                       \
  template compute::GpuRowStatistics<float> GpuMachine<T>::statistics(std::int64_t, std::int64_t) const; \
  template compute::GpuPredictions GpuMachine<T>::predictions_of(std::int64_t, std::int64_t) const;      \
  template void GpuMachine<T>::read_logits(const GpuRows<float>&, std::int64_t);                         \
  template void GpuMachine<T>::send_predictions(const ReadPredictions&);                                 \
  template Predictions GpuMachine<T>::predictions();                                                     \
  template void GpuMachine<T>::enqueue_loss(const QueuedLoss&);                                          \
  template void GpuMachine<T>::set_gradients(const PredictionGradients&);                                \
  template GpuRows<T> GpuMachine<T>::turn_into_gradients(const GpuRows<float>&, std::int64_t);           \
  template void GpuMachine<T>::append(const GpuRows<float>&, std::vector<float>&) const;
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(device::Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::model
