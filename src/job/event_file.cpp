#include "job/event_file.hpp"

#include <sys/utsname.h>

#include <array>
#include <bit>
#include <chrono>
#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::job {
namespace {

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) { value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78U : 0U); }
    table[i] = value;
  }
  return table;
}();

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) { text += static_cast<char>(value >> (8 * i)); }
  return text;
}

// Protocol buffers' wire format: a key (field number and wire type), then the value.
enum Wire : std::uint64_t { varint = 0, fixed64 = 1, delimited = 2, fixed32 = 5 };

std::string varint_of(std::uint64_t value) {
  std::string text;
  for (; value >= 128; value >>= 7) { text += static_cast<char>((value & 127) | 128); }
  return text + static_cast<char>(value);
}
std::string key(std::uint64_t field, Wire wire) {
  return varint_of(field << 3 | wire);
}
std::string message(std::uint64_t field, const std::string& content) {
  return key(field, delimited) + varint_of(content.size()) + content;
}

/// Event.wall_time = 1 and Event.step = 2.
std::string event_at(std::int64_t step) {
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  return key(1, fixed64) + little_endian(std::bit_cast<std::uint64_t>(now), 8) + key(2, varint) +
         varint_of(static_cast<std::uint64_t>(step));
}

void collect(const Json& value, const std::string& name,
             std::vector<std::pair<std::string, double>>& numbers) {
  if (value.is_number()) { numbers.emplace_back(name, value.as_double()); }
  if (!value.is_object()) { return; }
  for (const auto& [member, content] : value.as_object()) {
    collect(content, name.empty() ? member : cat(name, "/", member), numbers);
  }
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t value = 0xFFFFFFFFU;
  for (const char c : bytes) {
    value = crc_table[(value ^ static_cast<unsigned char>(c)) & 0xFF] ^ (value >> 8);
  }
  return ~value;
}

std::uint32_t masked_crc32c(std::string_view bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xA282EAD8U;
}

std::vector<std::pair<std::string, double>> numbers_of(const Json& object) {
  std::vector<std::pair<std::string, double>> numbers;
  collect(object, "", numbers);
  return numbers;
}

EventFile::EventFile(const std::filesystem::path& folder, std::int64_t first_step) {
  make_folders(folder);
  utsname host{};
  ::uname(&host);
  // Readers process the files of a folder in the order of their names.
  std::int64_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  do {
    path_ = folder / cat("events.out.tfevents.", zero_padded(seconds++, 10), ".", host.nodename);
  } while (std::filesystem::exists(path_));
  append(event_at(0) + message(3, "brain.Event:2"));  // file_version
  constexpr std::uint64_t start =
      1;  // session_log.status = START at first_step: readers drop later steps of older files
  append(event_at(first_step) + message(7, key(1, varint) + varint_of(start)));
}

void EventFile::add(std::int64_t step, const std::vector<std::pair<std::string, double>>& values) {
  std::string summary;
  for (const auto& [tag, value] : values) {
    const auto number = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    summary += message(
        1, message(1, tag) + key(2, fixed32) + little_endian(number, 4));  // Summary.value: tag, simple_value
  }
  append(event_at(step) + message(5, summary));
}

void EventFile::append(const std::string& event) {
  const std::string length = little_endian(event.size(), 8);
  std::ofstream out(path_, std::ios::binary | std::ios::app);
  out << length << little_endian(masked_crc32c(length), 4) << event << little_endian(masked_crc32c(event), 4);
  out.close();
  if (!out) { throw EnvironmentError(cat("cannot write the TensorBoard event file ", path_.string())); }
}

}  // namespace srl::job
