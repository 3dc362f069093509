// The C++ side of training_peer.py. It computes the loss and its gradient for saved rollouts with the
// functions that srl_train calls.
//   training_peer logprobs SETTINGS.json
//     prints {"logprobs": [[[…]]]} of the model's completions, [group][completion][token]
//   training_peer gradients SETTINGS.json
//     prints the sums {"loss", "entropy", "kl", "clipped", "tokens"} and writes the gradients to the file
//     `gradients`
//   training_peer adamw SETTINGS.json
//     makes one AdamW step per folder of `steps` (models that hold gradients) in fp64, without clipping, and
//     writes the weights to the file `weights`
// Settings of adamw: model steps learning_rate weight_decay weights. Settings of the other two: model
// rollouts dtype temperature pack_tokens; for gradients also old reference (folders, "" = none) kl_beta loss
// likelihood max_new_tokens gradients.
#include <ATen/ATen.h>

#include <cstdio>
#include <exception>
#include <iostream>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "comm/communicator.hpp"
#include "training/data/batch_lines.hpp"
#include "training/optimise/gradients.hpp"
#include "training/optimise/optimizer.hpp"

namespace {

using srl::Json;
using namespace srl::training;

srl::model::Parameters load(const std::string& folder, const Json& settings) {
  const auto dtype =
      settings.at("dtype").as_string() == "fp64" ? srl::model::Dtype::fp64 : srl::model::Dtype::fp32;
  return srl::model::load_parameters(folder, srl::model::read_config(folder), dtype);
}

GradientSettings gradient_settings(const Json& json) {
  GradientSettings settings;
  settings.temperature = json.at("temperature").as_double();
  settings.pack_tokens = json.at("pack_tokens").as_integer();
  if (json.find("loss") == nullptr) { return settings; }
  settings.objective.loss =
      srl::value_of_word<srl::objective::LossAverage>(json.at("loss").as_string()).value();
  settings.objective.kl_beta = json.at("kl_beta").as_double();
  settings.likelihood = json.at("likelihood").as_bool();
  settings.max_new_tokens = json.at("max_new_tokens").as_integer();
  return settings;
}

Json logprobs_json(const CompletionLogprobs& logprobs) {
  Json groups = Json::array();
  for (const auto& group : logprobs) {
    Json answers = Json::array();
    for (const auto& answer : group) { answers.push_back(Json(answer)); }
    groups.push_back(std::move(answers));
  }
  return groups;
}

/// Makes the AdamW steps and writes the weights.
Json run_adamw(const Json& json, const srl::comm::Communicator& world) {
  const std::string folder = json.at("model").as_string();
  const auto load_fp64 = [](const std::string& from) {
    return srl::model::load_parameters(from, srl::model::read_config(from), srl::model::Dtype::fp64);
  };
  srl::model::Parameters weights = load_fp64(folder);
  srl::ThreadPool pool(2);
  AdamWSettings settings;
  settings.weight_decay = json.at("weight_decay").as_double();
  const auto optimizer = Optimizer::make(weights, settings, 1, world, pool);
  GradientBuffer& gradients = optimizer->gradients();
  for (const Json& step : json.at("steps").as_array()) {
    gradients.begin();
    gradients.room().as<srl::model::Parameters>()->flat().copy_(load_fp64(step.as_string()).flat());
    gradients.finish();
    optimizer->apply(json.at("learning_rate").as_double(), 1.0);
  }
  srl::model::write_parameters(weights, json.at("weights").as_string(), weights.dtype());
  return Json::object();
}

Json run(const std::string& mode, const Json& json, const srl::comm::Communicator& world) {
  if (mode == "adamw") { return run_adamw(json, world); }
  const std::string rollouts = json.at("rollouts").as_string();
  const Batch batch = batch_from_lines(srl::read_file(rollouts), rollouts);
  const GradientSettings settings = gradient_settings(json);
  srl::job::Interruption never;
  const auto logprobs_under = [&](const std::string& folder) {
    const srl::model::Parameters parameters = load(folder, json);
    srl::model::PackModel model(parameters);
    return completion_logprobs(model, batch, settings, world, never);
  };
  Json result = Json::object();
  if (mode == "logprobs") {
    result["logprobs"] = logprobs_json(logprobs_under(json.at("model").as_string()));
    return result;
  }
  std::optional<CompletionLogprobs> old, reference;
  if (const std::string folder = json.at("old").as_string(); !folder.empty()) {
    old = logprobs_under(folder);
  }
  if (const std::string folder = json.at("reference").as_string(); !folder.empty()) {
    reference = logprobs_under(folder);
  }
  srl::model::Parameters parameters = load(json.at("model").as_string(), json);
  srl::ThreadPool pool(2);
  const auto optimizer = Optimizer::make(parameters, {}, 1, world, pool);
  optimizer->gradients().begin();
  srl::model::PackModel model(parameters);
  const GradientFigures figures =
      add_gradients(model, batch, settings, old ? &*old : nullptr, reference ? &*reference : nullptr, world,
                    optimizer->gradients(), never)
          .value();
  optimizer->dump(json.at("gradients").as_string());
  return Json::Object{{"loss", figures.loss},
                      {"entropy", figures.entropy},
                      {"kl", figures.kl},
                      {"clipped", figures.clipped},
                      {"tokens", figures.tokens}};
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() != 2 || (words[0] != "logprobs" && words[0] != "gradients" && words[0] != "adamw")) {
    std::fprintf(stderr, "usage: see the comment at the top of tests/peers/training_peer.cpp\n");
    return 2;
  }
  try {
    const srl::comm::Session session;
    std::cout << run(words[0], Json::parse(srl::read_file(words[1]), words[1]), session.world()).dump()
              << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
