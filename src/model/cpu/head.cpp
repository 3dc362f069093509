// The language-model head's rows on the CPU: statistics, predictions and gradients of logits.
#include <algorithm>

#include "model/cpu/machine.hpp"
#include "model/cpu/tensors.hpp"
#include "model/parallel.hpp"

namespace srl::model {

template <class T>
void CpuMachine<T>::begin_head(double inverse_temperature) {
  inverse_ = static_cast<T>(inverse_temperature);
  by_row_ = PredictionsByRow(*plan_);
  statistics_.resize(plan_->rows.size());
  predictions_ = {std::vector<double>(pack_->rows.size()), std::vector<double>(pack_->rows.size())};
}

template <class T>
void CpuMachine<T>::read_logits(const at::Tensor& logits, std::int64_t first) {
  const Rows<const T> values = matrix<const T>(logits);
  parallel_for(
      std::min(values.rows, predicting_rows() - first), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = first + begin; row < first + end; ++row) {
          const T* z = values.row(row - first);
          const compute::RowStatistics of = compute::row_statistics(z, values.width, inverse_);
          statistics_[row] = of;
          for (const std::int32_t p : by_row_[row]) {
            predictions_.logprob[p] = double{z[pack_->targets[p]]} * inverse_ - of.largest - of.normaliser;
            predictions_.entropy[p] = of.entropy;
          }
        }
      });
}

template <class T>
Predictions CpuMachine<T>::predictions() {
  return predictions_;
}

template <class T>
at::Tensor CpuMachine<T>::turn_into_gradients(const at::Tensor& logits, std::int64_t first) {
  const PredictionGradients& of = *gradients_;
  const Rows<T> values = matrix<T>(logits);
  parallel_for(
      std::min(values.rows, predicting_rows() - first), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = first + begin; row < first + end; ++row) {
          const PredictionsByRow::Sums sums = by_row_.sums(row, of);
          T* z = values.row(row - first);
          compute::row_backward(z, values.width, inverse_, statistics_[row], sums.logprob, sums.entropy);
          for (const std::int32_t p : by_row_[row]) {
            z[pack_->targets[p]] += static_cast<T>(of.logprob[p]) * inverse_;
          }
        }
      });
  return logits;
}

template <class T>
void CpuMachine<T>::append(const at::Tensor& logits, std::vector<float>& values) const {
  const at::Tensor floats = logits.to(at::kFloat).contiguous();
  const float* from = floats.const_data_ptr<float>();
  values.insert(values.end(), from, from + floats.numel());
}

#define SRL_INSTANTIATE(T)                                                                 \
  template void CpuMachine<T>::begin_head(double);                                         \
  template void CpuMachine<T>::read_logits(const at::Tensor&, std::int64_t);               \
  template Predictions CpuMachine<T>::predictions();                                       \
  template at::Tensor CpuMachine<T>::turn_into_gradients(const at::Tensor&, std::int64_t); \
  template void CpuMachine<T>::append(const at::Tensor&, std::vector<float>&) const;
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::model
