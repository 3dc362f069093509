#pragma once
// srl_model logits: the likeliest next tokens of sequences of ids, on the CPU or on a GPU.
#include "jobs/options/model.hpp"
#include "model/parameters.hpp"

namespace srl::model_job {

model::Dtype dtype_of(device::DtypeChoice choice);  ///< auto is fp32

/// The exit code. BadOption if the device, or the element type on it, cannot be had.
int logits(const jobs::ModelOptions& options);

}  // namespace srl::model_job
