#include "base/json.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace srl {
namespace {

using testing::HasSubstr;

std::string complaint(std::string_view text) {
  try {
    Json::parse(text, "file.jsonl line 3");
  } catch (const BadInput& error) { return error.what(); }
  return "accepted";
}

TEST(Json, KeepsOrderIntegersAndText) {
  const std::string text =
      R"({"b":1,"a":[true,false,null,-7,2.5],"c":{"é":"\u20ac\n\"\\"},"big":9223372036854775807})";
  const Json json = Json::parse(text, "test");
  EXPECT_TRUE(json.at("b").is_integer());
  EXPECT_EQ(json.at("big").as_integer(), std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(json.at("a").as_array()[4].is_integer());
  EXPECT_EQ(json.at("c").at("é").as_string(), "€\n\"\\");
  EXPECT_EQ(json.dump(),
            R"({"b":1,"a":[true,false,null,-7,2.5],"c":{"é":"€\n\"\\"},"big":9223372036854775807})");
  EXPECT_EQ(Json::parse(json.dump(2), "test"), json);
}

TEST(Json, DoublesReadBackExactly) {
  for (const double value : {0.1, 1.0, -0.0, 1e300, 5e-324, 1.0 / 3, 6.02214076e23, 1e-7}) {
    const Json back = Json::parse(Json(value).dump(), "test");
    EXPECT_FALSE(back.is_integer()) << value;
    EXPECT_EQ(std::signbit(back.as_double()), std::signbit(value));
    EXPECT_EQ(back.as_double(), value);
  }
  EXPECT_EQ(Json(std::nan("")).dump(), "null");
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).dump(), "null");
  EXPECT_EQ(Json::parse("18446744073709551615", "test").as_double(), 18446744073709551615.0);
}

TEST(Json, ComplaintsNameThePlace) {
  EXPECT_THAT(complaint(R"({"a":1,"a":2})"),
              testing::AllOf(HasSubstr("file.jsonl line 3"), HasSubstr("'a' occurs twice")));
  EXPECT_THAT(complaint(R"({"a":)"), HasSubstr("byte 6"));
  EXPECT_THAT(complaint("{\"a\":\"\xff\"}"), HasSubstr("not valid JSON"));
  EXPECT_THAT(complaint("1 2"), HasSubstr("not valid JSON"));
  EXPECT_THAT(complaint("NaN"), HasSubstr("not valid JSON"));
  EXPECT_THAT(complaint(""), HasSubstr("not valid JSON"));
}

TEST(Json, HostileNestingIsRefusedAndNotFollowed) {
  EXPECT_EQ(complaint(std::string(512, '[') + std::string(512, ']')), "accepted");
  EXPECT_THAT(complaint(std::string(513, '[') + std::string(513, ']')), HasSubstr("nested deeper than 512"));
  EXPECT_THAT(complaint(std::string(1000000, '[')), HasSubstr("nested deeper"));
}

TEST(Json, ManyKeysStayFastAndDuplicatesAmongThemAreFound) {
  std::string text = "{";
  for (int i = 0; i < 50000; ++i) { text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ","; }
  EXPECT_EQ(Json::parse(text + "\"end\":1}", "test").as_object().size(), 50001U);
  EXPECT_THAT(complaint(text + "\"k40000\":1}"), HasSubstr("occurs twice"));
}

TEST(JsonParser, GivesTheValuesAndErrorsOfParse) {
  JsonParser parser;
  const auto outcome = [](const auto& parse) -> std::string {
    try {
      return parse().dump();
    } catch (const BadInput& error) { return error.what(); }
  };
  for (std::string text :
       {R"({"b":1,"a":[true,false,null,-7,2.5],"c":{"é":"\u20ac\n\"\\"},"d":"\ud83d\ude00"})",
        R"({"a":1,"a":2})",
        R"("\ud800")",
        R"("\udc00")",
        "\"\xed\xa0\x80\"",
        "\"\xff\"",
        "9223372036854775808",
        "18446744073709551616",
        "1e400",
        "-0",
        "-0.0",
        "5e-324",
        "01",
        "NaN",
        "",
        " ",
        "1 2",
        "[1,]",
        "\"a\tb\"",
        R"({"a":)",
        "\xef\xbb\xbf{}"}) {
    const std::string expected = outcome([&] { return Json::parse(text, "line 3"); });
    text.reserve(text.size() + JsonParser::padding);
    EXPECT_EQ(outcome([&] { return parser.parse(text, "line 3"); }), expected) << text;
  }
}

TEST(Json, TypedAccessSaysExpectedAndFound) {
  const Json json = Json::parse(R"({"text":"x","n":1.5})", "test");
  const auto message = [](const auto& access) -> std::string {
    try {
      access();
    } catch (const BadInput& error) { return error.what(); }
    return "accepted";
  };
  EXPECT_EQ(message([&] { json.at("n").as_integer(); }), "expected an integer, found a number");
  EXPECT_EQ(message([&] { json.at("text").as_array(); }), "expected an array, found a string");
  EXPECT_EQ(message([&] { json.at("no"); }), "key 'no' is missing");
  EXPECT_EQ(json.find("no"), nullptr);
}

TEST(Json, TextThatIsNoUtf8IsRepairedOnWriting) {
  EXPECT_EQ(Json(std::string("a\xff\x01")).dump(), "\"a\xEF\xBF\xBD\\u0001\"");
}

TEST(Json, BuildsFromNothing) {
  Json json;
  json["a"]["b"] = 1;
  json["list"].push_back("x");
  json["list"].push_back(std::vector<int>{1, 2});
  EXPECT_EQ(json.dump(), R"({"a":{"b":1},"list":["x",[1,2]]})");
  EXPECT_EQ(Json::object().dump(2), "{}");
}

}  // namespace
}  // namespace srl
