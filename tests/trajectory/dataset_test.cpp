#include "trajectory/dataset.hpp"

#include <gtest/gtest.h>

#include <barrier>
#include <filesystem>
#include <map>
#include <thread>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "trajectory/shard.hpp"

namespace srl::trajectory {
namespace {

namespace fs = std::filesystem;

/// A shard folder of `count` solutions with two steps each and ids NAME0, NAME1, … Every third solution has
/// no answer.
std::string data_folder(const std::string& name, int count) {
  const fs::path folder = fs::path(testing::TempDir()) / "dataset_test" / name;
  fs::remove_all(folder);
  fs::create_directories(folder / "shards");
  std::vector<Solution> solutions;
  for (int i = 0; i < count; ++i) {
    Solution solution;
    solution.id = name + std::to_string(i);
    solution.domain = "math";
    solution.question = "q" + std::to_string(i);
    if (i % 3 != 2) { solution.answer = "1"; }
    for (const char* action : {"1. a", "2. b"}) { solution.steps.emplace_back().action = action; }
    solutions.push_back(std::move(solution));
  }
  const fs::path file = folder / "shards/shard_00000.h5";
  write_shard(file, solutions);
  Manifest manifest;
  manifest.shards.push_back({"shards/shard_00000.h5", fs::file_size(file), file_checksum(file.string()),
                             static_cast<std::uint64_t>(count), static_cast<std::uint64_t>(2 * count)});
  manifest.counts = Json::object();
  manifest.inputs = Json::array();
  manifest.options = Json::object();
  write_manifest(folder, manifest);
  return folder.string();
}

/// How often each solution occurs in draws [begin, end).
std::map<std::string, int> drawn(const Dataset& data, std::int64_t begin, std::int64_t end) {
  std::map<std::string, int> counts;
  for (std::int64_t draw = begin; draw < end; ++draw) {
    ++counts[data.solution(data.draw(5, draw).solution).id];
  }
  return counts;
}

TEST(Dataset, AnEpochDrawsEveryInstanceAsOftenAsItsFolderWeighs) {
  const std::string a = data_folder("a", 10), b = data_folder("b", 7);
  const Dataset mixed({a + ":2", b}, Split::train, {});
  EXPECT_EQ(mixed.size(), 17);
  EXPECT_EQ(mixed.epoch_draws(), 27);
  for (std::int64_t epoch = 0; epoch < 4; ++epoch) {
    const auto counts = drawn(mixed, 27 * epoch, 27 * (epoch + 1));
    EXPECT_EQ(counts.size(), 17u);
    for (const auto& [id, count] : counts) {
      EXPECT_EQ(count, id[0] == 'a' ? 2 : 1) << id << " in epoch " << epoch;
    }
  }
}

TEST(Dataset, ABrokenWeightTakesTurnsOverTheEpochs) {
  const std::string a = data_folder("a", 10), b = data_folder("b", 6);
  const Dataset mixed({a + ":0.5", b + ":1.5"}, Split::train, {});
  EXPECT_EQ(mixed.epoch_draws(), 5 + 9);
  for (const auto& [id, count] : drawn(mixed, 0, 14)) { EXPECT_LE(count, id[0] == 'a' ? 1 : 2) << id; }
  for (const auto& [id, count] : drawn(mixed, 0, 28)) { EXPECT_EQ(count, id[0] == 'a' ? 1 : 3) << id; }
}

TEST(Dataset, TheOrderIsANumberAndChangesWithEpochAndSeed) {
  const std::string a = data_folder("a", 10), b = data_folder("b", 7);
  const Dataset mixed({a + ":2", b}, Split::train, {}), again({a + ":2", b + ":1"}, Split::train, {});
  EXPECT_EQ(mixed.fingerprint(), again.fingerprint());
  int other_epoch = 0, other_seed = 0;
  for (std::int64_t draw = 0; draw < 27; ++draw) {
    EXPECT_EQ(mixed.draw(5, draw).solution, again.draw(5, draw).solution);
    other_epoch += mixed.draw(5, draw).solution != mixed.draw(5, draw + 27).solution;
    other_seed += mixed.draw(5, draw).solution != mixed.draw(6, draw).solution;
  }
  EXPECT_GT(other_epoch, 9);
  EXPECT_GT(other_seed, 9);
  EXPECT_NE(Dataset({a + ":3", b}, Split::train, {}).fingerprint(), mixed.fingerprint());
  EXPECT_NE(Dataset({a, b}, Split::train, {}).fingerprint(), mixed.fingerprint());
}

TEST(Dataset, WeightsThatAreNoneAreRefusedAndColonsInNamesAreNot) {
  const std::string a = data_folder("a", 3);
  EXPECT_THROW(Dataset({a + ":0"}, Split::train, {}), BadOption);
  fs::remove_all(a + ":x");
  fs::copy(a, a + ":x", fs::copy_options::recursive);
  EXPECT_EQ(Dataset({a + ":x"}, Split::train, {}).size(), 3);
}

TEST(Dataset, FalseNumbersInTheManifestAreRefused) {
  const std::string a = data_folder("a", 10);
  const Manifest right = read_manifest(a);
  const auto accepted = [&](const Manifest& manifest) {
    write_manifest(a, manifest);
    try {
      const Dataset train({a}, Split::train, {}), validation({a}, Split::validation, {});
      return true;
    } catch (const BadInput&) { return false; }
  };
  Manifest changed = right;
  changed.counts["train"] = 10;
  changed.counts["kept"] = 10;
  changed.counts["validation"] = 0;
  changed.counts["instances"] = 10;
  EXPECT_TRUE(accepted(changed));
  for (const char* name : {"kept", "train", "validation", "instances"}) {
    Manifest wrong = changed;
    wrong.counts[name] = 9;
    EXPECT_FALSE(accepted(wrong)) << name;
  }
  changed.shards[0].solutions = 9;
  EXPECT_FALSE(accepted(changed));
  changed = right;
  changed.shards[0].steps = 21;
  EXPECT_FALSE(accepted(changed));
}

TEST(Dataset, SolutionsWithoutAFinalAnswerAreLeftOutWhereOneIsNeeded) {
  const std::string a = data_folder("a", 10);
  const Dataset all({a}, Split::train, {}), answered({a}, Split::train, {}, true);
  EXPECT_EQ(all.size(), 10);
  EXPECT_EQ(all.left_out(), 0);
  EXPECT_EQ(answered.size(), 7);
  EXPECT_EQ(answered.left_out(), 3);
  for (std::int64_t draw = 0; draw < 14; ++draw) {
    EXPECT_TRUE(answered.solution(answered.draw(1, draw).solution).answer);
  }
}

/// Threads as ranks: each gets what all gave.
class Gathering {
 public:
  explicit Gathering(std::size_t ranks) : texts_(ranks), barrier_(static_cast<std::ptrdiff_t>(ranks)) {}
  std::vector<std::string> all_gather(std::size_t rank, const std::string& mine) {
    texts_[rank] = mine;
    barrier_.arrive_and_wait();
    std::vector<std::string> all = texts_;
    barrier_.arrive_and_wait();
    return all;
  }

 private:
  std::vector<std::string> texts_;
  std::barrier<> barrier_;
};

/// What each of three ranks sees: the data set's fingerprint and size, or an error.
std::vector<std::string> seen_by_ranks(const std::vector<std::string>& folders) {
  constexpr std::size_t ranks = 3;
  Gathering gathering(ranks);
  std::vector<std::string> seen(ranks);
  std::vector<std::thread> threads;
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    threads.emplace_back([&, rank] {
      try {
        const Dataset data(scan_folders(folders, {.rank = rank,
                                                  .ranks = ranks,
                                                  .all_gather =
                                                      [&, rank](const std::string& mine) {
                                                        return gathering.all_gather(rank, mine);
                                                      },
                                                  .tick = {}}),
                           Split::train, {}, true);
        seen[rank] = data.fingerprint() + " " + std::to_string(data.size());
      } catch (const BadInput& error) { seen[rank] = error.what(); }
    });
  }
  for (std::thread& thread : threads) { thread.join(); }
  return seen;
}

TEST(Dataset, HeldSolutionsAreReadFromMemory) {
  const std::string folder = data_folder("held", 5);
  Dataset data({folder}, Split::train, {});
  const std::string packed = data.packed(3);
  Dataset other({folder}, Split::train, {});
  other.hold(packed);
  fs::remove_all(folder);
  for (std::int64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(other.solution(i).id, "held" + std::to_string(i));
    EXPECT_EQ(other.solution(i).answer.has_value(), i % 3 != 2);
    EXPECT_EQ(other.solution(i).steps[1].action, "2. b");
  }
  EXPECT_THROW(other.solution(3), Error);
}

TEST(Dataset, SharesCoverAllAndFewRanksReadAShard) {
  const Dataset data({data_folder("one", 5), data_folder("two", 5)}, Split::train, {});
  for (const int ranks : {1, 3, 8, 64}) {
    std::int64_t next = 0, readers = 0;
    for (int rank = 0; rank < ranks; ++rank) {
      const auto [first, last] = data.share(1000, rank, ranks, 4);
      EXPECT_EQ(first, next);
      next = last;
      readers += last > first;
    }
    EXPECT_EQ(next, 1000);
    EXPECT_EQ(readers, std::min(ranks, 8)) << ranks;
  }
}

TEST(Dataset, RanksThatShareTheScanSeeTheSameAsOne) {
  const std::string a = data_folder("a", 10), b = data_folder("b", 7);
  const Dataset alone({a + ":2", b}, Split::train, {}, true);
  const std::string expected = alone.fingerprint() + " " + std::to_string(alone.size());
  EXPECT_EQ(seen_by_ranks({a + ":2", b}), std::vector<std::string>(3, expected));
  fs::resize_file(fs::path(b) / "shards/shard_00000.h5", 100);  // rank 0 sees it, all throw
  const std::vector<std::string> seen = seen_by_ranks({a, b});
  EXPECT_NE(seen[0].find("truncated"), std::string::npos) << seen[0];
  EXPECT_EQ(seen, std::vector<std::string>(3, seen[0]));
}

}  // namespace
}  // namespace srl::trajectory
