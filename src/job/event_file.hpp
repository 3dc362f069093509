#pragma once
// TensorBoard event files. A record is: length, checksum of the length, serialised tensorflow.Event, checksum
// of the event. Numbers are little-endian, checksums are masked CRC-32C. Formats:
// tensorflow/core/lib/io/record_writer.h, core/util/event.proto, core/framework/summary.proto.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace srl::job {

/// CRC-32C (Castagnoli), and its masked form in record files: rotated right by 15 bits, plus 0xa282ead8.
std::uint32_t crc32c(std::string_view bytes);
std::uint32_t masked_crc32c(std::string_view bytes);

/// The numbers of a JSON object as (path, value), with nested names joined by '/'. Other values are skipped.
std::vector<std::pair<std::string, double>> numbers_of(const Json& object);

/// One file per start of the job, in `folder`: events.out.tfevents.SECONDS.HOST.
class EventFile {
 public:
  /// Readers drop events with a step >= `first_step` in older files of the folder (a resumed run). Throws
  /// EnvironmentError if the file cannot be written.
  EventFile(const std::filesystem::path& folder, std::int64_t first_step);
  /// Appends the values under their tags at `step` and flushes them.
  void add(std::int64_t step, const std::vector<std::pair<std::string, double>>& values);
  const std::filesystem::path& path() const { return path_; }

 private:
  void append(const std::string& event);
  std::filesystem::path path_;
};

}  // namespace srl::job
