#pragma once
// Memory that is kept between packs. New pages for every activation would cost more time than the arithmetic
// between the matrix products. Only for this room (needs ATen).
#include <ATen/ATen.h>

#include <vector>

namespace srl::model {

/// One growing buffer per slot. take() returns a view of its start; the content is undefined.
class Workspace {
 public:
  explicit Workspace(at::ScalarType type) : type_(type) {}
  at::Tensor take(std::size_t slot, at::IntArrayRef sizes);

 private:
  at::ScalarType type_;
  std::vector<at::Tensor> slots_;
};

}  // namespace srl::model
