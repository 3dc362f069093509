#pragma once
// Few-shot: worked examples that are before the question, each as a turn of the user and a turn of the
// assistant.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "evaluation/benchmark.hpp"

namespace srl::evaluation {

class Shots {
 public:
  /// None.
  Shots() = default;
  /// The first `count` rows of a file. BadInput when it has fewer.
  Shots(const std::filesystem::path& file, std::int64_t count, const FieldNames& fields);

  /// The examples before this question: the first ones, without those that are this question itself. BadInput
  /// when too few are left.
  std::vector<const Example*> before(const std::string& question) const;

 private:
  std::filesystem::path file_;
  std::int64_t count_ = 0;
  std::vector<Example> examples_;
};

}  // namespace srl::evaluation
