#include "evaluation/records/record_stream.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/file_stream.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::evaluation {

OtherLines visit_records(const std::filesystem::path& file, const std::function<void(Record&)>& visit) {
  constexpr std::uint64_t piece = 1 << 20;
  const FileReader reader(file);
  OtherLines other;
  JsonParser parser;
  std::string pending;  // from the start of the line that is being read, and room for the parser's padding
  std::int64_t number = 0;
  const auto take = [&](std::string_view line) {
    ++number;
    if (line.empty()) { return; }
    std::optional<Record> record;
    try {
      const std::string where = cat(file.string(), " line ", number);
      record = record_from_json(parser.parse(line, where), where);
    } catch (const BadInput& error) {
      if (++other.foreign == 1) { other.first_foreign = error.what(); }
    }
    if (record) { visit(*record); }
  };
  for (std::uint64_t offset = 0; offset < reader.size();) {
    const std::uint64_t bytes = std::min(piece, reader.size() - offset);
    const std::size_t kept = pending.size();
    pending.reserve(kept + bytes + JsonParser::padding);
    pending.resize(kept + bytes);
    reader.read(offset, pending.data() + kept, bytes);
    offset += bytes;
    std::size_t begin = 0;
    for (std::size_t end = pending.find('\n', kept); end != std::string::npos;
         end = pending.find('\n', begin)) {
      take(std::string_view(pending).substr(begin, end - begin));
      begin = end + 1;
    }
    pending.erase(0, begin);
  }
  other.torn_last_line = !pending.empty();  // each line is written with its newline at once
  return other;
}

}  // namespace srl::evaluation
