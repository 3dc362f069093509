#include "jobs/check/run.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/log.hpp"
#include "base/strings.hpp"
#include "job/stop.hpp"
#include "jobs/check/checks.hpp"

namespace srl::check {
namespace {

/// Prints the line for scripts when a check did not finish: it was ended by the watchdog, which knows the
/// missing ranks, or by an exception.
void print_trouble(const job::Trouble& trouble, bool speaks) {
  if (!speaks && trouble.missing_ranks.empty()) { return; }
  std::vector<std::string> ranks, hosts;
  for (std::size_t i = 0; i < trouble.missing_ranks.size(); ++i) {
    ranks.push_back(std::to_string(trouble.missing_ranks[i]));
    if (std::find(hosts.begin(), hosts.end(), trouble.missing_hosts[i]) == hosts.end()) {
      hosts.push_back(trouble.missing_hosts[i]);
    }
  }
  const auto list = [](const std::vector<std::string>& words) {
    return words.empty() ? std::string("-") : join(words, ",");
  };
  std::puts(cat("result=failed bad_nodes=", list(hosts), " bad_ranks=", list(ranks),
                " failed=unfinished warnings=-")
                .c_str());
  std::fflush(stdout);
}

struct Check {
  const char* phase;
  Row (*measure)(const Setup&);
};
constexpr std::array checks{Check{"threads", check_threads},
                            Check{"GPUs", check_gpus},
                            Check{"memory", check_memory},
                            Check{"messages between all ranks", check_pairs},
                            Check{"all-reduce over all ranks", check_all_reduce},
                            Check{"all-reduce on each node", check_node_all_reduce},
                            Check{"all-reduce between GPUs", check_device_all_reduce},
                            Check{"HDF5 files", check_disk},
                            Check{"free space", check_space},
                            Check{"clocks", check_clocks},
                            Check{"library versions", check_versions},
                            Check{"inputs", check_inputs}};

}  // namespace

int run(const jobs::CheckOptions& options, job::Context& context) {
  const bool root = context.world.is_root();
  context.on_failure->set([root](const job::Trouble& trouble) { print_trouble(trouble, root); });
  const bool training =
      !options.train.data.empty() && !options.train.model.empty() && !options.train.run.empty();
  if (training) { training::check(options.train); }
  // The scheduler sends USR1 to all steps of the job before the time limit. It must not kill this step; the
  // job that follows handles it.
  const job::StopRequests ignored(context.world, options.train.stop);
  const Setup setup = make_setup(context, options);
  std::vector<Row> rows{judge_ranks(setup.hosts)};
  for (const Check& check : checks) {
    context.watchdog.phase(check.phase);
    log_info(cat("checking ", check.phase));
    if (Row row = check.measure(setup); !row.found.empty()) { rows.push_back(std::move(row)); }
  }
  // At this point all options are valid: wrong ones have ended every rank with exit 2.
  rows.push_back({"options", Result::ok, training ? "valid, also together for srl_train" : "valid"});
  const bool failed =
      std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.result == Result::failed; });
  if (root) {
    std::fputs(table(rows).c_str(), stdout);
    for (const Row& row : rows) {
      if (!row.for_scripts.empty()) { std::puts(row.for_scripts.c_str()); }
    }
    std::puts(machine_line(rows, setup.hosts).c_str());
    std::fflush(stdout);
  }
  context.on_failure->set({});
  return failed ? 1 : 0;
}

}  // namespace srl::check
