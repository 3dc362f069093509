#include "store/hdf5.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace srl::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Hdf5 : public testing::Test {
 protected:
  Writer::Closed write(const fs::path& file, const Storage& storage = {}) {
    Writer writer(file, storage);
    writer.attribute("/", "format", "srl-test");
    writer.attribute("/", "version", std::int64_t{1});
    writer.attribute("/", "scale", 0.5);
    writer.group("/part");
    writer.dataset<std::uint64_t>("/part/rows", std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}, {3, 2});
    writer.dataset("/part/values", std::vector<double>{0.1, -2.5, 1e300});
    writer.dataset("/text", std::string_view("h\xC3\xA9llo\0x", 8));
    writer.dataset("/empty", std::vector<float>{});
    return writer.close();
  }
  static std::string error_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) { return error.what(); }
    return "no error";
  }
  test::TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
};

TEST_F(Hdf5, ErrorsInAnotherThreadAreThrownAndNotPrinted) {
  write(folder_ / "first.h5");
  testing::internal::CaptureStderr();
  std::string message;
  std::thread([&] { message = error_of([&] { Writer(folder_ / "missing" / "a.h5", {}); }); }).join();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(message, testing::AllOf(HasSubstr("cannot write"), testing::Not(HasSubstr("\n"))));
}

TEST_F(Hdf5, TooManyOpenFilesAreNotADamagedFile) {
  write(folder_ / "a.h5");
  std::vector<int> open;
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit small{std::min<rlim_t>(64, limit.rlim_cur), limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &small), 0);
  for (int file = 0; (file = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) { open.push_back(file); }
  const std::string hdf5 = error_of([&] { const Reader reader(folder_ / "a.h5"); });
  const std::string text = error_of([&] { read_file(folder_ / "a.h5"); });
  for (const int file : open) { ::close(file); }
  ::setrlimit(RLIMIT_NOFILE, &limit);
  for (const std::string& message : {hdf5, text}) {
    EXPECT_THAT(
        message,
        testing::AllOf(HasSubstr("a.h5: cannot be read: too many open files (this process may open 64)"),
                       HasSubstr("ulimit -n"), testing::Not(HasSubstr("damaged"))));
  }
  EXPECT_EQ(Reader(folder_ / "a.h5").text_attribute("/", "format"), "srl-test");
}

TEST_F(Hdf5, GivesBackWhatWasWritten) {
  write(folder_ / "a.h5");
  const Reader reader(folder_ / "a.h5");
  EXPECT_EQ(reader.text_attribute("/", "format"), "srl-test");
  EXPECT_EQ(reader.integer_attribute("/", "version"), 1);
  EXPECT_EQ(reader.real_attribute("/", "scale"), 0.5);
  EXPECT_THAT(reader.shape("/part/rows"), testing::ElementsAre(3u, 2u));
  EXPECT_THAT(reader.dataset<std::uint64_t>("/part/rows"), testing::ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(reader.dataset<double>("/part/values"), testing::ElementsAre(0.1, -2.5, 1e300));
  EXPECT_EQ(reader.bytes("/text"), std::string("h\xC3\xA9llo\0x", 8));
  EXPECT_TRUE(reader.dataset<float>("/empty").empty());
  EXPECT_TRUE(reader.has("/part/rows"));
  EXPECT_FALSE(reader.has("/other/rows"));
  std::vector<double> two(2);
  reader.slice<double>("/part/values", 1, two);
  EXPECT_THAT(two, testing::ElementsAre(-2.5, 1e300));
}

TEST_F(Hdf5, ChunksAndBothCompressionsGiveBackTheSame) {
  std::vector<std::uint64_t> rows(200000);
  for (std::size_t i = 0; i < rows.size(); ++i) { rows[i] = i / 7; }
  std::vector<std::uint64_t> bytes;
  for (const Storage& storage :
       {Storage{}, Storage{.chunked = true}, Storage{.compression = Compression::gzip},
        Storage{.compression = Compression::zstd},
        Storage{.compression = Compression::zstd, .chunk_bytes = 4000}}) {
    Writer writer(folder_ / "a.h5", storage);
    writer.dataset<std::uint64_t>("/rows", rows, {rows.size() / 2, 2});
    writer.dataset("/long", rows);
    writer.dataset("/empty", std::vector<float>{});
    bytes.push_back(writer.close().bytes);
    const Reader reader(folder_ / "a.h5");
    EXPECT_EQ(reader.dataset<std::uint64_t>("/rows"), rows);
    EXPECT_THAT(reader.shape("/rows"), testing::ElementsAre(100000u, 2u));
    EXPECT_TRUE(reader.dataset<float>("/empty").empty());
    std::vector<std::uint64_t> part(3);
    reader.slice<std::uint64_t>("/long", 150000, part);
    EXPECT_THAT(part, testing::ElementsAre(150000 / 7, 150001 / 7, 150002 / 7));
  }
  EXPECT_LT(bytes[2], bytes[0] / 4);  // gzip
  EXPECT_LT(bytes[3], bytes[0] / 4);  // zstd
}

TEST_F(Hdf5, ADatasetWhoseElementsChangedIsDamaged) {
  {
    Writer writer(folder_ / "a.h5");
    writer.dataset("/x", std::vector<double>(1000, 1.5));
    writer.close();
  }
  std::string bytes = read_file(folder_ / "a.h5");
  const double value = 1.5;
  const std::size_t at = bytes.find(std::string(reinterpret_cast<const char*>(&value), sizeof value));
  ASSERT_NE(at, std::string::npos);
  bytes[at + 8 * 500] = static_cast<char>(bytes[at + 8 * 500] ^ 1);  // one bit of one element
  std::ofstream(folder_ / "a.h5", std::ios::binary) << bytes;
  const Reader reader(folder_ / "a.h5");
  const auto damaged = HasSubstr("a.h5: /x is damaged: its elements do not have the checksum");
  EXPECT_THAT(error_of([&] { reader.dataset<double>("/x"); }), damaged);
  std::vector<double> all(1000), part(999);
  EXPECT_THAT(error_of([&] { reader.slice<double>("/x", 0, all); }), damaged);
  EXPECT_EQ(error_of([&] { reader.slice<double>("/x", 0, part); }),
            "no error");  // there is no checksum for a part
}

TEST_F(Hdf5, EqualContentIsEqualBytesAtAnyTime) {
  const auto first = write(folder_ / "a.h5");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  const auto second = write(folder_ / "b.h5");
  EXPECT_EQ(first.xxh3_128, second.xxh3_128);
  EXPECT_EQ(read_file(folder_ / "a.h5"), read_file(folder_ / "b.h5"));
  EXPECT_EQ(first.bytes, fs::file_size(folder_ / "a.h5"));
}

TEST_F(Hdf5, AFileThatWasNotClosedNeverAppears) {
  {
    Writer writer(folder_ / "a.h5");
    writer.dataset("/x", std::vector<float>{1});
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(Hdf5, ReadingChecksNameTypeAndBounds) {
  write(folder_ / "a.h5");
  const Reader reader(folder_ / "a.h5");
  EXPECT_THAT(error_of([&] { reader.dataset<float>("/nothing"); }),
              HasSubstr("a.h5: dataset /nothing cannot be read"));
  EXPECT_THAT(error_of([&] { reader.dataset<float>("/part/values"); }), HasSubstr("another element type"));
  std::vector<double> three(3);
  EXPECT_THAT(error_of([&] { reader.slice<double>("/part/values", 1, three); }), HasSubstr("lie outside"));
  EXPECT_THROW(reader.text_attribute("/", "absent"), BadInput);
  EXPECT_THROW(reader.text_attribute("/", "version"), BadInput);
  EXPECT_THROW(reader.integer_attribute("/", "scale"), BadInput);  // a stored real is not an integer
  EXPECT_THROW(reader.real_attribute("/", "format"), BadInput);
}

TEST_F(Hdf5, TruncatedFilesAreRefusedAtEveryLength) {
  write(folder_ / "a.h5");
  const std::string whole = read_file(folder_ / "a.h5");
  for (std::size_t length = 0; length < whole.size(); length += 97) {
    std::ofstream(folder_ / "cut.h5", std::ios::binary) << whole.substr(0, length);
    EXPECT_THROW(
        {
          const Reader reader(folder_ / "cut.h5");
          reader.dataset<double>("/part/values");
          reader.dataset<std::uint64_t>("/part/rows");
          reader.bytes("/text");
        },
        BadInput)
        << length;
  }
}

class Hdf5Storage : public Hdf5, public testing::WithParamInterface<Compression> {};
INSTANTIATE_TEST_SUITE_P(All, Hdf5Storage,
                         testing::Values(Compression::none, Compression::gzip, Compression::zstd));

TEST_P(Hdf5Storage, FlippedBytesNeverCrashTheReader) {
  write(folder_ / "a.h5", {.compression = GetParam()});
  const std::string whole = read_file(folder_ / "a.h5");
  for (std::size_t at = 0; at < whole.size(); at += GetParam() == Compression::none ? 7 : 41) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x5A);
    std::ofstream(folder_ / "bad.h5", std::ios::binary) << damaged;
    try {  // it must not read out of bounds; the checksum finds wrong elements
      const Reader reader(folder_ / "bad.h5");
      reader.dataset<double>("/part/values");
      reader.dataset<std::uint64_t>("/part/rows");
      reader.bytes("/text");
      reader.text_attribute("/", "format");
      reader.integer_attribute("/", "version");
    } catch (const BadInput&) {}
  }
}

TEST_F(Hdf5, AFolderThatIsMissingIsAnErrorWithThePath) {
  EXPECT_THAT(error_of([&] { Writer writer(folder_ / "no" / "a.h5"); }), HasSubstr("no/a.h5"));
  EXPECT_THAT(error_of([&] { Reader reader(folder_ / "no.h5"); }), HasSubstr("no.h5"));
}

TEST_F(Hdf5, ManyThreadsMayReadAndWriteAtOnce) {
  write(folder_ / "shared.h5");
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 20; ++i) {
        write(folder_ / ("t" + std::to_string(t) + ".h5"));
        EXPECT_EQ(Reader(folder_ / "shared.h5").dataset<double>("/part/values").size(), 3u);
      }
    });
  }
}

}  // namespace
}  // namespace srl::store
