#include "base/log.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/files.hpp"

namespace srl {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

template <class Body>
std::string stderr_of(const Body& body) {
  testing::internal::CaptureStderr();
  body();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, RankZeroSpeaksAndOthersOnlyWarn) {
  const auto say = [] {
    log_info("news");
    log_warning("hm");
    log_error("oh");
  };
  set_log_rank(0, 1);
  EXPECT_THAT(stderr_of(say), AllOf(HasSubstr(" news\n"), HasSubstr(" warning: hm\n"),
                                    HasSubstr(" error: oh\n"), Not(HasSubstr("rank"))));
  set_log_rank(2, 3);
  EXPECT_THAT(stderr_of(say), AllOf(Not(HasSubstr("news")), HasSubstr("[rank 2] warning: hm"),
                                    HasSubstr("[rank 2] error: oh")));
  set_log_rank(0, 1);
}

TEST(Log, TheFileGetsTheSameLinesWithDate) {
  const std::string path = testing::TempDir() + "srl_log_test.txt";
  std::filesystem::remove(path);
  set_log_file(path);
  stderr_of([] { log_info("{} braces are text"); });
  EXPECT_THAT(read_file(path), testing::MatchesRegex("....-..-..T..:..:..Z \\{\\} braces are text\n"));
  set_log_file("/dev/null");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace srl
