// The output of srl_check for scripts and for people.
#include <gmock/gmock.h>

#include "jobs/check/row.hpp"

namespace srl::check {
namespace {

using testing::HasSubstr;

const std::vector<std::string> hosts{"node1", "node1", "node2", "node2"};

TEST(MachineLine, NamesTheBadNodesOnce) {
  const std::vector<Row> rows{{"ranks", Result::ok, ""},
                              {"HDF5 files", Result::failed, "", {2}},
                              {"inputs", Result::failed, "", {2, 3}},
                              {"threads", Result::warning, ""}};
  EXPECT_EQ(machine_line(rows, hosts),
            "result=failed bad_nodes=node2 bad_ranks=2,3 failed=HDF5_files,inputs warnings=threads");
}

TEST(MachineLine, SaysOkWithoutBlame) {
  EXPECT_EQ(machine_line({{"ranks", Result::ok, ""}}, hosts),
            "result=ok bad_nodes=- bad_ranks=- failed=- warnings=-");
}

TEST(MachineLine, WhatFailsEverywhereIsNoNodesFault) {
  const std::vector<Row> rows{{"inputs", Result::failed, "", {0, 1, 2, 3}}};
  EXPECT_EQ(machine_line(rows, hosts), "result=failed bad_nodes=- bad_ranks=- failed=inputs warnings=-");
  EXPECT_THAT(machine_line(rows, {"a", "a", "a", "a"}), HasSubstr("bad_nodes=-"));  // also on a single node
}

TEST(NameRanks, RunsAndHosts) {
  EXPECT_EQ(name_ranks({3}, hosts), "rank 3 (node2)");
  EXPECT_EQ(name_ranks({0, 1, 3}, hosts), "ranks 0-1, 3 (node1, node2)");
  EXPECT_EQ(name_ranks({0, 1, 2, 3}, hosts), "all ranks");
  EXPECT_EQ(name_ranks({0}, {"alone"}), "rank 0 (alone)");
}

TEST(Table, WrapsLongTextsUnderTheirColumn) {
  const std::string text =
      table({{"ranks", Result::ok, "few"},
             {"inputs", Result::failed, std::string(60, 'a') + " " + std::string(60, 'b')}});
  EXPECT_THAT(text, HasSubstr("check   result   found\nranks   ok       few\ninputs  FAILED   aaa"));
  EXPECT_THAT(text, HasSubstr("\n                 bbb"));
}

}  // namespace
}  // namespace srl::check
