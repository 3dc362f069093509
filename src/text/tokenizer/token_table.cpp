#include "text/tokenizer/token_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/characters.hpp"
#include "base/error.hpp"
#include "base/host_device.hpp"
#include "base/strings.hpp"

namespace srl::text {
namespace {

/// A hash for short byte strings: eight bytes at a time, multiplied and folded.
std::uint64_t hash_bytes(std::string_view bytes) {
  const auto mix = [](std::uint64_t value) {
    value *= 0x9E3779B97F4A7C15u;
    return value ^ (value >> 32);
  };
  std::uint64_t hash = bytes.size();
  const char* data = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; data += 8, left -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data, 8);
    hash = mix(hash ^ word);
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < left; ++i) { word |= std::uint64_t{byte_of(data[i])} << (8 * i); }
  return mix(mix(hash ^ word) + 0x632BE59BD9B4E019u);
}

}  // namespace

TokenTable::TokenTable(const TokenizerFiles& files) {
  TokenId highest = -1;
  for (const auto& [token, id] : files.vocabulary) { highest = std::max(highest, id); }
  for (const AddedToken& token : files.added) { highest = std::max(highest, token.id); }
  tokens_.resize(highest + 1);
  slots_.resize(std::bit_ceil(2 * files.vocabulary.size() + 2));
  mask_ = slots_.size() - 1;
  for (const auto& [written, id] : files.vocabulary) {
    const auto bytes = alphabet_.read(written);
    store(files.file, id, written, bytes ? *bytes : written);
    if (bytes) {
      index(id);
    } else {
      written_.emplace(written, id);
    }
  }
  for (const AddedToken& token : files.added) {
    const auto known = id_of(token.content);
    if (known && *known != token.id) {
      throw BadInput(cat(files.file.string(), ": token \"", token.content, "\" has the ids ", *known, " and ",
                         token.id));
    }
    if (!known) {
      store(files.file, token.id, token.content, alphabet_.read(token.content).value_or(token.content));
      written_.emplace(token.content, token.id);
    }
    if (token.special) { tokens_[token.id].special = true; }
  }
}

void TokenTable::store(const std::filesystem::path& file, TokenId id, std::string_view written,
                       std::string_view bytes) {
  Token& token = tokens_[id];
  if (token.exists) {
    throw BadInput(cat(file.string(), ": id ", id, " has two tokens, \"", alphabet_.write(view(id)),
                       "\" and \"", written, "\""));
  }
  token.exists = true;
  token.begin = arena_.size();
  token.length = bytes.size();
  arena_ += bytes;
}

void TokenTable::index(TokenId id) {
  const std::uint64_t hash = hash_bytes(view(id));
  std::uint64_t at = hash & mask_;
  while (slots_[at].id >= 0) { at = (at + 1) & mask_; }
  slots_[at] = {high_word(hash), id};
}

TokenId TokenTable::lookup(std::string_view bytes) const {
  const std::uint64_t hash = hash_bytes(bytes);
  const std::uint32_t tag = high_word(hash);
  for (std::uint64_t at = hash & mask_; slots_[at].id >= 0; at = (at + 1) & mask_) {
    if (slots_[at].tag == tag && view(slots_[at].id) == bytes) { return slots_[at].id; }
  }
  return -1;
}

std::optional<TokenId> TokenTable::find(std::string_view bytes) const {
  const TokenId id = lookup(bytes);
  return id >= 0 ? std::optional(id) : std::nullopt;
}

std::optional<TokenId> TokenTable::id_of(std::string_view written) const {
  if (const auto bytes = alphabet_.read(written)) {
    if (const auto id = find(*bytes)) { return id; }
  }
  const auto found = written_.find(std::string(written));
  return found != written_.end() ? std::optional(found->second) : std::nullopt;
}

std::string_view TokenTable::bytes_of(TokenId id) const {
  return has(id) ? view(id) : std::string_view();
}

void TokenTable::mark_whole(const Bpe& bpe, bool ignore_merges) {
  std::vector<TokenId> ids;
  for (const Slot& slot : slots_) {
    if (slot.id < 0) { continue; }
    ids.clear();
    bpe.encode(view(slot.id), ids);
    tokens_[slot.id].whole = ignore_merges || (ids.size() == 1 && ids[0] == slot.id);
  }
}

}  // namespace srl::text
