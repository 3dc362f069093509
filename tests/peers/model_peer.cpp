// The C++ side of model_peer.py.
//   model_peer pack FOLDER PACK.json OUT.safetensors fp32|fp64
//     writes gradients to OUT.safetensors, logits of all rows to OUT.safetensors.logits, predictions to
//     stdout
//   model_peer dequantize TYPE COUNT
//     reads GGUF blocks from stdin and writes floats to stdout
//   model_peer import FILE.gguf FOLDER
//   model_peer export FOLDER TARGET fp32|bf16
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <numeric>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "model/gguf.hpp"
#include "model/pack.hpp"

namespace {

using srl::Json;
using namespace srl::model;

template <class T>
std::vector<T> numbers(const Json& list) {
  std::vector<T> values;
  for (const Json& each : list.as_array()) {
    if constexpr (std::is_floating_point_v<T>) {
      values.push_back(each.as_double());
    } else {
      values.push_back(static_cast<T>(each.as_integer()));
    }
  }
  return values;
}

Pack pack_of(const Json& json) {
  Pack pack;
  pack.ids = numbers<std::int32_t>(json.at("ids"));
  for (const Json& segment : json.at("segments").as_array()) {
    const auto n = numbers<std::int64_t>(segment);
    pack.segments.push_back({n.at(0), n.at(1), n.at(2), n.at(3)});
  }
  pack.rows = numbers<std::int64_t>(json.at("rows"));
  pack.targets = numbers<std::int32_t>(json.at("targets"));
  return pack;
}

int run_pack(const std::string& folder, const std::string& file, const std::string& out, Dtype dtype) {
  const Json json = Json::parse(srl::read_file(file), file);
  const Pack pack = pack_of(json);
  const Parameters parameters = load_parameters(folder, read_config(folder), dtype);
  PackModel model(parameters);
  std::vector<std::int64_t> rows(pack.ids.size());
  std::iota(rows.begin(), rows.end(), 0);
  const std::vector<float> logits = model.logits(pack, rows);
  std::ofstream(out + ".logits", std::ios::binary)
      .write(reinterpret_cast<const char*>(logits.data()),
             static_cast<std::streamsize>(logits.size() * sizeof(float)));
  Parameters gradients(parameters.config(), dtype);
  const ForwardOptions options{
      .temperature = json.at("temperature").as_double(),
      .recompute = json.at("recompute").as_bool() ? Recompute::layers : Recompute::nothing,
      .head_chunk = json.at("head_chunk").as_integer()};
  const Predictions predictions = model.forward_backward(
      pack, options,
      [&](const Predictions&) {
        return PredictionGradients{numbers<double>(json.at("logprob_weights")),
                                   numbers<double>(json.at("entropy_weights"))};
      },
      gradients);
  write_parameters(gradients, out, dtype);
  Json result = Json::object();
  result["logprob"] = Json(predictions.logprob);
  result["entropy"] = Json(predictions.entropy);
  std::cout << result.dump() << '\n';
  return 0;
}

int run_dequantize(const std::string& type, std::int64_t count) {
  const std::string bytes((std::istreambuf_iterator<char>(std::cin)), {});
  const auto number = static_cast<std::uint32_t>(std::stoul(type));
  const GgmlBlock block = ggml_block(number);
  if (block.elements == 0 || std::ssize(bytes) != count / block.elements * block.bytes) {
    throw srl::Bug("wrong number of bytes");
  }
  std::vector<float> values(static_cast<std::size_t>(count));
  dequantize(GgmlType{number}, bytes.data(), count, values.data());
  std::cout.write(reinterpret_cast<const char*>(values.data()),
                  static_cast<std::streamsize>(values.size() * sizeof(float)));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    const auto dtype = [](const std::string& name) {
      return name == "fp64" ? Dtype::fp64 : name == "bf16" ? Dtype::bf16 : Dtype::fp32;
    };
    if (words.size() == 5 && words[0] == "pack") {
      return run_pack(words[1], words[2], words[3], dtype(words[4]));
    }
    if (words.size() == 3 && words[0] == "dequantize") {
      return run_dequantize(words[1], std::stoll(words[2]));
    }
    if (words.size() == 3 && words[0] == "import") {
      import_gguf(words[1], words[2]);
      return 0;
    }
    if (words.size() == 4 && words[0] == "export") {
      export_model(load_parameters(words[1], read_config(words[1]), Dtype::fp32), words[1], words[2],
                   dtype(words[3]));
      return 0;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  std::fprintf(stderr, "usage: see the comment at the top of tests/peers/model_peer.cpp\n");
  return 2;
}
