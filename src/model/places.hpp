#pragma once
// Where the model's weights are in a flat buffer (parameter_layout), as the matrices and vectors that the
// forward multiplies with.
#include <cstdint>
#include <vector>

#include "model/parameters.hpp"

namespace srl::model {

/// Elements [offset, offset + rows * width) of a flat buffer: a matrix, or a vector with one row. Without
/// rows: the architecture has no such weight.
struct Place {
  std::int64_t offset = 0, rows = 0, width = 0;
};

/// The weights of a layer, or their gradients. q, k, v are one matrix, gate and up another. Matrix, Vector:
/// Place, or what a machine has there.
template <class Matrix, class Vector>
struct LayerTensors {
  Vector input_norm;            ///< [hidden]
  Matrix qkv;                   ///< [(heads + 2 kv_heads) head_dim, hidden]
  Vector qkv_bias;              ///< [(heads + 2 kv_heads) head_dim] or nothing
  Vector query_norm, key_norm;  ///< [head_dim] or nothing
  Matrix output;                ///< [hidden, heads head_dim]
  Vector middle_norm;           ///< [hidden]
  Matrix gate_up;               ///< [2 intermediate, hidden]
  Matrix down;                  ///< [hidden, intermediate]
};

struct Places {
  Place embedding;  ///< [vocabulary, hidden]
  std::vector<LayerTensors<Place, Place>> layers;
  Place final_norm;  ///< [hidden]
  Place head;        ///< [vocabulary, hidden]; the embedding's where they are tied
};

/// `layout`: of weights, or of a gradient buffer.
Places places_of(const ModelConfig& config, const std::vector<ParameterInfo>& layout);

/// The tensors at these places. matrix(place) and vector(place) give them.
template <class MatrixAt, class VectorAt>
auto tensors_at(const LayerTensors<Place, Place>& at, MatrixAt&& matrix, VectorAt&& vector) {
  using Tensors = LayerTensors<decltype(matrix(at.qkv)), decltype(vector(at.input_norm))>;
  return Tensors{vector(at.input_norm),  matrix(at.qkv),      vector(at.qkv_bias),
                 vector(at.query_norm),  vector(at.key_norm), matrix(at.output),
                 vector(at.middle_norm), matrix(at.gate_up),  matrix(at.down)};
}

}  // namespace srl::model
