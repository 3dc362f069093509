#pragma once
// What a check found, and how all of it is shown: a table for people and one line for scripts.
#include <set>
#include <string>
#include <vector>

namespace srl::check {

enum class Result { ok, warning, failed };

struct Row {
  std::string check;
  Result result = Result::ok;
  std::string found;
  std::set<int> bad_ranks = {};  ///< to whom a failure is laid; empty when it is nobody's in particular
};

/// Columns check, result, found; long texts go on in further lines of the last column.
std::string table(const std::vector<Row>& rows);

/// "result=failed bad_nodes=node2 bad_ranks=3 failed=disk warnings=threads": names without blanks, lists with
/// commas, no list = "-". What fails on every rank of several nodes (a wrong path, say) is no node's fault
/// and names none.
std::string machine_line(const std::vector<Row>& rows, const std::vector<std::string>& host_of_rank);

/// "rank 3 (node2)", "ranks 2-5, 7 (node1, node2)"; "all ranks" when it is everyone.
std::string name_ranks(const std::set<int>& ranks, const std::vector<std::string>& host_of_rank);

}  // namespace srl::check
