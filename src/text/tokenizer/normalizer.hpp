#pragma once
// Unicode normalisation form C as Hugging Face tokenizers does it: with the characters of Unicode 9 (its
// tables' version); later ones neither compose nor reorder there. ICU does the work, for the few texts that
// contain a character which may change.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace srl::text {

class NfcNormalizer {
 public:
  NfcNormalizer();
  ~NfcNormalizer();
  NfcNormalizer(NfcNormalizer&&) noexcept;
  NfcNormalizer& operator=(NfcNormalizer&&) noexcept;
  /// `utf8` is valid. Returns it as it is when it is normal already, else a view of `storage`.
  std::string_view normalize(std::string_view utf8, std::string& storage) const;

 private:
  struct Icu;
  std::unique_ptr<Icu> icu_;
  std::vector<bool> may_change_;  ///< [0x30000]; beyond, every character is asked from ICU
};

}  // namespace srl::text
