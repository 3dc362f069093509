// Compares a whole update (rollouts, rewards, forward and backward, AdamW) with the same matrix products
// alone, in turn in one process.
//   [mpirun -n N] update_bench MODEL [PROMPT TOKENS] [PROMPTS] [COMPLETIONS] [NEW TOKENS] [THREADS]
//     [PACK TOKENS] [TIMES]
// Every completion has exactly NEW TOKENS tokens. With TIMES = 0 it makes one update for each line on stdin
// and prints the seconds, so that peers/update_bench.py can alternate it with another program. For a line
// "ids" it prints the prompts and the target instead.
#include <ATen/ATen.h>

#include <algorithm>
#include <iostream>
#include <string>

#include "base/json.hpp"
#include "base/timer.hpp"
#include "bench/rollout_products.hpp"
#include "device/device.hpp"
#include "model/parallel.hpp"
#include "model/places.hpp"
#include "reward/similarity.hpp"
#include "rollout/generate.hpp"
#include "text/tokenizer.hpp"
#include "training/data/exchange.hpp"
#include "training/data/packing.hpp"
#include "training/optimise/gradients.hpp"
#include "training/optimise/optimizer.hpp"

namespace {

using namespace srl;
using namespace srl::training;

/// Text from which prompts are cut: word problems and steps in English, long enough for every size used here.
std::string story() {
  std::string text;
  for (int i = 1; i < 120; ++i) {
    const std::string n = std::to_string(3 + i * 7 % 40), m = std::to_string(2 + i * 5 % 23);
    text += "Question " + std::to_string(i) + ": a shop sells " + n + " notebooks at " + m +
            " euros each and packs of pens at 4 euros. How much is paid for all of them? " +
            "First multiply the number of notebooks by the price of one, then add the price of the pens to "
            "that. ";
  }
  return text;
}

const std::string target =
    "**Cost of the notebooks** Multiply the number of notebooks by the price of one notebook to get what all "
    "of them cost. Since every notebook "
    "costs the same, there is no need to add the prices one by one. Write the product down, since it is "
    "needed again when the price of the pens "
    "is added. Keep the unit, euros, beside every number so that no count is mistaken for a price, and check "
    "that the result is larger than the "
    "price of one notebook.";

struct Figures {
  double rollout = 0, reward = 0, forward_backward = 0, optimizer = 0;
  double total() const { return rollout + reward + forward_backward + optimizer; }
};

struct Bench {
  comm::Communicator world;
  std::int64_t prompts, completions, fresh, pack_tokens;
  text::Tokenizer tokenizer;
  model::Parameters weights;
  ThreadPool pool;
  rollout::Generator generator;
  model::PackModel model;
  std::unique_ptr<Optimizer> optimizer;
  std::vector<std::vector<std::int32_t>> prompt_ids;
  std::vector<rollout::GenerationFigures::Forward> forwards;  // of the last update on this rank
  Batch batch;
  std::int64_t updates = 0;

  Bench(const comm::Communicator& ranks, const std::string& folder, std::int64_t prompt_tokens,
        std::int64_t count, std::int64_t group, std::int64_t new_tokens, int threads, std::int64_t budget)
      : world(ranks),
        prompts(count),
        completions(group),
        fresh(new_tokens),
        pack_tokens(budget),
        tokenizer(text::Tokenizer::load(folder)),
        weights(model::load_parameters(folder, model::read_config(folder), model::Dtype::fp32)),
        pool(threads),
        generator(weights, {0}, {}, pool),
        model(weights),
        optimizer(Optimizer::make(weights, {}, 1, world, pool)) {
    const std::vector<std::int32_t> all = tokenizer.encode(story());
    for (std::int64_t p = 0; p < prompts; ++p) {
      prompt_ids.emplace_back(all.begin() + p * 97, all.begin() + p * 97 + prompt_tokens);
    }
  }

  void sample(Figures& figures) {
    Timer timer;
    Batch mine;
    std::vector<rollout::Group> asked;
    for (std::int64_t p = world.rank(); p < prompts; p += world.size()) {
      Group& group = mine.emplace_back();
      group.draw = p;
      group.solution = "bench";
      group.hold_prompt(prompt_ids[p]);
      asked.push_back({group.prompt_ids(), updates * prompts + p, completions, 0});
    }
    rollout::SamplingOptions sampling;
    sampling.max_new_tokens = sampling.min_new_tokens = fresh;
    rollout::Generated generated =
        asked.empty() ? rollout::Generated{} : generator.generate(asked, sampling, 1, RandomStream::rollout);
    forwards = generated.figures.forwards;
    figures.rollout = timer.restart();
    const reward::ExpertStep expert(target, {});
    for (std::size_t g = 0; g < mine.size(); ++g) { score(mine[g], generated.completions[g], expert); }
    batch = gather_headers(mine, world);
    deliver(batch, owners_of(plan_packs(batch, pack_tokens, world.size()), batch), Texts::no, world);
    figures.reward = timer.seconds();
  }

  void score(Group& group, std::vector<rollout::Completion>& sampled, const reward::ExpertStep& expert) {
    std::vector<double> rewards;
    for (rollout::Completion& one : sampled) {
      rewards.push_back(expert.similarity(tokenizer.decode(one.ids, true)));
      Completion& completion = group.completions.emplace_back();
      completion.number = static_cast<std::int32_t>(group.completions.size() - 1);
      completion.home = world.rank();
      completion.reward = rewards.back();
      completion.finish = one.finish;
      completion.hold({.ids = std::move(one.ids), .logprobs = std::move(one.logprobs)});
    }
    const std::vector<double> advantages = objective::advantages(rewards, {});
    for (std::size_t a = 0; a < advantages.size(); ++a) { group.completions[a].advantage = advantages[a]; }
  }

  Figures update() {
    Figures figures;
    sample(figures);
    GradientSettings settings;
    settings.pack_tokens = pack_tokens;
    settings.max_new_tokens = fresh;
    Timer timer;
    optimizer->gradients().begin();
    job::Interruption never;
    add_gradients(model, batch, settings, nullptr, nullptr, world, optimizer->gradients(), never);
    figures.forward_backward = timer.restart();
    const double norm = optimizer->norm();
    optimizer->apply(1e-6, norm > 1 ? 1 / norm : 1.0);
    figures.optimizer = timer.seconds();
    ++updates;
    return figures;
  }

  double rollout_products() const { return test::rollout_products(weights, forwards); }

  /// Seconds for the matrix products of this rank's packs, each layer with its own weights and gradients: one
  /// forward and two backward products per weight. The head's forward is computed twice, except for the last
  /// chunk of its rows.
  double training_products() {
    const model::ModelConfig& config = weights.config();
    const model::Parameters& gradients = *optimizer->gradients().room().as<model::Parameters>();
    const std::int64_t chunk = model::ForwardOptions{}.head_chunk;
    std::vector<PackedCompletions> packs;
    for (const PlannedPack& plan : plan_packs(batch, pack_tokens, world.size())) {
      if (plan.owner == world.rank()) { packs.push_back(build_pack(batch, plan)); }
    }
    std::int64_t most = 1;
    for (const PackedCompletions& pack : packs) { most = std::max(most, std::ssize(pack.pack.ids)); }
    at::Tensor a = at::full({std::max(most * 2 * config.intermediate, chunk * config.vocab)}, 0.1F),
               b = a.clone(), c = a.clone();
    const Timer timer;
    const auto linear = [&](const at::Tensor& weight, at::Tensor gradient, std::int64_t rows, int forward) {
      at::Tensor x = a.narrow(0, 0, rows * weight.size(1)).view({rows, weight.size(1)});
      at::Tensor y = b.narrow(0, 0, rows * weight.size(0)).view({rows, weight.size(0)});
      at::Tensor out = c.narrow(0, 0, y.numel()).view(y.sizes()),
                 back = c.narrow(0, 0, x.numel()).view(x.sizes());
      for (int i = 0; i < forward; ++i) { at::mm_out(out, x, weight.t()); }
      at::mm_out(back, y, weight);
      at::addmm_out(gradient, gradient, y.t(), x);
    };
    const model::Places of_weights = model::places_of(config, weights.layout()),
                        of_gradients = model::places_of(config, gradients.layout());
    const auto at_place = [](const model::Parameters& in, const model::Place& at) {
      return in.flat().narrow(0, at.offset, at.rows * at.width).view({at.rows, at.width});
    };
    for (std::size_t p = 0; p < packs.size(); ++p) {
      const std::int64_t tokens = std::ssize(packs[p].pack.ids);
      std::vector<std::int64_t> rows = packs[p].pack.rows;
      std::sort(rows.begin(), rows.end());
      const std::int64_t predicted = std::unique(rows.begin(), rows.end()) - rows.begin();
      for (std::int64_t l = 0; l < config.layers; ++l) {
        const auto& w = of_weights.layers[static_cast<std::size_t>(l)];
        const auto& g = of_gradients.layers[static_cast<std::size_t>(l)];
        for (const auto matrix : {&std::decay_t<decltype(w)>::qkv, &std::decay_t<decltype(w)>::output,
                                  &std::decay_t<decltype(w)>::gate_up, &std::decay_t<decltype(w)>::down}) {
          linear(at_place(weights, w.*matrix), at_place(gradients, g.*matrix), tokens, 1);
        }
      }
      for (std::int64_t begin = 0; begin < predicted; begin += chunk) {
        linear(weights.view("model.embed_tokens.weight"), gradients.view("model.embed_tokens.weight"),
               std::min(chunk, predicted - begin), begin + chunk < predicted ? 2 : 1);
      }
    }
    return timer.seconds();
  }

  /// Seconds that body() takes on the slowest rank.
  template <class F>
  double slowest(F&& body) {
    world.barrier();
    return world.all_reduce(body(), comm::Reduce::max);
  }
};

Json line_of(const Figures& figures) {
  Json line = Json::object();
  line["total"] = figures.total();
  line["rollout"] = figures.rollout;
  line["reward"] = figures.reward;
  line["forward_backward"] = figures.forward_backward;
  line["optimizer"] = figures.optimizer;
  line["memory_peak_bytes"] = device::process_memory().peak;
  return line;
}

/// Makes and prints one update per line of stdin (read by rank 0).
void serve(Bench& bench) {
  while (true) {
    std::string word;
    if (bench.world.is_root() && !std::getline(std::cin, word)) { word = "end"; }
    word = bench.world.broadcast(word, 0);
    if (word == "end") { return; }
    if (word == "ids") {
      Json line = Json::object(), list = Json::array();
      for (const auto& ids : bench.prompt_ids) { list.push_back(Json(ids)); }
      line["prompts"] = std::move(list);
      line["target"] = target;
      if (bench.world.is_root()) { std::cout << line.dump() << std::endl; }
      continue;
    }
    bench.world.barrier();
    Figures figures;
    Timer timer;
    figures = bench.update();
    Json line = line_of(figures);
    line["total"] = bench.world.all_reduce(timer.seconds(), comm::Reduce::max);
    if (bench.world.is_root()) { std::cout << line.dump() << std::endl; }
  }
}

void compare(Bench& bench, int times) {
  bench.update();
  std::vector<double> whole, training;
  for (int i = 0; i < times; ++i) {
    Figures figures;
    const double seconds = bench.slowest([&] { return (figures = bench.update()).total(); });
    const double generated = bench.slowest([&] { return bench.rollout_products(); });
    const double trained = bench.slowest([&] { return bench.training_products(); });
    whole.push_back(seconds / (generated + trained));
    training.push_back(figures.forward_backward / trained);
    if (!bench.world.is_root()) { continue; }
    std::cout << line_of(figures).dump() << "\n  products: rollout " << generated << " s, training "
              << trained << " s; update / products " << whole.back() << ", forward and backward / products "
              << training.back() << std::endl;
  }
  std::sort(whole.begin(), whole.end());
  std::sort(training.begin(), training.end());
  const auto text = [](const std::vector<double>& v) {
    return std::to_string(v[v.size() / 2]) + " (" + std::to_string(v.front()) + " to " +
           std::to_string(v.back()) + ")";
  };
  if (bench.world.is_root()) {
    std::cout << "median of " << times << ": update / products " << text(whole)
              << ", forward and backward / products " << text(training) << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int i, std::int64_t fallback) { return argc > i ? std::stoll(argv[i]) : fallback; };
  const comm::Session session;
  if (argc < 2) {
    std::cerr << "usage: see the comment at the top of tests/bench/update_bench.cpp\n";
    return 2;
  }
  const int threads = static_cast<int>(number(6, 2));
  model::set_compute_threads(threads);
  Bench bench(session.world(), argv[1], number(2, 40), number(3, 4), number(4, 8), number(5, 64), threads,
              number(7, 4096));
  const auto times = static_cast<int>(number(8, 3));
  if (times == 0) {
    serve(bench);
  } else {
    compare(bench, times);
  }
}
