// Conversion of ggml's block formats to floats. Block layouts and order of operations as in ggml-quants.c
// (dequantize_row_*) and ggml-common.h (block_*).
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <cstring>

#include "base/error.hpp"
#include "model/gguf.hpp"
#include "model/parallel.hpp"

namespace srl::model {
namespace {

float half_at(const std::uint8_t* bytes) {
  std::uint16_t bits;
  std::memcpy(&bits, bytes, sizeof(bits));
  return c10::Half(bits, c10::Half::from_bits());
}
/// The byte as a number from -128 to 127.
float signed_at(const std::uint8_t* byte) {
  return std::bit_cast<std::int8_t>(*byte);
}
float low(std::uint8_t byte) {
  return byte & 15;
}
float high(std::uint8_t byte) {
  return byte >> 4;
}

// {half d; 16 bytes}: d * (q - 8); the low 4 bits are the first 16 elements.
void block_q4_0(const std::uint8_t* block, float* out) {
  const float d = half_at(block);
  for (int i = 0; i < 16; ++i) {
    out[i] = (low(block[2 + i]) - 8) * d;
    out[i + 16] = (high(block[2 + i]) - 8) * d;
  }
}

// {half d, m; 16 bytes}: d * q + m.
void block_q4_1(const std::uint8_t* block, float* out) {
  const float d = half_at(block), m = half_at(block + 2);
  for (int i = 0; i < 16; ++i) {
    out[i] = low(block[4 + i]) * d + m;
    out[i + 16] = high(block[4 + i]) * d + m;
  }
}

// {half d; 32 signed bytes}: d * q.
void block_q8_0(const std::uint8_t* block, float* out) {
  const float d = half_at(block);
  for (int i = 0; i < 32; ++i) { out[i] = signed_at(block + 2 + i) * d; }
}

// {half d, dmin; 12 bytes of 6-bit scales and minima; 128 bytes}: eight runs of 32 elements d * scale * q -
// dmin * minimum.
void block_q4_k(const std::uint8_t* block, float* out) {
  const float d = half_at(block), least = half_at(block + 2);
  const std::uint8_t* packed = block + 4;
  for (int run = 0; run < 8; ++run) {
    int scale, minimum;
    if (run < 4) {
      scale = packed[run] & 63;
      minimum = packed[run + 4] & 63;
    } else {
      scale = (packed[run + 4] & 15) | ((packed[run - 4] >> 6) << 4);
      minimum = (packed[run + 4] >> 4) | ((packed[run] >> 6) << 4);
    }
    const float factor = d * scale, offset = least * minimum;
    const std::uint8_t* nibbles = block + 16 + run / 2 * 32;
    for (int i = 0; i < 32; ++i) {
      out[32 * run + i] = factor * (run % 2 == 0 ? low(nibbles[i]) : high(nibbles[i])) - offset;
    }
  }
}

// {128 bytes of low 4 bits; 64 bytes of high 2 bits; 16 signed scales; half d}: d * scale * (q - 32), one
// scale per 16 elements.
void block_q6_k(const std::uint8_t* block, float* out) {
  const float d = half_at(block + 208);
  for (int part = 0; part < 2; ++part) {
    const std::uint8_t* low_bits = block + 64 * part;
    const std::uint8_t* high_bits = block + 128 + 32 * part;
    for (int run = 0; run < 4; ++run) {
      for (int i = 0; i < 32; ++i) {
        const std::uint8_t byte = low_bits[i + (run % 2) * 32];
        const int q = ((run < 2 ? byte & 15 : byte >> 4) | (((high_bits[i] >> (2 * run)) & 3) << 4)) - 32;
        out[128 * part + 32 * run + i] = d * signed_at(block + 192 + 8 * part + 2 * run + i / 16) * q;
      }
    }
  }
}

template <class Block>
void each_block(const char* bytes, std::int64_t blocks, const GgmlBlock& size, float* out, Block block) {
  const auto* from = reinterpret_cast<const std::uint8_t*>(bytes);
  parallel_for(blocks, 1024, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t b = begin; b < end; ++b) { block(from + b * size.bytes, out + b * size.elements); }
  });
}

}  // namespace

void dequantize(GgmlType type, const char* bytes, std::int64_t count, float* out) {
  const GgmlBlock size = ggml_block(static_cast<std::uint32_t>(type));
  if (size.elements == 0 || count % size.elements != 0) {
    throw Bug("dequantize: not whole blocks of a known type");
  }
  const std::int64_t blocks = count / size.elements;
  switch (type) {
    case GgmlType::f32: std::memcpy(out, bytes, count * sizeof(float)); break;
    case GgmlType::f16:
      each_block(bytes, blocks, size, out, [](const std::uint8_t* b, float* o) { *o = half_at(b); });
      break;
    case GgmlType::bf16:
      each_block(bytes, blocks, size, out, [](const std::uint8_t* b, float* o) {
        std::uint16_t bits;
        std::memcpy(&bits, b, sizeof(bits));
        *o = c10::detail::f32_from_bits(bits);
      });
      break;
    case GgmlType::q4_0: each_block(bytes, blocks, size, out, block_q4_0); break;
    case GgmlType::q4_1: each_block(bytes, blocks, size, out, block_q4_1); break;
    case GgmlType::q8_0: each_block(bytes, blocks, size, out, block_q8_0); break;
    case GgmlType::q4_k: each_block(bytes, blocks, size, out, block_q4_k); break;
    case GgmlType::q6_k: each_block(bytes, blocks, size, out, block_q6_k); break;
  }
}

}  // namespace srl::model
