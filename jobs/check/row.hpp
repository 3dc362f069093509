#pragma once
// The result of a check, and how results are shown: a table for people and one line for scripts.
#include <set>
#include <string>
#include <vector>

namespace srl::check {

enum class Result { ok, warning, failed };

struct Row {
  std::string check;
  Result result = Result::ok;
  std::string found;
  std::set<int> bad_ranks = {};  ///< ranks to blame for a failure; empty if no rank is to blame
  std::string for_scripts = {};  ///< a line "name=value" of its own, before the last line
};

/// Columns check, result, found; long texts wrap within the last column.
std::string table(const std::vector<Row>& rows);

/// "result=failed bad_nodes=node2 bad_ranks=3 failed=disk warnings=threads": names without spaces, lists
/// separated by commas, "-" for an empty list. What fails on all ranks (for example a wrong path) is an input
/// or option and not the fault of a node, so none is named.
std::string machine_line(const std::vector<Row>& rows, const std::vector<std::string>& host_of_rank);

/// "rank 3 (node2)", "ranks 2-5, 7 (node1, node2)"; "all ranks" for all of several ranks.
std::string name_ranks(const std::set<int>& ranks, const std::vector<std::string>& host_of_rank);

}  // namespace srl::check
