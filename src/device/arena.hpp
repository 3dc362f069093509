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

}  // namespace srl::device
