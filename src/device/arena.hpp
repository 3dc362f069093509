#pragma once
// One allocation for a device, carved into named pieces by a plan: no fragmentation, and what does not fit is
// found when pieces are taken, before anything runs.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "device/memory.hpp"

namespace srl::device {

struct ArenaPiece {
  std::string name;
  std::size_t bytes = 0;  ///< as it was asked for
};

/// Pieces begin at multiples of 256 bytes and hold garbage. Move-only; spans into it end with it.
class Arena {
 public:
  /// EnvironmentError when the device has not so much memory.
  Arena(const Device& device, std::size_t bytes, std::string name);
  ~Arena();
  Arena(Arena&&) noexcept;
  Arena& operator=(Arena&&) noexcept;

  /// EnvironmentError when it does not fit: names the piece, what it needs and what there is.
  template <class T>
  Span<T> take(std::string_view name, std::size_t count) {
    return {reinterpret_cast<T*>(take_bytes(name, count, sizeof(T))), count};
  }
  /// A piece that is an arena of its own, for memory whose use changes: restart() empties it. This arena must
  /// outlive it.
  Arena part(std::string_view name, std::size_t bytes);
  /// Gives all pieces back, in the stream's order: all work on them must be in this stream, or be waited for
  /// by it.
  void restart(const Stream& stream);

  std::size_t size() const;
  std::size_t used() const;  ///< with what alignment costs
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
