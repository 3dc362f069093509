#include "evaluation/record.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace srl::evaluation {
namespace {

namespace fs = std::filesystem;

class Records : public testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
    return folder_ / name;
  }
  static Record sample() {
    Record record;
    record.model = "m";
    record.model_checksum = "0123";
    record.benchmark = "b";
    record.question = 7;
    record.id = "amc-7";
    record.sample = 3;
    record.settings = Json::object();
    record.settings["greedy"] = true;
    record.text = "so \\boxed{4}\n";
    record.correct = true;
    record.seconds = 0.25;
    record.similarity = 0.5;
    record.similarity_unrelated = 0.125;
    record.solution = 4;
    record.step = 2;
    return record;
  }
  test::TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
};

TEST_F(Records, SurviveWritingAndReading) {
  const auto file = write("records_00000.jsonl", to_json(sample()).dump() + "\n");
  const RecordFile read = read_records(file);
  ASSERT_EQ(read.records.size(), 1u);
  EXPECT_EQ(to_json(read.records[0]), to_json(sample()));
  EXPECT_FALSE(read.torn_last_line);
  EXPECT_TRUE(is_greedy(read.records[0]));
}

TEST_F(Records, LeaveOutATornLastLine) {
  const std::string line = to_json(sample()).dump();
  const RecordFile read = read_records(write("records_00000.jsonl", line + "\n" + line.substr(0, 20)));
  EXPECT_EQ(read.records.size(), 1u);
  EXPECT_TRUE(read.torn_last_line);
}

TEST_F(Records, NameFileAndLineOfAnyOtherBadLine) {
  const auto file = write("records_00000.jsonl", to_json(sample()).dump() + "\n{\"model\":\"m\"}\n");
  try {
    read_records(file);
    FAIL() << "accepted";
  } catch (const BadInput& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("records_00000.jsonl line 2"));
    EXPECT_THAT(error.what(), testing::HasSubstr("benchmark"));
  }
}

}  // namespace
}  // namespace srl::evaluation
