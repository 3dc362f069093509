#include "jobs/check/judge.hpp"

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/strings.hpp"

namespace srl::check {
namespace {

double median(std::vector<double> values) {
  if (values.empty()) { return 0; }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::string rate(double value) {
  return value >= 10000 ? fixed(value / 1000, 1) + " GB/s" : fixed(value, 0) + " MB/s";
}

}  // namespace

Row judge_ranks(const Hosts& hosts) {
  std::vector<std::pair<std::string, int>> counts;
  for (const std::string& host : hosts) {
    const auto found =
        std::find_if(counts.begin(), counts.end(), [&](const auto& entry) { return entry.first == host; });
    if (found == counts.end()) {
      counts.emplace_back(host, 1);
    } else {
      ++found->second;
    }
  }
  std::vector<std::string> parts;
  for (const auto& [host, count] : counts) { parts.push_back(cat(host, " (", count, ")")); }
  const bool uneven = std::any_of(counts.begin(), counts.end(),
                                  [&](const auto& entry) { return entry.second != counts[0].second; });
  Row row{
      "ranks", uneven ? Result::warning : Result::ok,
      cat(counted(hosts.size(), "rank"), " on ", counted(counts.size(), "node"), ": ", join(parts, ", "))};
  if (uneven) {
    row.found += "; the nodes have different numbers of ranks: the node with the most ranks is the slowest";
  }
  return row;
}

Row judge_threads(const Hosts& hosts, const std::vector<std::string>& cores,
                  const std::vector<int>& threads) {
  Row row{"threads", Result::ok, ""};
  std::set<int> unknown, crowded, overlapping;
  std::map<std::string, std::set<int>> kinds;  // "2 threads on 4 cores" -> ranks
  for (std::size_t r = 0; r < hosts.size(); ++r) {
    const auto mine = std::count(cores[r].begin(), cores[r].end(), '1');
    int sharing = 0;
    for (std::size_t other = 0; other < hosts.size(); ++other) {
      if (hosts[other] != hosts[r]) { continue; }
      if (cores[other] == cores[r]) { ++sharing; }
      for (std::size_t c = 0; cores[other] != cores[r] && c < std::min(cores[r].size(), cores[other].size());
           ++c) {
        if (cores[r][c] == '1' && cores[other][c] == '1') { overlapping.insert(static_cast<int>(r)); }
      }
    }
    if (mine == 0) {
      unknown.insert(static_cast<int>(r));
      continue;
    }
    if (threads[r] * sharing > std::max<long>(mine, sharing)) { crowded.insert(static_cast<int>(r)); }
    if (sharing > mine) { crowded.insert(static_cast<int>(r)); }
    std::string kind = cat(counted(threads[r], "thread"), " per rank, ", counted(mine, "core"));
    if (sharing > 1) { kind += cat(" shared by ", counted(sharing, "rank")); }
    kinds[kind].insert(static_cast<int>(r));
  }
  std::vector<std::string> parts;
  for (const auto& [kind, ranks] : kinds) {
    parts.push_back(kinds.size() == 1 ? kind : cat(kind, ": ", name_ranks(ranks, hosts)));
  }
  if (!unknown.empty()) { parts.push_back(cat("cores unknown on ", name_ranks(unknown, hosts))); }
  row.found = join(parts, "; ");
  if (!crowded.empty()) {
    row.result = Result::warning;
    row.found +=
        cat("; more threads than cores on ", name_ranks(crowded, hosts), ": use fewer ranks or --threads");
  }
  if (!overlapping.empty()) {
    row.result = Result::warning;
    row.found += cat("; cores overlap on ", name_ranks(overlapping, hosts), ": check the launcher's binding");
  }
  return row;
}

Row judge_gpus(const Hosts& hosts, const std::vector<std::string>& troubles,
               const std::vector<std::string>& gpus, bool by_itself) {
  Row row{"GPUs", Result::ok, ""};
  std::map<std::string, std::set<int>> ranks_of;
  for (std::size_t r = 0; r < hosts.size(); ++r) {
    const int rank = static_cast<int>(r);
    if (troubles[r].empty()) {
      ranks_of[gpus[r].empty() ? "none used" : "one each: " + gpus[r]].insert(rank);
      continue;
    }
    ranks_of[troubles[r]].insert(rank);
    if (by_itself) {
      row.result = Result::warning;
    } else {
      row.result = Result::failed;
      row.bad_ranks.insert(rank);
    }
  }
  std::vector<std::string> parts;
  for (const auto& [text, ranks] : ranks_of) {
    parts.push_back(ranks_of.size() == 1 ? text : cat(text, " on ", name_ranks(ranks, hosts)));
  }
  row.found = join(parts, "; ");
  return row;
}

Row judge_clocks(const Hosts& hosts, const std::vector<double>& clocks, double limit) {
  const double middle = median(clocks);
  double worst = 0;
  Row row{"clocks", Result::ok, ""};
  for (std::size_t r = 0; r < clocks.size(); ++r) {
    const double apart = std::abs(clocks[r] - middle);
    worst = std::max(worst, apart);
    if (apart > limit) { row.bad_ranks.insert(static_cast<int>(r)); }
  }
  row.found = worst < 1 ? cat("within ", fixed(worst * 1000, 1), " ms of each other")
                        : cat("up to ", fixed(worst, 1), " s apart");
  if (!row.bad_ranks.empty()) {
    row.result = Result::failed;
    row.found += cat(": ", name_ranks(row.bad_ranks, hosts), " off by more than ", fixed(limit, 1),
                     " s; check the time service there");
  }
  return row;
}

Row judge_versions(const Hosts& hosts, const std::vector<std::map<std::string, std::string>>& versions) {
  Row row{"versions", Result::ok, ""};
  std::set<std::string> names;
  for (const auto& of_rank : versions) {
    for (const auto& [name, version] : of_rank) { names.insert(name); }
  }
  std::vector<std::string> common, different;
  for (const std::string& name : names) {
    std::vector<std::pair<std::string, std::set<int>>> ranks_of;  // in rank order
    for (std::size_t r = 0; r < versions.size(); ++r) {
      const auto found = versions[r].find(name);
      const std::string version = found == versions[r].end() ? "none" : found->second;
      auto entry =
          std::find_if(ranks_of.begin(), ranks_of.end(), [&](const auto& e) { return e.first == version; });
      if (entry == ranks_of.end()) { entry = ranks_of.insert(ranks_of.end(), {version, {}}); }
      entry->second.insert(static_cast<int>(r));
    }
    const auto most = std::max_element(ranks_of.begin(), ranks_of.end(), [](const auto& a, const auto& b) {
      return a.second.size() < b.second.size();
    });
    common.push_back(cat(name, " ", most->first));
    for (auto it = ranks_of.begin(); it != ranks_of.end(); ++it) {
      if (it == most) { continue; }
      different.push_back(cat(name, " is ", it->first, " on ", name_ranks(it->second, hosts), ", ",
                              most->first, " elsewhere"));
      row.bad_ranks.insert(it->second.begin(), it->second.end());
    }
  }
  row.found = different.empty() ? join(common, ", ") : join(different, "; ");
  if (!different.empty()) { row.result = Result::failed; }
  return row;
}

Row judge_memory(const Hosts& hosts, const std::vector<double>& limits,
                 const std::vector<std::string>& sources, double need) {
  Row row{"memory", Result::ok, ""};
  const std::size_t least =
      static_cast<std::size_t>(std::min_element(limits.begin(), limits.end()) - limits.begin());
  for (std::size_t r = 0; r < limits.size(); ++r) {
    if (limits[r] < need) { row.bad_ranks.insert(static_cast<int>(r)); }
  }
  row.found = cat(human_bytes(limits[least]), " per rank (", sources[least], ")");
  if (need == 0) { return row; }
  row.found += cat(", at least ", human_bytes(need), " per rank needed");
  if (!row.bad_ranks.empty()) {
    row.result = Result::failed;
    row.found += cat(": too little on ", name_ranks(row.bad_ranks, hosts),
                     "; ask for more with --mem or --mem-per-cpu, or use fewer ranks per node");
  } else if (limits[least] < 1.5 * need) {
    row.result = Result::warning;
    row.found += "; this is tight: srl_train --dry_run prints the whole plan";
  }
  return row;
}

std::set<int> slow_ranks(const std::vector<double>& rates) {
  std::vector<double> measured;
  std::copy_if(rates.begin(), rates.end(), std::back_inserter(measured), [](double v) { return v > 0; });
  const double limit = median(measured) / 5;
  std::set<int> slow;
  for (std::size_t r = 0; r < rates.size(); ++r) {
    if (rates[r] > 0 && rates[r] < limit) { slow.insert(static_cast<int>(r)); }
  }
  return slow;
}

std::set<int> blamed_for_pairs(const std::vector<std::vector<int>>& wrong) {
  std::vector<int> times(wrong.size(), 0);
  for (std::size_t r = 0; r < wrong.size(); ++r) {
    for (const int other : wrong[r]) {
      ++times[r];
      ++times.at(static_cast<std::size_t>(other));
    }
  }
  const int most = times.empty() ? 0 : *std::max_element(times.begin(), times.end());
  std::set<int> blamed;
  for (std::size_t r = 0; most > 0 && r < times.size(); ++r) {
    if (times[r] == most) { blamed.insert(static_cast<int>(r)); }
  }
  return blamed;
}

std::string rate_range(const std::vector<double>& rates) {
  double low = 0, high = 0;
  for (const double v : rates) {
    if (v <= 0) { continue; }
    low = low == 0 ? v : std::min(low, v);
    high = std::max(high, v);
  }
  if (high == 0) { return "not measured"; }
  return fixed(low, 0) == fixed(high, 0) || low >= 10000 ? rate(high) : cat(fixed(low, 0), "-", rate(high));
}

}  // namespace srl::check
