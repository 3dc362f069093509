#pragma once
// xxHash checksums: xxh3_64 for the data order and the held-out split, xxh3_128 for files.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace srl {

std::uint64_t xxh3_64(std::string_view bytes, std::uint64_t seed = 0);
/// An incremental xxh3_128. hex() is 32 lower-case digits, high word first.
class Checksum {
 public:
  Checksum();
  ~Checksum();
  void add(const void* data, std::size_t bytes);
  void add(std::string_view bytes) { add(bytes.data(), bytes.size()); }
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};
std::string xxh3_128_hex(std::string_view bytes);
/// xxh3_128 of a whole file, read in pieces. Throws EnvironmentError if it cannot be read. `tick` is called
/// now and then.
std::string file_checksum(const std::string& path, const std::function<void()>& tick = {});

/// The hidden file in which a folder of a model keeps the checksums of its files.
inline constexpr const char* kept_checksums_name = ".srl_checksums.json";

}  // namespace srl
