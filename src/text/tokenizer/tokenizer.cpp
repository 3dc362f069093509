#include "text/tokenizer.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "text/tokenizer/added_tokens.hpp"
#include "text/tokenizer/bpe.hpp"
#include "text/tokenizer/byte_level.hpp"
#include "text/tokenizer/normalizer.hpp"
#include "text/tokenizer/token_table.hpp"
#include "text/tokenizer/tokenizer_files.hpp"

namespace srl::text {

struct Tokenizer::Impl {
  TokenTable tokens;
  PreTokenizer pre_tokenizer;
  Bpe bpe;
  std::optional<NfcNormalizer> normalizer;
  AddedTokenFinder in_original, in_normalized;
  std::string begin_text;

  explicit Impl(const TokenizerFiles& files);
  void encode_plain(std::string_view text, std::vector<TokenId>& ids) const;
  void encode_normalizing(std::string_view text, std::vector<TokenId>& ids) const;
};

namespace {

std::vector<TokenId> byte_ids(const TokenizerFiles& files, const TokenTable& tokens) {
  std::vector<TokenId> ids(256);
  TokenId unknown = -1;
  if (!files.unknown.empty()) {
    const auto id = tokens.id_of(files.unknown);
    if (!id) {
      throw BadInput(
          cat(files.file.string(), ": unk_token \"", files.unknown, "\" is not in the vocabulary"));
    }
    unknown = *id;
  }
  for (int byte = 0; byte < 256; ++byte) {
    const char value = byte;
    ids[byte] = tokens.find(std::string_view(&value, 1)).value_or(unknown);
  }
  return ids;
}

std::vector<Merge> merges_of(const TokenizerFiles& files, const TokenTable& tokens) {
  std::vector<Merge> merges;
  merges.reserve(files.merges.size());
  const auto id = [&](const std::string& token, std::size_t rank) {
    const auto found = tokens.id_of(token);
    if (!found) {
      throw BadInput(cat(files.file.string(), ": merge ", rank, " needs the token \"", token,
                         "\", which is not in the vocabulary"));
    }
    return *found;
  };
  for (std::size_t rank = 0; rank < files.merges.size(); ++rank) {
    const auto& [left, right] = files.merges[rank];
    merges.push_back({id(left, rank), id(right, rank), id(left + right, rank)});
  }
  return merges;
}

}  // namespace

Tokenizer::Impl::Impl(const TokenizerFiles& files)
    : tokens(files),
      pre_tokenizer(files.pattern),
      bpe(byte_ids(files, tokens), merges_of(files, tokens)),
      begin_text(files.begin_token) {
  tokens.mark_whole(bpe, files.ignore_merges);
  if (files.nfc) { normalizer.emplace(); }
  for (AddedToken token : files.added) {
    if (!token.normalized) {
      in_original.add(token);
      continue;
    }
    std::string storage;
    if (normalizer) { token.content = std::string(normalizer->normalize(token.content, storage)); }
    in_normalized.add(token);
  }
}

void Tokenizer::Impl::encode_plain(std::string_view text, std::vector<TokenId>& ids) const {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = pre_tokenizer.piece_end(text, begin);
    const std::string_view piece = text.substr(begin, end - begin);
    if (const TokenId id = tokens.whole(piece); id >= 0) {
      ids.push_back(id);
    } else {
      bpe.encode(piece, ids);
    }
    begin = end;
  }
}

void Tokenizer::Impl::encode_normalizing(std::string_view text, std::vector<TokenId>& ids) const {
  std::string storage;
  if (normalizer) { text = normalizer->normalize(text, storage); }
  if (in_normalized.empty()) { return encode_plain(text, ids); }
  in_normalized.split(
      text, [&](std::string_view part) { encode_plain(part, ids); }, [&](TokenId id) { ids.push_back(id); });
}

Tokenizer::Tokenizer(const TokenizerFiles& files) : impl_(std::make_unique<Impl>(files)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Tokenizer Tokenizer::load(const FolderTexts& folder) {
  return Tokenizer(read_tokenizer_files(folder));
}

std::vector<TokenId> Tokenizer::encode(std::string_view utf8) const {
  std::vector<TokenId> ids;
  ids.reserve(utf8.size() / 3 + 8);
  encode(utf8, ids);
  return ids;
}

void Tokenizer::encode(std::string_view utf8, std::vector<TokenId>& ids) const {
  std::string repaired;
  if (!is_valid_utf8(utf8)) { utf8 = repaired = repair_utf8(utf8); }
  impl_->in_original.split(
      utf8, [&](std::string_view part) { impl_->encode_normalizing(part, ids); },
      [&](TokenId id) { ids.push_back(id); });
}

std::string Tokenizer::decode(std::span<const TokenId> ids, bool skip_special) const {
  std::string bytes;
  bytes.reserve(ids.size() * 4);
  for (const TokenId id : ids) {
    if (!skip_special || !is_special(id)) { bytes += bytes_of(id); }
  }
  return bytes;
}

std::string Tokenizer::sampled_text(std::span<const TokenId> ids) const {
  return repair_utf8(decode(ids, true));
}

bool Tokenizer::has(TokenId id) const {
  return impl_->tokens.has(id);
}
std::optional<TokenId> Tokenizer::id_of(std::string_view token) const {
  return impl_->tokens.id_of(token);
}
std::string_view Tokenizer::bytes_of(TokenId id) const {
  return impl_->tokens.bytes_of(id);
}
bool Tokenizer::is_special(TokenId id) const {
  return impl_->tokens.is_special(id);
}
std::size_t Tokenizer::size() const {
  return impl_->tokens.size();
}
const std::string& Tokenizer::begin_text() const {
  return impl_->begin_text;
}

std::vector<std::string> Tokenizer::file_names() {
  return {"tokenizer.json",    "tokenizer_config.json",   "vocab.json",         "merges.txt",
          "added_tokens.json", "special_tokens_map.json", "chat_template.jinja"};
}

}  // namespace srl::text
