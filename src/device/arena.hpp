#pragma once
// One allocation per device, divided into named pieces by a plan. There is no fragmentation, and a piece that
// does not fit is found when it is taken, before anything runs.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "device/memory.hpp"

namespace srl::device {

struct ArenaPiece {
  std::string name;
  std::size_t bytes = 0;  ///< as requested
};

/// Pieces begin at multiples of 256 bytes and are not initialised. Spans into an arena are valid while it
/// exists.
class Arena {
 public:
  static constexpr std::size_t alignment = 256;  ///< that of CUDA's own allocations
  /// EnvironmentError if the device does not have so much memory.
  Arena(const Device& device, std::size_t bytes, std::string name);
  ~Arena();
  Arena(Arena&&) noexcept;
  Arena& operator=(Arena&&) noexcept;

  /// EnvironmentError if the piece does not fit. The message names the piece, its size and the free memory.
  template <class T>
  Span<T> take(std::string_view name, std::size_t count) {
    return {reinterpret_cast<T*>(take_bytes(name, count, sizeof(T))), count};
  }
  /// A piece that is an arena of its own, for memory whose use changes: its restart() frees all its pieces.
  /// This arena must outlive it.
  Arena part(std::string_view name, std::size_t bytes);
  /// Frees all pieces, in the stream's order. All work on them must be in this stream, or this stream must
  /// wait for it.
  void restart(const Stream& stream);

  std::size_t size() const;
  std::size_t used() const;  ///< including alignment
  std::size_t left() const { return size() - used(); }
  const std::vector<ArenaPiece>& pieces() const;
  const Device& device() const;

 private:
  struct Impl;
  explicit Arena(std::unique_ptr<Impl> impl);
  std::byte* take_bytes(std::string_view name, std::size_t count, std::size_t element_bytes);
  std::unique_ptr<Impl> impl_;
};

/// The size that an arena must have for some pieces. Its spans must not be used.
class ArenaCount {
 public:
  template <class T>
  Span<T> take(std::string_view, std::size_t count) {
    bytes_ += (count * sizeof(T) + Arena::alignment - 1) / Arena::alignment * Arena::alignment;
    return {nullptr, count};
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

}  // namespace srl::device
