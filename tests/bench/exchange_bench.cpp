// Measures the time to send a batch of rollouts to the ranks that train on it: headers to all ranks, payloads
// to their receivers.
//   mpirun -n N exchange_bench [GROUPS 512] [COMPLETIONS 8] [TOKENS 800] [PROMPT TOKENS 500] [TIMES 5] [json]
// With "json" it also sends the batch as JSON lines, which every rank parses, for comparison.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "base/strings.hpp"
#include "base/timer.hpp"
#include "training/data/batch_lines.hpp"
#include "training/data/exchange.hpp"
#include "training/data/packing.hpp"

namespace {

using namespace srl;
using namespace srl::training;

struct Sizes {
  std::int64_t groups = 512, completions = 8, tokens = 800, prompt = 500;
};

/// This rank's share: every N-th group, for N ranks.
Batch make_share(const Sizes& sizes, const comm::Communicator& world) {
  Batch share;
  for (std::int64_t draw = world.rank(); draw < sizes.groups; draw += world.size()) {
    Group& group = share.emplace_back();
    group.draw = draw;
    group.solution = cat("solution_", draw);
    group.hold_prompt(std::vector<std::int32_t>(static_cast<std::size_t>(sizes.prompt), 31000));
    for (std::int64_t c = 0; c < sizes.completions; ++c) {
      Payload payload;
      for (std::int64_t t = 0; t < sizes.tokens; ++t) {
        const auto n = static_cast<std::uint32_t>((draw * 8 + c) * 2654435761 + t * 40503);
        payload.ids.push_back(static_cast<std::int32_t>(n % 49152));
        payload.logprobs.push_back(-static_cast<float>(n % 100003) / 20000.0F);
      }
      payload.thought = std::string(static_cast<std::size_t>(2 * sizes.tokens), 't');
      payload.action = std::string(static_cast<std::size_t>(sizes.tokens), 'a');
      Completion& completion = group.completions.emplace_back();
      completion.number = static_cast<std::int32_t>(c);
      completion.home = world.rank();
      completion.reward = static_cast<double>(c) / 8;
      completion.finish = text::Finish::stop;
      completion.hold(std::move(payload));
    }
  }
  return share;
}

struct Seconds {
  double headers = 0, plan = 0, payloads = 0;
  double total() const { return headers + plan + payloads; }
};

Seconds exchange(const Batch& share, const comm::Communicator& world) {
  Seconds seconds;
  world.barrier();
  Timer timer;
  Batch batch = gather_headers(share, world);
  seconds.headers = timer.restart();
  const Receivers owners = owners_of(plan_packs(batch, 8192, world.size()), batch);
  seconds.plan = timer.restart();
  deliver(batch, owners, Texts::no, world);
  world.barrier();
  seconds.payloads = timer.seconds();
  return seconds;
}

double exchange_json(const Batch& share, const comm::Communicator& world) {
  world.barrier();
  const Timer timer;
  std::size_t bytes = 0, groups = 0;
  for (const std::string& lines : world.all_gather(batch_to_lines(share, true))) {
    bytes += lines.size();
    groups += batch_from_lines(lines, "rollouts of another rank").size();
  }
  world.barrier();
  const double seconds = timer.seconds();
  if (world.is_root()) {
    std::cout << "as JSON lines: " << fixed(seconds, 3) << " s, " << human_bytes(static_cast<double>(bytes))
              << ", " << groups << " groups\n";
  }
  return seconds;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto number = [&](std::size_t i, std::int64_t fallback) {
    return arguments.size() > i ? std::stoll(arguments[i]) : fallback;
  };
  const comm::Session session;
  const comm::Communicator world = session.world();
  const Sizes sizes{number(0, 512), number(1, 8), number(2, 800), number(3, 500)};
  const Batch share = make_share(sizes, world);
  std::vector<double> totals;
  for (std::int64_t i = 0; i < number(4, 5); ++i) {
    const Seconds seconds = exchange(share, world);
    totals.push_back(world.all_reduce(seconds.total(), comm::Reduce::max));
    if (world.is_root()) {
      std::cout << "headers " << fixed(1e3 * seconds.headers, 1) << " ms, plan "
                << fixed(1e3 * seconds.plan, 1) << " ms, payloads " << fixed(1e3 * seconds.payloads, 1)
                << " ms\n";
    }
  }
  if (world.is_root()) {
    std::cout << sizes.groups << " x " << sizes.completions << " completions of " << sizes.tokens
              << " tokens on " << world.size() << " ranks: median " << fixed(1e3 * median(totals), 1)
              << " ms\n";
  }
  if (arguments.size() > 5 && arguments[5] == "json") { exchange_json(share, world); }
}
