#pragma once
// Pairs with the results of CPython's difflib, where their file is present.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/unicode.hpp"
#include "reward/similarity.hpp"

namespace srl::reward::testing {

struct Vector {
  std::int64_t id = 0;
  std::vector<std::uint32_t> a, b;
  std::int64_t matched = 0, matched_autojunk = 0;
  Json row;
};

inline std::filesystem::path vectors_file() {
  const char* const given = std::getenv("SRL_SHARED_DATA");
  const std::filesystem::path data =
      given != nullptr ? given : std::string(SRL_SOURCE_DIR) + "/../shared/data";
  return data / "vectors/sequence_matcher.jsonl";
}

inline std::vector<std::uint32_t> code_points(const Json& text) {
  const std::u32string decoded = decode_utf8_lossy(text.as_string());
  return {decoded.begin(), decoded.end()};
}

/// All pairs of the file. Empty when the file is absent.
inline std::vector<Vector> sequence_matcher_vectors() {
  std::vector<Vector> vectors;
  std::ifstream file(vectors_file());
  for (std::string line; std::getline(file, line);) {
    Json row = Json::parse(line, "sequence_matcher.jsonl");
    vectors.push_back({row.at("id").as_integer(), code_points(row.at("a")), code_points(row.at("b")),
                       row.at("noautojunk").at("M").as_integer(), row.at("autojunk").at("M").as_integer(),
                       std::move(row)});
  }
  return vectors;
}

}  // namespace srl::reward::testing
