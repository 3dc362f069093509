#include "base/checksum.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#define XXH_INLINE_ALL  // compiled here with this build's vector instructions; the packaged library is built
                        // for the oldest processors
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "base/host.hpp"

namespace srl {

std::uint64_t xxh3_64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

struct Checksum::State {
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> xxh{XXH3_createState()};
};

Checksum::Checksum() : state_(std::make_unique<State>()) {
  if (!state_->xxh) { throw std::bad_alloc(); }
  XXH3_128bits_reset(state_->xxh.get());
}
Checksum::~Checksum() = default;

void Checksum::add(const void* data, std::size_t bytes) {
  XXH3_128bits_update(state_->xxh.get(), data, bytes);
}

namespace {
std::string hex_of(XXH128_hash_t hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}
}  // namespace

std::string Checksum::hex() const {
  return hex_of(XXH3_128bits_digest(state_->xxh.get()));
}

std::string xxh3_128_hex(std::string_view bytes) {
  return hex_of(XXH3_128bits(bytes.data(), bytes.size()));
}

std::string file_checksum(const std::string& path, const std::function<void()>& tick) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) { throw EnvironmentError(fmt::format("{}: cannot be read: {}", path, reason_of(errno))); }
  Checksum checksum;
  std::vector<char> piece(std::size_t{1} << 17);  // fits the core's own cache
  for (;;) {
    const ssize_t got = ::read(file, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) { continue; }
    if (got < 0) {
      const int reason = errno;
      ::close(file);
      throw EnvironmentError(fmt::format("{}: cannot be read: {}", path, reason_of(reason)));
    }
    if (got == 0) { break; }
    checksum.add(piece.data(), got);
    if (tick) { tick(); }
  }
  ::close(file);
  return checksum.hex();
}

}  // namespace srl
