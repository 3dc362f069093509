// Results that depend on all rows: duplicates and the hold-out. They are the same on any number of ranks.
#include "data_prep/select/row_status.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data_prep/select/question_texts.hpp"
#include "data_prep/write/shards.hpp"
#include "support/mpi_main.hpp"

namespace srl::data_prep {
namespace {

/// Questions scanned in chunks of a few rows, as the job scans them. Collective.
class Scanned {
 public:
  explicit Scanned(const std::vector<std::string>& questions, std::uint64_t seed = 0,
                   const text::Contamination& contamination = text::Contamination(13))
      : folder_(world_.broadcast(
            (std::filesystem::temp_directory_path() / ("srl_fates_" + std::to_string(getpid()))).string(),
            0)),
        watchdog_(world_, 0) {
    if (world_.is_root()) {
      std::string rows;
      for (const std::string& question : questions) {
        Json row = Json::object();
        row["question"] = question;
        row["steps"] = std::vector<std::string>{"a", "b"};
        rows += row.dump() + "\n";
      }
      make_folders(folder_);
      write_file_atomically(folder_ / "rows.jsonl", rows);
    }
    world_.barrier();
    RowRules rules;
    rules.reading = make_reading("auto", {}, SplitterChoice::automatic, true);
    rules.holdout_seed = seed;
    rules.contamination = contamination;
    scan(describe_inputs({(folder_ / "rows.jsonl").string()}, world_), rules, {300, 100000}, folder_, world_,
         watchdog_);
    world_.barrier();
    chunks = list_chunks(folder_, 1);
  }
  ~Scanned() {
    world_.barrier();
    if (world_.is_root()) { std::filesystem::remove_all(folder_); }
    world_.barrier();
  }
  /// The normalised questions with this status.
  std::multiset<std::string> questions(const RowStatuses& statuses, RowStatus status) const {
    std::multiset<std::string> found;
    for (std::size_t c = 0; c < chunks.size(); ++c) {
      const ChunkReader reader = chunks.open(c);
      const auto records = reader.records();
      for (std::size_t i = 0; i < records.size(); ++i) {
        if (statuses.at(c, i) == status) { found.insert(question_of_body(reader.body(records[i]))); }
      }
    }
    return found;
  }
  std::multiset<std::string> held_out(std::int64_t groups) {
    RowStatuses statuses(chunks, world_);
    hold_out(chunks, statuses, groups, world_, watchdog_);
    return questions(statuses, status_validation);
  }
  /// The hold-out that each rank finds alone over all rows, and the one that all ranks find together. At most
  /// `text_bytes` of texts are in memory.
  std::pair<std::multiset<std::string>, std::multiset<std::string>> held_out_alone_and_together(
      std::int64_t groups, std::size_t text_bytes) {
    const comm::Communicator alone = world_.split(world_.rank(), 0);
    comm::Watchdog own(alone, 0);
    RowStatuses mine(chunks, alone), all(chunks, world_);
    hold_out(chunks, mine, groups, alone, own, text_bytes);
    hold_out(chunks, all, groups, world_, watchdog_, text_bytes);
    return {questions(mine, status_validation), questions(all, status_validation)};
  }
  const comm::Communicator& world() const { return world_; }
  comm::Watchdog& watchdog() { return watchdog_; }
  Chunks chunks;

 private:
  comm::Communicator world_ = test_world();
  std::filesystem::path folder_;
  comm::Watchdog watchdog_;
};

/// Questions that are all clearly different.
std::vector<std::string> many(int count = 40) {
  std::vector<std::string> questions;
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(i), m = std::to_string(7 * i + 1);
    questions.push_back("number" + n + " times" + m + " plus" + n + " makes" + m + " what" + n + "?");
  }
  return questions;
}
const std::string farm =
    "a farmer has seventeen sheep and buys twelve more of them at the market on a sunny monday morning in "
    "may";

TEST(HoldOut, TakesSoManyGroupsWhateverTheOrder) {
  std::multiset<std::string> first, other;
  {
    Scanned scanned(many());
    first = scanned.held_out(5);
    EXPECT_EQ(first.size(), 5u);
  }
  {
    auto reversed = many();
    std::reverse(reversed.begin(), reversed.end());
    EXPECT_EQ(Scanned(reversed).held_out(5), first);
  }
  EXPECT_NE(Scanned(many(), 1).held_out(5), first);
}

TEST(HoldOut, KeepsNearDuplicatesOnOneSideThroughChains) {
  auto questions = many(12);
  // Each question is nearly the same as the one before, but the last is not nearly the same as the first.
  std::vector<std::string> chain{farm, farm + " with rain", farm + " with rain and hail and snow",
                                 "today " + farm.substr(2) + " with rain and hail and snow"};
  questions.insert(questions.begin() + 3, chain.begin(), chain.end());
  questions.push_back("  A FARMER" + farm.substr(8));
  Scanned scanned(questions);
  for (std::int64_t n = 1; n < 13; ++n) {
    const auto held = scanned.held_out(n);
    std::size_t farmers = 0;
    for (const std::string& question : held) {
      farmers += question.find("seventeen sheep") != std::string::npos;
    }
    EXPECT_TRUE(farmers == 0 || farmers == 5) << n << " groups hold " << farmers;
    EXPECT_EQ(held.size() - farmers + (farmers > 0), static_cast<std::size_t>(n));
  }
}

/// `count` questions of one pattern, which are all nearly the same.
std::vector<std::string> pattern(int count) {
  std::vector<std::string> questions;
  for (int i = 0; i < count; ++i) {
    questions.push_back(farm + ", and " + std::to_string(i) +
                        " of them are sold again when the market comes back in the autumn of the year");
  }
  return questions;
}

TEST(HoldOut, TakesAPatternOfManyQuestionsWholeOrNotAtAll) {
  auto questions = many(30);
  const auto alike = pattern(3000);
  questions.insert(questions.begin() + 7, alike.begin(), alike.end());
  Scanned scanned(questions);
  std::set<std::size_t> seen;
  for (const std::int64_t n : {1, 8, 30}) {
    const auto held = scanned.held_out(n);
    std::size_t farmers = 0;
    for (const std::string& question : held) { farmers += question.starts_with(farm); }
    EXPECT_TRUE(farmers == 0 || farmers == 3000) << n << " groups hold " << farmers;
    EXPECT_EQ(held.size() - farmers + (farmers > 0), static_cast<std::size_t>(n));
    seen.insert(farmers);
  }
  EXPECT_TRUE(seen.contains(3000)) << "one of these hold-outs must have all 3000 questions";
}

TEST(HoldOut, IsTheSameOnAnyNumberOfRanksWhenTextsDoNotFit) {
  std::vector<std::string> questions = many(60);
  for (int i = 0; i < 60; ++i) {
    const auto variants = many(60)[i];
    for (int v = 0; v < i % 9; ++v) {
      questions.push_back("case " + std::to_string(i) + " of " + farm + " when it is number " +
                          std::to_string(i * i) + " " + variants + " " + std::to_string(v));
    }
  }
  Scanned scanned(questions);
  for (const std::size_t text_bytes :
       {std::size_t{0}, std::size_t{500}, std::size_t{3000}, std::size_t{9000}, std::size_t{1} << 20}) {
    const auto [alone, together] = scanned.held_out_alone_and_together(10, text_bytes);
    EXPECT_EQ(alone, together) << text_bytes;
    if (text_bytes == 0) { EXPECT_TRUE(together.empty()) << "without texts no group is known to be whole"; }
    if (text_bytes >= 9000) { EXPECT_GE(together.size(), 10u) << text_bytes; }
  }
}

TEST(HoldOut, LeavesSomethingToTrainOn) {
  EXPECT_EQ(Scanned(many()).held_out(1000).size(), 39u);
  EXPECT_EQ(Scanned({farm, farm + " with rain"}).held_out(3).size(), 0u);
}

constexpr std::int64_t automatic = -1;

TEST(HoldOut, TakesAtMostSixtyGroupsAndATenthOfTheSolutionsByItself) {
  EXPECT_EQ(Scanned(many(9)).held_out(automatic).size(), 0u);
  EXPECT_EQ(Scanned(many(10)).held_out(automatic).size(), 1u);
  EXPECT_EQ(Scanned(many(59)).held_out(automatic), Scanned(many(59)).held_out(5));
  EXPECT_EQ(Scanned(many(700)).held_out(automatic), Scanned(many(700)).held_out(60));
  EXPECT_EQ(Scanned({farm, farm + " with rain"}).held_out(automatic).size(), 0u);
}

TEST(HoldOut, PassesOverGroupsThatAreLargerThanATenth) {
  // 34 of 64 questions are nearly the same: at most 6 of the others are held out, those with the smallest
  // hashes. Groups of two are taken whole or not at all.
  auto questions = many(30);
  const auto alike = pattern(34);
  questions.insert(questions.begin(), alike.begin(), alike.end());
  const auto held = Scanned(questions).held_out(automatic);
  EXPECT_EQ(held.size(), 6u);
  for (const std::string& question : held) { EXPECT_FALSE(question.starts_with(farm)) << question; }
  EXPECT_EQ(held, Scanned(many(30)).held_out(6));
  auto doubled = many(20);
  for (const std::string& question : many(20)) { doubled.push_back(question + " please"); }
  EXPECT_EQ(Scanned(doubled).held_out(automatic).size(), 4u);
  EXPECT_EQ(
      Scanned(std::vector<std::string>(doubled.begin(), doubled.begin() + 35)).held_out(automatic).size(), 3u)
      << "35 questions: one group of two and one of one";
}

TEST(HoldOut, ByHandMayNotTakeMoreThanItLeaves) {
  EXPECT_NO_THROW(check_hold_out(60, 10, 10));
  EXPECT_NO_THROW(check_hold_out(automatic, 1, 2));
  EXPECT_THROW(check_hold_out(60, 5, 67), BadOption);
}

TEST(Duplicates, OfQuestionAndStepsAreDroppedButTheFirst) {
  auto questions = many(10);
  questions.push_back(many(10)[3]);
  questions.push_back(many(10)[7]);
  questions.push_back(many(10)[3]);
  Scanned scanned(questions);
  for (const std::uint64_t pass_rows : {1u, 4u, 1000000u}) {
    RowStatuses statuses(scanned.chunks, scanned.world());
    drop_exact_duplicates(scanned.chunks, statuses, scanned.world(), pass_rows);
    EXPECT_EQ(scanned.questions(statuses, status_train).size(), 10u);
    EXPECT_EQ(scanned.questions(statuses, status_of_reason(reason_number("exact_duplicate"))),
              (std::multiset<std::string>{many(10)[3], many(10)[3], many(10)[7]}));
    EXPECT_TRUE(is_kept(statuses.at(0, 0)));
  }
}

TEST(NearDuplicates, AreCountedAndDroppedOnlyWhenAsked) {
  auto questions = many(10);
  questions.insert(questions.begin() + 2, farm);
  questions.push_back(farm + " with rain");
  questions.push_back(farm + " with rain");
  Scanned scanned(questions);
  RowStatuses statuses(scanned.chunks, scanned.world());
  EXPECT_EQ(find_near_duplicates(scanned.chunks, statuses, false, scanned.world(), scanned.watchdog()), 2);
  EXPECT_EQ(scanned.questions(statuses, status_train).size(), 13u);
  EXPECT_EQ(find_near_duplicates(scanned.chunks, statuses, true, scanned.world(), scanned.watchdog()), 2);
  EXPECT_EQ(scanned.questions(statuses, status_of_reason(reason_number("near_duplicate"))),
            (std::multiset<std::string>{farm + " with rain", farm + " with rain"}));
}

TEST(ShardPlan, EndsAShardAtSolutionsOrBytes) {
  Scanned scanned(many(10));
  const RowStatuses statuses(scanned.chunks, scanned.world());
  Counts counts;
  EXPECT_EQ(plan_shards(scanned.chunks, statuses, 4, 1 << 20, counts).size(), 3u);
  EXPECT_EQ(counts.kept, 10);
  EXPECT_EQ(counts.instances, 10);
  EXPECT_EQ(plan_shards(scanned.chunks, statuses, 100, 1, counts).size(), 10u)
      << "one solution per shard when each is above the limit of bytes";
}

TEST(Contaminated, RowsAreFoundAndDropped) {
  text::Contamination contamination(13);
  contamination.add("It was said that " + farm + ", and so on.");
  auto questions = many(5);
  questions.push_back(
      "Tom says: A Farmer has seventeen sheep, and buys twelve more of them at the market; how many?");
  Scanned scanned(questions, 0, contamination);
  const RowStatuses statuses(scanned.chunks, scanned.world());
  std::size_t dropped = 0;
  for (std::size_t c = 0; c < scanned.chunks.size(); ++c) {
    for (std::size_t i = 0; i < scanned.chunks.headers[c].rows; ++i) {
      dropped += statuses.at(c, i) == status_of_reason(reason_number("contaminated"));
    }
  }
  EXPECT_EQ(dropped, 1u);
}

}  // namespace
}  // namespace srl::data_prep
