#pragma once
// Unicode normalisation form C as in Hugging Face tokenizers: with the tables of Unicode 9. Characters of
// later versions are neither composed nor reordered. ICU is called only for texts with a character that may
// change.
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
  /// `utf8` is valid. Returns `utf8` itself if it is normalised already, otherwise a view of `storage`.
  std::string_view normalize(std::string_view utf8, std::string& storage) const;

 private:
  struct Icu;
  std::unique_ptr<Icu> icu_;
  std::vector<bool> may_change_;  ///< [0x30000]; ICU handles all characters above
};

}  // namespace srl::text
