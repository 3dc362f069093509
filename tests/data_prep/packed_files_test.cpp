// Rows of gzip and zstd files: with several members or frames, truncated, and damaged.
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>

#include "base/files.hpp"
#include "data_prep/read/row_reader.hpp"

namespace srl::data_prep {
namespace {

std::string gzipped(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0'), input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstandard(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3);
  EXPECT_FALSE(ZSTD_isError(size));
  packed.resize(size);
  return packed;
}

class PackedFiles : public testing::TestWithParam<Packing> {
 protected:
  PackedFiles()
      : file_(std::filesystem::temp_directory_path() / ("srl_packed_" + std::to_string(getpid()))) {}
  ~PackedFiles() override { std::filesystem::remove(file_); }
  std::string pack(const std::string& text) const {
    return GetParam() == Packing::gzip ? gzipped(text) : zstandard(text);
  }
  /// The rows of a file with these bytes. The last one is the file's fault, if it has one.
  std::vector<std::string> rows(const std::string& bytes) const {
    write_file_atomically(file_, bytes);
    EXPECT_EQ(packing_of(file_), GetParam());
    RowReader reader(open_source(file_, packing_of(file_)), Form::lines, 0, ~std::uint64_t{0}, 1 << 20);
    std::vector<std::string> found;
    RowText row;
    while (reader.next(row)) { found.push_back(row.fault != nullptr ? row.fault : std::string(row.text)); }
    return found;
  }

 private:
  std::filesystem::path file_;
};

TEST_P(PackedFiles, GiveTheRowsOfAllTheirParts) {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 30000; ++i) {
    expected.push_back("{\"question\": \"" + std::to_string(i * 7919) + "\"}");
    text += expected.back() + "\n";
  }
  EXPECT_EQ(rows(pack(text)), expected);
  // A row may begin in one part and end in the next.
  EXPECT_EQ(rows(pack(text.substr(0, 100003)) + pack(text.substr(100003, 5)) + pack("") +
                 pack(text.substr(100008))),
            expected);
}

TEST_P(PackedFiles, ThatAreTornGiveTheWholeRowsAndAFault) {
  const std::string whole = pack("{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3");
  const auto found = rows(pack("{\"first\": 0}\n") + whole.substr(0, whole.size() - 3));
  ASSERT_GE(found.size(), 2u);
  EXPECT_EQ(found.front(), "{\"first\": 0}");
  EXPECT_EQ(found.back(), "truncated_file");
  for (const std::string& row : found) {
    EXPECT_NE(row, "{\"a\": 3") << "the end of a truncated file is not a row";
  }
}

TEST_P(PackedFiles, ThatAreDamagedSayso) {
  std::string text;
  for (int i = 0; i < 3000; ++i) { text += std::to_string(i * i) + "\n"; }
  std::string bytes = pack(text);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
  bytes[bytes.size() / 2 + 1] = static_cast<char>(bytes[bytes.size() / 2 + 1] ^ 0xFF);
  const auto found = rows(bytes);
  // Zstandard without a checksum may return wrong bytes instead of an error. It must not crash or return more
  // than the buffer holds.
  EXPECT_TRUE(found.back() == "damaged_file" || (GetParam() == Packing::zstd && found.size() <= 3000 * 8))
      << found.back();
}

INSTANTIATE_TEST_SUITE_P(Both, PackedFiles, testing::Values(Packing::gzip, Packing::zstd));

}  // namespace
}  // namespace srl::data_prep
