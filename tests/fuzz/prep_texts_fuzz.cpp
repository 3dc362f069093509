// Any text as a solution with thoughts, as an agent's message, and as a table. Thoughts and the rest hold
// nothing that the text does not; commands are not empty; a table gives the same rows wherever the input is
// cut.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/unicode.hpp"
#include "data_prep/agent/commands.hpp"
#include "data_prep/read/csv_source.hpp"
#include "data_prep/read/file_kind.hpp"
#include "data_prep/read/row_reader.hpp"
#include "data_prep/row/explain.hpp"
#include "data_prep/row/thoughts.hpp"

namespace {

using namespace srl::data_prep;

void require(bool good) {
  if (!good) { std::abort(); }
}

/// Gives a text in pieces of a few bytes.
class Pieces : public ByteSource {
 public:
  Pieces(std::string_view text, std::size_t bytes) : text_(text), bytes_(bytes) {}
  std::size_t read(char* into, std::size_t size) override {
    const std::size_t got = text_.copy(into, std::min(size, bytes_));
    text_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view text_;
  std::size_t bytes_;
};

std::string rows(std::string_view table, std::size_t bytes) {
  RowReader reader(csv_source(std::make_unique<Pieces>(table, bytes), ',', 300), Form::lines, 0,
                   ~std::uint64_t{0}, 4096);
  std::string all;
  RowText row;
  while (reader.next(row)) { all += std::to_string(row.line) + ":" + std::string(row.text) + "\n"; }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  require(rows(raw, 1 + size % 7) == rows(raw, 1000));
  foreign_kind(raw);
  explain_text(raw);
  const std::string text = srl::repair_utf8(raw);
  const Thought taken = take_thought(text);
  require(srl::is_valid_utf8(taken.thought) && srl::is_valid_utf8(taken.rest));
  require(taken.marked || taken.rest == text);
  require(taken.thought.size() + taken.rest.size() <= text.size() + 4 * (1 + text.size() / 8));
  for (const bool plain : {false, true}) {
    const Commands commands = commands_in_text(text, plain);
    require(!commands.malformed || commands.commands.empty());
    for (const std::string& command : commands.commands) { require(srl::is_valid_utf8(command)); }
  }
  return 0;
}
