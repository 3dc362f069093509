#include "trajectory/training_questions.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "support/data_folder.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "trajectory/shard_reader.hpp"

namespace srl::trajectory {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Solution solution(const std::string& question, Split split, std::size_t other_bytes = 3) {
  return {question,
          "s",
          "math",
          question,
          std::nullopt,
          std::string(other_bytes, 'x'),
          {{std::nullopt, std::nullopt, "1. a", std::nullopt}},
          split};
}

class TrainingQuestions : public testing::Test {
 protected:
  /// A folder with these shards.
  std::string folder(const std::string& name, const std::vector<std::vector<Solution>>& shards) const {
    const fs::path folder = temporary_.path() / name;
    test::write_data_folder(folder, shards);
    return folder.string();
  }
  static std::vector<std::string> questions(const std::vector<std::string>& data) {
    std::vector<std::string> found;
    each_training_question(
        data, [] {},
        [&](const TrainingQuestion& training) {
          EXPECT_EQ(ShardReader(training.shard).read(training.row).question, training.question);
          found.emplace_back(training.question);
        });
    return found;
  }
  test::TemporaryFolder temporary_;
};

TEST_F(TrainingQuestions, AreThoseOfTheTrainingSplitOfAllShards) {
  const std::string a = folder("a", {{solution("one", Split::train), solution("two", Split::validation)},
                                     {solution("", Split::train), solution("three", Split::train)}}),
                    b = folder("b", {{solution("four", Split::train)}});
  EXPECT_THAT(questions({a, b + ":2"}), testing::ElementsAre("one", "", "three", "four"));
  EXPECT_THAT(questions({a + "/shards/shard_00001.h5"}), testing::ElementsAre("", "three"));
}

TEST_F(TrainingQuestions, AreReadWholeWhateverStandsBetweenThem) {
  std::vector<Solution> solutions;
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 9000; ++i) {  // more rows than are read at once
    const std::size_t own = i == 5000 ? std::size_t{9} << 20 : i % 300,
                      between = i % 1500 == 0 ? 200'000 : i % 50;
    expected.push_back(cat(i, " ", std::string(own, 'q')));
    solutions.push_back(solution(expected.back(), Split::train, between));
  }
  const fs::path file = temporary_.path() / "long.h5";
  write_shard(file, solutions);
  std::vector<std::string> found;
  each_training_question(
      {file.string()}, [] {},
      [&](const TrainingQuestion& training) { found.emplace_back(training.question); });
  EXPECT_TRUE(found == expected);
}

TEST_F(TrainingQuestions, AreRefusedWhenTheDataAreDamagedMissingOrGivenTwice) {
  const std::string a = folder("a", {{solution("one", Split::train)}});
  EXPECT_THAT(test::message_of<BadInput>([&] { questions({a, a + "/"}); }), HasSubstr("given twice"));
  EXPECT_THAT(test::message_of<BadInput>([&] { questions({a + "x"}); }), HasSubstr("does not exist"));
  write_shard(fs::path(a) / "shards/shard_00000.h5", {solution("two", Split::train)});
  EXPECT_THAT(test::message_of<BadInput>([&] { questions({a}); }), HasSubstr("shard_00000.h5"));
}

}  // namespace
}  // namespace srl::trajectory
