// A pack in a GPU's memory: its arrays, and the rows of the language-model head.
#include <algorithm>

#include "base/error.hpp"
#include "compute/columns.hpp"
#include "compute/norm.hpp"
#include "device/memory.hpp"
#include "model/forward/gpu_machine.hpp"

namespace srl::model {

using compute::GpuRows;
using device::Span;

namespace {

constexpr std::size_t product_workspace = std::size_t{32}
                                          << 20;  // what cuBLASLt's own examples give on sm_90

/// Arrays one after the other, for one upload.
class ArrayBuilder {
 public:
  explicit ArrayBuilder(Span<std::int32_t> memory) : memory_(memory) {}
  template <class I>
  Span<const std::int32_t> add(const std::vector<I>& values) {
    const std::size_t begin = all_.size();
    for (const I value : values) { all_.push_back(static_cast<std::int32_t>(value)); }
    return memory_.part(begin, values.size());
  }
  compute::GpuRowsById add(const compute::RowsById& rows) {
    return {add(rows.ids), add(rows.first), add(rows.rows)};
  }
  void upload(const device::Stream& stream) const {
    device::upload(stream, memory_.first(all_.size()), std::span(all_));
  }

 private:
  Span<std::int32_t> memory_;
  std::vector<std::int32_t> all_;
};

std::size_t arrays_elements(const PackLimits& most) {
  // Of a token: id, position, by_id (3), first and last key and query of a call (2) per generation and
  // itself, first part; of a prediction: row, by_row (3), head_first, target. And the last elements.
  const auto calls =
      static_cast<std::size_t>(most.generations + 1) * static_cast<std::size_t>(most.generations + 2) / 2;
  return static_cast<std::size_t>(most.tokens) * (6 + 2 * calls) +
         static_cast<std::size_t>(most.predictions) * 6 + 64;
}

std::size_t partial_elements(const ModelConfig& config, const PackLimits& most) {
  const std::int64_t heads = config.heads + config.kv_heads, tokens = most.tokens;
  return std::max({compute::rms_norm_partial(tokens, config.hidden),
                   compute::column_sums_partial(tokens, (heads + config.kv_heads) * config.head_dim),
                   compute::head_norm_partial(tokens * config.heads, config.head_dim),
                   compute::attention_backward_partial(tokens, config.heads)});
}

}  // namespace

template <class T>
GpuMachine<T>::GpuMachine(const GpuWeights& weights, const PackLimits& most, device::Arena& memory,
                          const device::Stream& stream)
    : weights_(weights),
      stream_(stream),
      head_chunk_(most.head_chunk),
      slots_(GpuReservation<T>(config(), most).bytes(), memory),
      products_(stream.device(), memory.take<std::byte>("workspace of products", product_workspace)) {
  const ModelConfig& of = config();
  const auto tokens = static_cast<std::size_t>(most.tokens),
             rows = static_cast<std::size_t>(std::min(most.tokens, most.predictions)),
             predictions = static_cast<std::size_t>(most.predictions),
             parts = tokens * static_cast<std::size_t>(most.generations + 1);
  const auto floats = [&](const char* name, std::size_t count) { return memory.take<float>(name, count); };
  if (most.generations > 0) {
    part_outputs_ = memory.take<T>("parts of attention", parts * static_cast<std::size_t>(query_width()));
    part_sums_ = floats("parts of attention", parts * static_cast<std::size_t>(of.heads));
  }
  if (most.backward) {
    partial_ = floats("partial sums", partial_elements(of, most));
    part_gradients_ = memory.take<T>("parts of gradients",
                                     tokens * static_cast<std::size_t>(query_width() + 2 * key_width()));
  }
  arrays_memory_ = memory.take<std::int32_t>("arrays of a pack", arrays_elements(most));
  for (Span<float>* of_rows : {&largest_, &normaliser_, &entropy_, &coefficient_, &dentropy_}) {
    *of_rows = floats("rows of the head", rows);
  }
  for (Span<float>* of_predictions : {&logprob_, &dlogprob_}) {
    *of_predictions = floats("predictions", predictions);
  }
  const std::int64_t half = of.head_dim / 2;
  const RopeTable table = rope_table(of);
  std::vector<double> cosine(static_cast<std::size_t>(half)), sine(cosine);
  std::vector<float> cosines, sines;
  for (std::int64_t p = 0; p < most.positions; ++p) {
    rope_row(table, p, cosine.data(), sine.data());
    cosines.insert(cosines.end(), cosine.begin(), cosine.end());
    sines.insert(sines.end(), sine.begin(), sine.end());
  }
  const Span<float> on_gpu = floats("rotation", 2 * cosines.size());
  rotation_ = {{}, on_gpu.first(cosines.size()), on_gpu.part(cosines.size(), sines.size()), of.head_dim};
  device::upload(stream, on_gpu.first(cosines.size()), std::span(cosines));
  device::upload(stream, on_gpu.part(cosines.size(), sines.size()), std::span(sines));
}

template <class T>
void GpuMachine<T>::begin(const Pack& pack, const PackPlan& plan) {
  tokens_ = plan.tokens;
  plan_ = plan_for_gpu(pack, plan);
  by_row_ = PredictionsByRow(plan);
  ArrayBuilder arrays(arrays_memory_);
  arrays_ = {};
  arrays_.ids = arrays.add(plan_.ids);
  arrays_.positions = arrays.add(plan_.positions);
  arrays_.by_id = arrays.add(compute::sort_rows(plan_.ids_to_sort));
  arrays_.rows = arrays.add(plan_.rows);
  arrays_.by_row = arrays.add(compute::sort_rows(plan_.rows));
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
  arrays.upload(stream_);
}

template <class T>
void GpuMachine<T>::begin_head(double inverse_temperature) {
  inverse_ = static_cast<float>(inverse_temperature);
}

template <class T>
compute::GpuRowStatistics<float> GpuMachine<T>::statistics(std::int64_t first, std::int64_t rows) const {
  const auto begin = static_cast<std::size_t>(first), count = static_cast<std::size_t>(rows);
  return {largest_.part(begin, count), normaliser_.part(begin, count), entropy_.part(begin, count)};
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
                           predictions_of(first, logits.view.rows), logprob_.first(arrays_.targets.size()));
}

template <class T>
Predictions GpuMachine<T>::predictions() {
  std::vector<float> logprob(arrays_.targets.size()), entropy(plan_.rows.size());
  device::download(stream_, std::span(logprob), logprob_.first(logprob.size()));
  device::download(stream_, std::span(entropy), entropy_.first(entropy.size()));
  Predictions predictions{std::vector<double>(logprob.size()), std::vector<double>(logprob.size())};
  for (std::size_t row = 0; row < entropy.size(); ++row) {
    for (std::int32_t i = by_row_.first()[row]; i < by_row_.first()[row + 1]; ++i) {
      const auto p = static_cast<std::size_t>(by_row_.order()[static_cast<std::size_t>(i)]);
      predictions.logprob[p] = double{logprob[static_cast<std::size_t>(i)]};
      predictions.entropy[p] = double{entropy[row]};
    }
  }
  return predictions;
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
  device::upload(stream_, dlogprob_.first(dlogprob.size()), std::span(dlogprob));
  device::upload(stream_, coefficient_.first(coefficient.size()), std::span(coefficient));
  device::upload(stream_, dentropy_.first(dentropy.size()), std::span(dentropy));
}

template <class T>
GpuRows<T> GpuMachine<T>::turn_into_gradients(const GpuRows<float>& logits, std::int64_t first) {
  const std::int64_t rows = logits.view.rows, width = logits.view.width;
  const auto begin = static_cast<std::size_t>(first), count = static_cast<std::size_t>(rows);
  const GpuRows<T> dlogits(all_of(logits).template as<T>(), rows, width,
                           width * static_cast<std::int64_t>(sizeof(float) / sizeof(T)));
  const compute::GpuRowStatistics<float> of = statistics(first, rows);
  compute::row_backward(stream_, logits, inverse_, {of.largest, of.normaliser, of.entropy},
                        predictions_of(first, rows), logprob_.first(arrays_.targets.size()),
                        {dlogprob_.first(arrays_.targets.size()), coefficient_.part(begin, count),
                         has_entropy_ ? dentropy_.part(begin, count) : Span<float>()},
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
                                     const device::Stream&);                                             \
  template void GpuMachine<T>::begin(const Pack&, const PackPlan&);                                      \
  template void GpuMachine<T>::begin_head(double);                                                       \
  template compute::GpuRowStatistics<float> GpuMachine<T>::statistics(std::int64_t, std::int64_t) const; \
  template compute::GpuPredictions GpuMachine<T>::predictions_of(std::int64_t, std::int64_t) const;      \
  template void GpuMachine<T>::read_logits(const GpuRows<float>&, std::int64_t);                         \
  template Predictions GpuMachine<T>::predictions();                                                     \
  template void GpuMachine<T>::set_gradients(const PredictionGradients&);                                \
  template GpuRows<T> GpuMachine<T>::turn_into_gradients(const GpuRows<float>&, std::int64_t);           \
  template void GpuMachine<T>::append(const GpuRows<float>&, std::vector<float>&) const;
SRL_INSTANTIATE(device::Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::model
