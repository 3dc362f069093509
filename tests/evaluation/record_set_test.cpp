#include "evaluation/record_set.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace srl::evaluation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RecordSets : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& content) {
    make_folders((folder_ / name).parent_path());
    write_file_atomically(folder_ / name, content);
  }
  std::vector<std::string> warnings() { return read_record_set({folder_.string()}).warnings; }
  static std::string line() {
    Record record;
    record.settings = Json::object();
    return to_json(record).dump() + "\n";
  }
  test::TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
};

TEST_F(RecordSets, HoldTheRecordsOfAllFolders) {
  write("a/records_00000.jsonl", line() + line());
  write("b/records_00000.jsonl", line());
  write("b/notes.jsonl", "no record\n");
  EXPECT_EQ(read_record_set({folder_.string()}).records.size(), 3u);
  EXPECT_EQ(read_record_set({folder_.string(), (folder_ / "b").string()}).records.size(), 3u);
  EXPECT_THAT(warnings(), IsEmpty());
  EXPECT_THROW(read_record_set({(folder_ / "missing").string()}), BadInput);
}

TEST_F(RecordSets, NameUnfinishedTasksAlsoWithoutRecords) {
  write("records_00000.jsonl", line());
  write("STATUS_00000", "state=finished\n");
  write("STATUS_00001", "state=failed\n");
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("STATUS_00001 does not say finished")));
  write("STATUS_00000", "state=running\n");
  EXPECT_EQ(read_record_set({(folder_ / "records_00000.jsonl").string()}).warnings.size(), 1u);
}

TEST_F(RecordSets, NameTasksThatNeverStarted) {
  write("records_00000.jsonl", line());
  write("records_00002.jsonl", line());
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("of 3 array tasks these never started: 1;")));
  write("TASKS", "5\n");
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("of 5 array tasks these never started: 1, 3, 4;")));
}

TEST_F(RecordSets, NameTornLines) {
  write("records_00000.jsonl", line() + "{\"model\":");
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("records_00000.jsonl: the last line is incomplete")));
}

}  // namespace
}  // namespace srl::evaluation
