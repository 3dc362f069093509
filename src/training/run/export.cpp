#include "training/run/export.hpp"

#include "base/log.hpp"
#include "base/strings.hpp"
#include "model/compare.hpp"
#include "model/replace.hpp"

namespace srl::training {
namespace {

model::Dtype exported_dtype(const Options& options, model::Dtype of_run) {
  if (options.export_dtype == device::DtypeChoice::automatic) { return of_run; }
  return options.export_dtype == device::DtypeChoice::bf16   ? model::Dtype::bf16
         : options.export_dtype == device::DtypeChoice::fp64 ? model::Dtype::fp64
                                                             : model::Dtype::fp32;
}

/// `folder`, or the first of FOLDER_2, FOLDER_3, … that may be replaced: a user's notes beside an earlier
/// export are kept, and they do not end a run.
std::filesystem::path target_of(const std::filesystem::path& folder) {
  std::filesystem::path target = folder;
  for (int number = 2;; ++number) {
    const std::string reason = model::why_not_replaced(target);
    if (reason.empty()) { return target; }
    const std::filesystem::path next = cat(folder.string(), "_", number);
    log_warning(cat(reason, ": it is kept, and the model goes to ", next.string()));
    target = next;
  }
}

}  // namespace

std::filesystem::path export_trained(const model::Parameters& weights, const Options& options,
                                     const std::filesystem::path& folder) {
  const model::Dtype dtype = exported_dtype(options, weights.dtype());
  const std::filesystem::path target = target_of(folder);
  model::export_model(weights, options.model, target, dtype);
  const char* name = dtype == model::Dtype::bf16 ? "bf16" : dtype == model::Dtype::fp64 ? "fp64" : "fp32";
  log_info(cat("exported ", target.string(), " in ", name, "; ",
               fixed(100 * model::changed_share(weights, options.model, dtype), 2),
               "% of its weights differ from those of ", options.model));
  return target;
}

}  // namespace srl::training
