#pragma once
// Memory kept between packs: fresh pages for every activation would cost more than the arithmetic between the matrix products.
// Inside this room only (needs ATen).
#include <ATen/ATen.h>

#include <vector>

namespace srl::model {

/// One growing buffer a slot. take() returns a view of its start; the content is undefined.
class Workspace {
 public:
  explicit Workspace(at::ScalarType type) : type_(type) {}
  at::Tensor take(std::size_t slot, at::IntArrayRef sizes) {
    std::int64_t count = 1;
    for (const std::int64_t size : sizes) count *= size;
    if (slots_.size() <= slot) slots_.resize(slot + 1);
    at::Tensor& buffer = slots_[slot];
    if (!buffer.defined() || buffer.numel() < count) {
      buffer.reset();   // first give back, then ask
      buffer = at::empty({count}, at::TensorOptions().dtype(type_));
    }
    return buffer.narrow(0, 0, count).view(sizes);
  }

 private:
  at::ScalarType type_;
  std::vector<at::Tensor> slots_;
};

}  // namespace srl::model
