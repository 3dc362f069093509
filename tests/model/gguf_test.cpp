#include "model/gguf.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <cstring>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "model/parameters.hpp"
#include "tiny_folder.hpp"

namespace srl::model {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Writes GGUF files piece by piece, valid or not.
class Writer {
 public:
  template <class T>
  Writer& number(T value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    return *this;
  }
  Writer& text(const std::string& value) {
    number<std::uint64_t>(value.size());
    text_ += value;
    return *this;
  }
  Writer& header(std::uint64_t tensors, std::uint64_t keys) {
    text_ += "GGUF";
    return number<std::uint32_t>(3).number(tensors).number(keys);
  }
  Writer& key(const std::string& name, const std::string& value) {
    return text(name).number<std::uint32_t>(8).text(value);
  }
  Writer& key(const std::string& name, std::uint32_t value) {
    return text(name).number<std::uint32_t>(4).number(value);
  }
  Writer& key(const std::string& name, float value) {
    return text(name).number<std::uint32_t>(6).number(value);
  }
  Writer& key(const std::string& name, const std::vector<std::string>& values) {
    text(name).number<std::uint32_t>(9).number<std::uint32_t>(8).number<std::uint64_t>(values.size());
    for (const std::string& value : values) { text(value); }
    return *this;
  }
  /// `shape` is in the file's order, with the row length first.
  Writer& tensor(const std::string& name, const std::vector<std::uint64_t>& shape, std::uint32_t type,
                 std::uint64_t offset) {
    text(name).number<std::uint32_t>(static_cast<std::uint32_t>(shape.size()));
    for (const std::uint64_t size : shape) { number(size); }
    return number(type).number(offset);
  }
  Writer& pad(std::size_t multiple = 32) {
    text_.resize((text_.size() + multiple - 1) / multiple * multiple);
    return *this;
  }
  Writer& bytes(const std::string& data) {
    text_ += data;
    return *this;
  }
  const std::string& content() const { return text_; }

 private:
  std::string text_;
};

class Gguf : public testing::Test {
 protected:
  std::filesystem::path file(const Writer& writer) {
    folder_.write("model.gguf", writer.content());
    return folder_.path() / "model.gguf";
  }
  void expect_refused(const Writer& writer, const std::string& message) {
    const auto path = file(writer);
    EXPECT_THAT([&] { GgufFile read(path); },
                ThrowsMessage<BadInput>(AllOf(HasSubstr("model.gguf"), HasSubstr(message))));
  }
  TemporaryFolder folder_;
};

TEST_F(Gguf, ReadsMetadataAndTensors) {
  Writer writer;
  writer.header(2, 2)
      .key("name", "tiny")
      .key("eps", 1e-5F)
      .tensor("a", {3, 2}, 0, 0)
      .tensor("b", {1}, 0, 32)
      .pad();
  const float a[6] = {1, 2, 3, 4, 5, 6}, b = 7;
  writer.bytes({reinterpret_cast<const char*>(a), sizeof(a)})
      .pad()
      .bytes({reinterpret_cast<const char*>(&b), sizeof(b)});
  const GgufFile read(file(writer));
  EXPECT_EQ(read.text("name", ""), "tiny");
  EXPECT_EQ(read.number("eps", 0), 1e-5);  // the shortest decimal, not the float as a double
  EXPECT_EQ(read.integer("absent", 4), 4);
  ASSERT_NE(read.tensor("a"), nullptr);
  EXPECT_EQ(read.tensor("a")->shape, (std::vector<std::int64_t>{2, 3}));
  float value = 0;
  dequantize(GgmlType::f32, read.tensor("b")->bytes.data(), 1, &value);
  EXPECT_EQ(value, 7);
}

TEST_F(Gguf, RefusesWhatIsCutShortOrLiesAboutItsSize) {
  expect_refused(Writer().bytes("GGU"), "not a GGUF file");
  expect_refused(Writer().bytes("GGUF").number<std::uint32_t>(1), "version 1");
  expect_refused(Writer().bytes("GGUF").number<std::uint32_t>(3), "truncated");
  expect_refused(Writer().header(1ULL << 60, 0), "tensors, more than");
  expect_refused(Writer().header(0, 1ULL << 60), "metadata entries, more than");
  expect_refused(Writer().header(0, 1).number<std::uint64_t>(1ULL << 62).bytes("xxxxxxxxxxxxxxxx"),
                 "truncated");
  expect_refused(Writer().header(0, 2).key("k", 5U).key("k", 6U), "twice");
  expect_refused(Writer().header(0, 1).text("k").number<std::uint32_t>(77).pad(), "unknown type 77");
}

TEST_F(Gguf, RefusesTensorsThatDoNotFit) {
  const std::string data(64, 'x');
  expect_refused(Writer().header(1, 0).tensor("a", {32}, 0, 0).pad().bytes(data), "'a' ends beyond");
  expect_refused(Writer().header(1, 0).tensor("a", {4}, 0, 1ULL << 63).pad().bytes(data), "'a' ends beyond");
  expect_refused(Writer().header(2, 0).tensor("a", {16}, 0, 0).tensor("b", {4}, 0, 32).pad().bytes(data),
                 "'b' overlaps");
  expect_refused(Writer().header(1, 0).tensor("a", {4}, 0, 4).pad().bytes(data), "not aligned");
  expect_refused(Writer().header(1, 0).tensor("a", {4}, 10, 0).pad().bytes(data), "'a' has ggml type 10");
  expect_refused(Writer().header(1, 0).tensor("a", {33}, 8, 0).pad().bytes(data), "not a multiple");
  expect_refused(Writer().header(1, 0).tensor("a", {1ULL << 40, 1ULL << 40}, 0, 0).pad().bytes(data),
                 "impossible shape");
}

/// 0.5 and -2 in half precision.
constexpr char half_0_5[2] = {0x00, 0x38};
constexpr char half_minus_2[2] = {0x00, static_cast<char>(0xC0)};

TEST(GgufBlocks, SmallBlocksGiveScaleTimesNumberPlusOffset) {
  float out[32];
  std::string nibbles;
  for (int i = 0; i < 16; ++i) { nibbles.push_back(static_cast<char>(i | ((15 - i) << 4))); }
  dequantize(GgmlType::q4_0, (std::string(half_0_5, 2) + nibbles).data(), 32, out);
  EXPECT_EQ(out[0], -4);
  EXPECT_EQ(out[15], 3.5F);
  EXPECT_EQ(out[16], 3.5F);
  dequantize(GgmlType::q4_1, (std::string(half_0_5, 2) + std::string(half_minus_2, 2) + nibbles).data(), 32,
             out);
  EXPECT_EQ(out[3], -0.5F);
  EXPECT_EQ(out[19], 4);
  std::string signed_bytes(half_0_5, 2);
  for (int i = 0; i < 32; ++i) { signed_bytes.push_back(static_cast<char>(i - 16)); }
  dequantize(GgmlType::q8_0, signed_bytes.data(), 32, out);
  EXPECT_EQ(out[0], -8);
  EXPECT_EQ(out[31], 7.5F);
}

TEST(GgufBlocks, HalfFloatsAreExact) {
  float out[2];
  const std::string data = std::string(half_0_5, 2) + std::string(half_minus_2, 2);
  dequantize(GgmlType::f16, data.data(), 2, out);
  EXPECT_EQ(out[0], 0.5F);
  EXPECT_EQ(out[1], -2);
}

std::string floats(const at::Tensor& tensor) {
  const at::Tensor values = tensor.contiguous();
  return {static_cast<const char*>(values.const_data_ptr()), static_cast<std::size_t>(values.nbytes())};
}

using Tensors = std::vector<std::pair<std::string, at::Tensor>>;

void add_tensors(Writer& writer, const Tensors& tensors) {
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    std::vector<std::uint64_t> shape;
    for (std::int64_t d = tensor.dim() - 1; d >= 0; --d) {
      shape.push_back(static_cast<std::uint64_t>(tensor.size(d)));
    }
    writer.tensor(name, shape, 0, offset);
    offset += (static_cast<std::uint64_t>(tensor.nbytes()) + 31) / 32 * 32;
  }
  writer.pad();
  for (const auto& [name, tensor] : tensors) { writer.bytes(floats(tensor)).pad(); }
}

using Keys = std::vector<std::pair<std::string, std::uint32_t>>;

/// A tiny Llama or Qwen3 as a GGUF file, with more metadata. In a Llama the rotary pairs of queries and keys
/// are in neighbouring rows, as in llama.cpp.
Writer gguf_of(const Parameters& parameters, const Keys& more = {}) {
  const ModelConfig& c = parameters.config();
  const std::string type = c.qk_norm ? "qwen3" : "llama";
  std::vector<std::string> tokens = {"<|endoftext|>"};
  for (std::int64_t i = 1; i < c.vocab; ++i) { tokens.push_back(std::string(1, static_cast<char>('!' + i))); }
  Writer writer;
  Tensors tensors;
  const auto add = [&](const std::string& name, const at::Tensor& tensor) {
    tensors.emplace_back(name, tensor);
  };
  add("token_embd.weight", parameters.view("model.embed_tokens.weight"));
  add("output_norm.weight", parameters.view("model.norm.weight"));
  for (std::int64_t l = 0; l < c.layers; ++l) {
    const std::string from = cat("model.layers.", l, "."), to = cat("blk.", l, ".");
    const auto pairs = [&](const char* name, std::int64_t heads) {
      if (c.qk_norm) { return parameters.view(from + name); }
      return parameters.view(from + name)
          .view({heads, 2, c.head_dim / 2, c.hidden})
          .transpose(1, 2)
          .reshape({heads * c.head_dim, c.hidden});
    };
    add(to + "attn_q.weight", pairs("self_attn.q_proj.weight", c.heads));
    add(to + "attn_k.weight", pairs("self_attn.k_proj.weight", c.kv_heads));
    for (const auto& [theirs, ours] : {std::pair{"attn_norm", "input_layernorm"},
                                       {"attn_v", "self_attn.v_proj"},
                                       {"attn_output", "self_attn.o_proj"},
                                       {"ffn_norm", "post_attention_layernorm"},
                                       {"ffn_gate", "mlp.gate_proj"},
                                       {"ffn_up", "mlp.up_proj"},
                                       {"ffn_down", "mlp.down_proj"}}) {
      add(cat(to, theirs, ".weight"), parameters.view(cat(from, ours, ".weight")));
    }
    if (c.qk_norm) {
      add(to + "attn_q_norm.weight", parameters.view(from + "self_attn.q_norm.weight"));
      add(to + "attn_k_norm.weight", parameters.view(from + "self_attn.k_norm.weight"));
    }
  }
  writer.header(tensors.size(), 13 + more.size())
      .key("general.architecture", type)
      .key(type + ".block_count", static_cast<std::uint32_t>(c.layers))
      .key(type + ".context_length", static_cast<std::uint32_t>(c.max_positions))
      .key(type + ".embedding_length", static_cast<std::uint32_t>(c.hidden))
      .key(type + ".feed_forward_length", static_cast<std::uint32_t>(c.intermediate))
      .key(type + ".attention.head_count", static_cast<std::uint32_t>(c.heads))
      .key(type + ".attention.head_count_kv", static_cast<std::uint32_t>(c.kv_heads))
      .key(type + ".attention.layer_norm_rms_epsilon", 1e-5F)
      .key("tokenizer.ggml.model", "gpt2")
      .key("tokenizer.ggml.pre", "gpt-2")
      .key("tokenizer.ggml.tokens", tokens)
      .key("tokenizer.ggml.merges", std::vector<std::string>{})
      .key("tokenizer.ggml.eos_token_id", 0U);
  for (const auto& [name, value] : more) { writer.key(name, value); }
  add_tensors(writer, tensors);
  return writer;
}

TEST_F(Gguf, AnImportedFolderHoldsTheModel) {
  const ModelConfig config = parse_config(tiny_config("llama"), "config.json");
  const Parameters parameters = random_parameters(config, Dtype::fp32, 9);
  const auto target = folder_.path() / "imported";
  import_gguf(file(gguf_of(parameters)), target);
  const ModelConfig imported = read_config(target);
  EXPECT_EQ(imported.rms_eps, 1e-5);
  EXPECT_EQ(imported.eos_ids, std::vector<std::int64_t>{0});
  EXPECT_TRUE(imported.tied_embeddings);
  EXPECT_TRUE(load_parameters(target, imported, Dtype::fp32).flat().equal(parameters.flat()));
  EXPECT_TRUE(std::filesystem::exists(target / "tokenizer.json"));
}

TEST_F(Gguf, EndsOfTurnsStayEndIds) {
  const Parameters parameters =
      random_parameters(parse_config(tiny_config("llama"), "config.json"), Dtype::fp32, 9);
  const auto target = folder_.path() / "imported";
  import_gguf(
      file(gguf_of(parameters, {{"tokenizer.ggml.eot_token_id", 3}, {"tokenizer.ggml.eom_token_id", 0}})),
      target);
  EXPECT_EQ(read_config(target).eos_ids, (std::vector<std::int64_t>{0, 3}));
}

TEST_F(Gguf, AHeadSizeThatIsNotStoredIsWidthOverHeads) {
  Json json = tiny_config("qwen3");
  json["head_dim"] = 4;  // 16 / 4 heads
  const Parameters parameters = random_parameters(parse_config(json, "config.json"), Dtype::fp32, 9);
  const auto target = folder_.path() / "imported";
  import_gguf(file(gguf_of(parameters)), target);
  EXPECT_EQ(read_config(target).head_dim, 4);
  EXPECT_TRUE(load_parameters(target, read_config(target), Dtype::fp32).flat().equal(parameters.flat()));
  const auto wrong = file(gguf_of(parameters, {{"qwen3.attention.key_length", 8}}));
  EXPECT_THAT(
      [&] { import_gguf(wrong, target); },
      ThrowsMessage<BadInput>(HasSubstr("has shape [16, 16], but by the metadata it must be [32, 16]")));
}

TEST_F(Gguf, MixturesOfExpertsAreRefused) {
  const Parameters parameters =
      random_parameters(parse_config(tiny_config("llama"), "config.json"), Dtype::fp32, 9);
  const auto path = file(gguf_of(parameters, {{"llama.expert_count", 8}}));
  EXPECT_THAT([&] { import_gguf(path, folder_.path() / "imported"); },
              ThrowsMessage<BadInput>(HasSubstr("experts")));
}

TEST_F(Gguf, NamesWhatAFailedDownloadLeft) {
  expect_refused(Writer().bytes("version https://git-lfs.github.com/spec/v1\noid sha256:1\n"),
                 "Git LFS pointer");
  expect_refused(Writer().bytes("<!DOCTYPE html><html>"), "HTML page");
  expect_refused(Writer(), "is empty");
}

TEST_F(Gguf, AFailedImportLeavesNothing) {
  const auto target = folder_.path() / "imported";
  const auto path = file(Writer().header(0, 1).key("general.architecture", "gemma"));
  EXPECT_THAT([&] { import_gguf(path, target); },
              ThrowsMessage<BadInput>(HasSubstr("'gemma' is not supported")));
  EXPECT_FALSE(std::filesystem::exists(target));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / ".imported.srl_new"));
  EXPECT_THROW(import_gguf(folder_.path() / "absent.gguf", target), BadInput);
}

}  // namespace
}  // namespace srl::model
