#include "reward/search/alphabet.hpp"

namespace srl::reward {
namespace {
std::size_t start_of(std::uint32_t symbol, std::size_t mask) {
  return ((symbol * 0x9E3779B1u) >> 7) & mask;
}
}  // namespace

Alphabet::Alphabet(std::span<const std::uint32_t> symbols) {
  for (const std::uint32_t symbol : symbols) {
    std::uint32_t& code = symbol < direct_.size() ? direct_[symbol] : slot(symbol);
    if (code == 0) { code = ++count_; }
  }
}

std::uint32_t Alphabet::code_of_rare(std::uint32_t symbol) const {
  if (table_.empty()) { return 0; }
  const std::size_t mask = table_.size() - 1;
  for (std::size_t i = start_of(symbol, mask);; i = (i + 1) & mask) {
    if (table_[i].code == 0 || table_[i].symbol == symbol) { return table_[i].code; }
  }
}

std::uint32_t& Alphabet::slot(std::uint32_t symbol) {
  if (2 * (rare_ + 1) > table_.size()) {
    const std::vector<Entry> old = std::move(table_);
    table_.assign(old.empty() ? 64 : 2 * old.size(), Entry{});
    rare_ = 0;
    for (const Entry& entry : old) {
      if (entry.code != 0) { slot(entry.symbol) = entry.code; }
    }
  }
  const std::size_t mask = table_.size() - 1;
  std::size_t i = start_of(symbol, mask);
  while (table_[i].code != 0 && table_[i].symbol != symbol) { i = (i + 1) & mask; }
  if (table_[i].code == 0) {
    table_[i].symbol = symbol;
    ++rare_;  // the caller writes a code at once
  }
  return table_[i].code;
}

}  // namespace srl::reward
