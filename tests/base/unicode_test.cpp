#include "base/unicode.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/files.hpp"
#include "base/json.hpp"

namespace srl {
namespace {

/// Values of CPython, written by tests/peers/make_text_vectors.py.
const Json& vectors() {
  static const Json json =
      Json::parse(read_file(SRL_SOURCE_DIR "/tests/base/text_vectors.json"), "text_vectors.json");
  return json;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

TEST(Unicode, LossyDecodingEqualsCPython) {
  std::size_t ill_formed = 0;
  for (const Json& row : vectors().at("decode").as_array()) {
    const std::string bytes = from_hex(row.as_array()[0].as_string());
    const std::string& expected = row.as_array()[1].as_string();
    EXPECT_EQ(encode_utf8(decode_utf8_lossy(bytes)), expected) << row.as_array()[0].as_string();
    EXPECT_EQ(repair_utf8(bytes), expected);
    EXPECT_EQ(is_valid_utf8(bytes), bytes == expected);
    EXPECT_EQ(decode_utf8(bytes).has_value(), bytes == expected);
    ill_formed += bytes != expected ? 1 : 0;
  }
  EXPECT_GT(ill_formed, 300U);  // with fewer, the vectors would test little
}

TEST(Unicode, EveryCodePointSurvivesTheRoundTrip) {
  std::u32string all;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c < 0xD800 || c > 0xDFFF) { all += c; }
  }
  const std::string bytes = encode_utf8(all);
  EXPECT_EQ(bytes.size(), 0x80U + 0x780U * 2 + (0xF800U - 0x800U) * 3 + 0x100000U * 4);
  EXPECT_TRUE(decode_utf8(bytes) == all);
  EXPECT_TRUE(decode_utf8_lossy(bytes) == all);
  EXPECT_EQ(encode_utf8(std::u32string(1, char32_t{0xD800})), "\xEF\xBF\xBD");
  EXPECT_EQ(encode_utf8(std::u32string(1, char32_t{0x110000})), "\xEF\xBF\xBD");
}

TEST(Unicode, SpacesAreCPythons) {
  std::set<char32_t> expected;
  for (const Json& point : vectors().at("spaces").as_array()) {
    expected.insert(static_cast<char32_t>(point.as_integer()));
  }
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    ASSERT_EQ(is_python_space(c), expected.count(c) == 1) << static_cast<unsigned>(c);
  }
}

TEST(Unicode, StripAndSplitEqualCPython) {
  for (const Json& row : vectors().at("strip_split").as_array()) {
    const std::string& text = row.as_array()[0].as_string();
    const std::u32string points = *decode_utf8(text);
    EXPECT_EQ(python_strip(std::string_view(text)), row.as_array()[1].as_string());
    EXPECT_EQ(encode_utf8(python_strip(std::u32string_view(points))), row.as_array()[1].as_string());
    std::vector<std::string> words;
    for (const std::u32string& word : python_split(points)) { words.push_back(encode_utf8(word)); }
    std::vector<std::string> expected;
    for (const Json& word : row.as_array()[2].as_array()) { expected.push_back(word.as_string()); }
    EXPECT_EQ(words, expected);
  }
}

}  // namespace
}  // namespace srl
