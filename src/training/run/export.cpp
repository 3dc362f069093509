#include "training/run/export.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

model::Dtype exported_dtype(const Options& options, model::Dtype of_run) {
  if (options.export_dtype == device::DtypeChoice::automatic) { return of_run; }
  return options.export_dtype == device::DtypeChoice::bf16   ? model::Dtype::bf16
         : options.export_dtype == device::DtypeChoice::fp64 ? model::Dtype::fp64
                                                             : model::Dtype::fp32;
}

at::Tensor rounded(const at::Tensor& values, model::Dtype dtype) {
  return values.to(dtype == model::Dtype::bf16   ? at::kBFloat16
                   : dtype == model::Dtype::fp64 ? at::kDouble
                                                 : at::kFloat);
}

double changed_share(const model::Parameters& weights, const model::Parameters& start, model::Dtype dtype) {
  constexpr std::int64_t piece = std::int64_t{1} << 22;
  std::int64_t changed = 0;
  for (std::int64_t begin = 0; begin < weights.elements(); begin += piece) {
    const std::int64_t count = std::min(piece, weights.elements() - begin);
    changed += at::ne(rounded(weights.flat().narrow(0, begin, count), dtype),
                      rounded(start.flat().narrow(0, begin, count), dtype))
                   .sum()
                   .item<std::int64_t>();
  }
  return static_cast<double>(changed) / static_cast<double>(weights.elements());
}

}  // namespace

void export_trained(const model::Parameters& weights, const Options& options,
                    const std::filesystem::path& folder) {
  const model::Dtype dtype = exported_dtype(options, weights.dtype());
  model::export_model(weights, options.model, folder, dtype);
  const model::Parameters start = model::load_parameters(options.model, weights.config(), weights.dtype());
  const char* name = dtype == model::Dtype::bf16 ? "bf16" : dtype == model::Dtype::fp64 ? "fp64" : "fp32";
  log_info(cat("exported ", folder.string(), " in ", name, "; ",
               fixed(100 * changed_share(weights, start, dtype), 2), "% of its weights differ from those of ",
               options.model));
}

}  // namespace srl::training
