#include "model/inspect.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <istream>
#include <numeric>
#include <ostream>
#include <sstream>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::model {
namespace {

std::vector<std::int32_t> ids_of(const Json& line, const ModelConfig& config, std::int64_t most) {
  std::vector<std::int32_t> ids;
  for (const Json& id : line.at("ids").as_array()) {
    const std::int64_t value = id.as_integer();
    if (value < 0 || value >= config.vocab) {
      throw BadInput(cat("id ", value, " is outside the vocabulary of ", config.vocab));
    }
    ids.push_back(static_cast<std::int32_t>(value));
  }
  if (ids.empty()) { throw BadInput("'ids' is empty"); }
  if (std::ssize(ids) > most) {
    throw BadInput(most < config.max_positions
                       ? cat("'ids' has more than ", most, " ids, for which there is memory on the GPU")
                       : cat("'ids' has more ids than the model has positions (", most, ")"));
  }
  return ids;
}

Json top_of(const float* logits, std::int64_t vocab, std::int64_t top) {
  const float largest = *std::max_element(logits, logits + vocab);
  double sum = 0;
  for (std::int64_t v = 0; v < vocab; ++v) { sum += std::exp(logits[v] - double{largest}); }
  const double normaliser = largest + std::log(sum);
  std::vector<std::int64_t> order(vocab);
  std::iota(order.begin(), order.end(), 0);
  const auto middle = order.begin() + std::min(top, vocab);
  std::partial_sort(order.begin(), middle, order.end(), [&](std::int64_t a, std::int64_t b) {
    return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
  });
  Json list = Json::array();
  for (auto id = order.begin(); id != middle; ++id) {
    list.push_back(Json(Json::Array{Json(*id), Json(logits[*id] - normaliser)}));
  }
  return list;
}

Json answer(const Json& line, PackModel& model, const ModelConfig& config, const TopLogprobs& options) {
  Pack pack;
  pack.ids = ids_of(line, config, options.most_ids);
  const std::int64_t tokens = std::ssize(pack.ids);
  pack.segments = {{.begin = 0, .length = tokens, .parent = -1, .position = 0}};
  std::vector<std::int64_t> rows(options.all ? tokens : 1);
  std::iota(rows.begin(), rows.end(), tokens - std::ssize(rows));
  Json list = Json::array();
  // In pieces, so that long sequences do not need [tokens, vocabulary] logits at once.
  constexpr std::size_t piece = 256;
  for (std::size_t begin = 0; begin < rows.size(); begin += piece) {
    const std::span<const std::int64_t> some(rows.data() + begin, std::min(piece, rows.size() - begin));
    const std::vector<float> logits = model.logits(pack, some);
    for (std::size_t r = 0; r < some.size(); ++r) {
      list.push_back(top_of(logits.data() + r * config.vocab, config.vocab, options.top));
    }
  }
  Json result = Json::object();
  result["top"] = options.all ? list : list.as_array()[0];
  return result;
}

}  // namespace

std::string describe(const ModelConfig& config, const Parameters& parameters) {
  std::ostringstream out;
  out << "architecture    " << config.architecture << "\nparameters      " << parameters.elements()
      << "\nvocabulary      " << config.vocab << "\nhidden          " << config.hidden << "\nlayers          "
      << config.layers << "\nheads           " << config.heads << " of " << config.head_dim
      << ", key/value heads " << config.kv_heads << "\nintermediate    " << config.intermediate
      << "\npositions       " << config.max_positions << ", rope " << config.rope_type << ", theta "
      << config.rope_theta << "\nhead            "
      << (config.tied_embeddings ? "tied to the embedding" : "its own") << "\nbiases          "
      << (config.qkv_bias ? "query, key, value" : "none") << "\nquery/key norm  "
      << (config.qk_norm ? "yes" : "no") << "\nend ids        ";
  for (const std::int64_t id : config.eos_ids) { out << ' ' << id; }
  out << "\n\ntensor  shape  smallest  largest  root mean square\n";
  for (std::size_t i = 0; i < parameters.layout().size(); ++i) {
    const at::Tensor& view = parameters.view(i);
    const at::Tensor bounds = at::stack({view.min(), view.max()}).to(at::kDouble);
    const double square = (view * view).mean(at::kDouble).item<double>();
    out << parameters.layout()[i].name << "  [";
    for (std::size_t d = 0; d < parameters.layout()[i].shape.size(); ++d) {
      out << (d ? ", " : "") << parameters.layout()[i].shape[d];
    }
    out << "]  " << bounds[0].item<double>() << "  " << bounds[1].item<double>() << "  " << std::sqrt(square)
        << '\n';
  }
  return out.str();
}

bool top_logprobs_stream(std::istream& in, std::ostream& out, PackModel& model, const ModelConfig& config,
                         const TopLogprobs& options) {
  bool good = true;
  for (JsonLine line; next_json_line(in, line);) {
    Json result;
    try {
      result = answer(Json::parse(line.text, cat("line ", line.number)), model, config, options);
    } catch (const BadInput& error) {
      result = Json::object();
      result["line"] = line.number;
      result["error"] = error.what();
      good = false;
    }
    out << result.dump() << '\n';
    if (!out) {
      throw EnvironmentError("cannot write the results: the output was closed or the disk is full");
    }
  }
  return good;
}

}  // namespace srl::model
