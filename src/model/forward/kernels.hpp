#pragma once
// The operations of the training forward and backward, by their names in this room.
#include "compute/columns.hpp"
#include "compute/gate.hpp"
#include "compute/gather.hpp"
#include "compute/norm.hpp"
#include "compute/rotation.hpp"

namespace srl::model {

using compute::add_bias;
using compute::add_column_sums;
using compute::gated;
using compute::gated_backward;
using compute::gather_rows;
using compute::head_norm;
using compute::head_norm_backward;
using compute::HeadNorm;
using compute::Input;
using compute::rms_norm;
using compute::rms_norm_again;
using compute::rms_norm_backward;
using compute::rotate;
using compute::Rotation;
using compute::scatter_add_rows;

/// Merges partial attention (o, l) over other keys into (out, lse): o, out [rows * heads, head_dim], l, lse
/// [rows * heads] log-sum-exp of scores.
template <class T>
void merge_attention(Input<T> o, const T* l, Rows<T> out, T* lse);

}  // namespace srl::model
