#include "training/run/export.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "base/log.hpp"
#include "base/strings.hpp"
#include "model/compare.hpp"
#include "model/parallel.hpp"
#include "model/replace.hpp"
#include "training/checkpoint/checkpoint_writer.hpp"

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

Exported export_trained(const model::Parameters& weights, const Options& options,
                        const std::filesystem::path& folder, const std::function<void()>& tick) {
  const model::Dtype dtype = exported_dtype(options, weights.dtype());
  const std::filesystem::path target = target_of(folder);
  model::export_model(weights, options.model, target, dtype, tick);
  const char* name = dtype == model::Dtype::bf16 ? "bf16" : dtype == model::Dtype::fp64 ? "fp64" : "fp32";
  const double changed = model::changed_share(weights, options.model, dtype, tick);
  log_info(cat("exported ", target.string(), " in ", name, "; ", fixed(100 * changed, 2),
               "% of its weights differ from those of ", options.model));
  return {target, changed};
}

BackgroundExport::~BackgroundExport() {
  if (!thread_.joinable()) { return; }
  shared_->given_up = true;
  if (std::uncaught_exceptions() > 0) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void BackgroundExport::start(const model::Parameters& weights, const Options& options,
                             const std::filesystem::path& folder) {
  struct GivenUp {};
  if (thread_.joinable()) {
    shared_->given_up = true;
    finish({});
  }
  auto copy = std::make_shared<model::Parameters>(weights.config(), weights.dtype());
  copy->flat().copy_(weights.flat());
  shared_ = std::make_shared<Shared>();
  estimate_ = static_cast<double>(copy->flat().nbytes()) / write_rate();
  // The thread owns all that it uses: after an exception it may outlive the run.
  thread_ = std::thread([shared = shared_, copy, options, folder] {
    model::compute_on_this_thread_alone();
    try {
      shared->exported = export_trained(*copy, options, folder, [&] {
        if (shared->given_up) { throw GivenUp{}; }
        ++shared->pieces;
      });
    } catch (const GivenUp&) {  // a newer model is better, or the run ends
    } catch (...) { shared->failure = std::current_exception(); }
    shared->seconds = shared->since.seconds();
    shared->done = true;
  });
}

bool BackgroundExport::running() const {
  return thread_.joinable() && !shared_->done;
}

double BackgroundExport::expected_seconds() const {
  if (!running()) { return 0; }
  return std::max(known_seconds_ > 0 ? known_seconds_ : estimate_, shared_->since.seconds());
}

void BackgroundExport::abandon() {
  if (!thread_.joinable()) { return; }
  shared_->given_up = true;
  thread_.detach();
}

Exported BackgroundExport::finish(const std::function<void()>& tick) {
  if (!thread_.joinable()) { return {}; }
  for (std::int64_t seen = 0; tick && !shared_->done;
       std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
    const std::int64_t pieces = shared_->pieces;
    if (pieces != seen) { tick(); }
    seen = pieces;
  }
  thread_.join();
  if (shared_->failure) { std::rethrow_exception(shared_->failure); }
  if (!shared_->exported.folder.empty()) { known_seconds_ = shared_->seconds; }
  return shared_->exported;
}

}  // namespace srl::training
