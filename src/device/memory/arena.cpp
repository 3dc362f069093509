#include "device/arena.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/back_end/allocation.hpp"
#include "device/back_end/back_end.hpp"

namespace srl::device {
namespace {

/// Number of gaps that an arena has room for. A part of an arena has a sixteenth of it.
constexpr std::size_t most_gaps = 1 << 18, gaps_of_part = 16;

std::size_t rounded(std::size_t bytes) {
  return (bytes + Arena::alignment - 1) / Arena::alignment * Arena::alignment;
}

std::string text_of(std::size_t bytes) {
  return human_bytes(static_cast<double>(bytes));
}

/// Bytes that stay free behind each piece.
std::size_t gap_of(const Device& device) {
  return device.kind == Kind::cuda ? back_end::gap_behind_piece() : 0;
}

}  // namespace

struct Arena::Impl {
  Device device;
  std::string name;
  std::byte* begin = nullptr;
  std::size_t size = 0, used = 0;  ///< without gaps
  std::size_t spare = 0;           ///< for gaps
  std::size_t end = 0;             ///< of the last piece, with gaps
  std::byte* fresh = nullptr;      ///< memory from here on was never used
  bool owns = false;
  std::vector<ArenaPiece> pieces;

  ~Impl() {
    if (!owns) { return; }
    if (device.kind == Kind::cuda) {
      back_end::release(device.index, begin);
    } else {
      std::free(begin);
    }
  }

  /// `bytes` count as `counted`.
  std::byte* take(std::string_view piece, std::size_t bytes, std::size_t counted) {
    if (counted > size - used) { throw EnvironmentError(why_not(piece, counted)); }
    if (rounded(bytes) + gap_of(device) > size + spare - end) {
      throw Bug(cat("arena '", name, "': too many pieces"));
    }
    std::byte* const at = begin + end;
    used = std::min(size, used + rounded(counted));
    end += rounded(bytes) + gap_of(device);
    pieces.push_back({std::string(piece), counted});
    return at;
  }

  std::string why_not(std::string_view piece, std::size_t bytes) const {
    std::vector<ArenaPiece> largest = pieces;
    std::stable_sort(largest.begin(), largest.end(),
                     [](const ArenaPiece& x, const ArenaPiece& y) { return x.bytes > y.bytes; });
    std::string text = cat(device.name(), ": arena '", name, "' of ", text_of(size), " has no room for '",
                           piece, "' (", text_of(bytes), "): ", text_of(size - used), " are left");
    for (std::size_t k = 0; k < std::min<std::size_t>(3, largest.size()); ++k) {
      text += cat(k == 0 ? "; the largest pieces are '" : ", '", largest[k].name, "' (",
                  text_of(largest[k].bytes), ")");
    }
    return text;
  }
};

Arena::Arena(const Device& device, std::size_t bytes, std::string name) : impl_(std::make_unique<Impl>()) {
  impl_->device = device;
  impl_->name = std::move(name);
  impl_->size = rounded(bytes);
  impl_->spare = gap_of(device) * most_gaps;
  check_may_allocate(device, bytes);
  impl_->begin =
      device.kind == Kind::cuda
          ? static_cast<std::byte*>(back_end::allocate(device.index, impl_->size, impl_->size + impl_->spare))
          : allocate_on_cpu(impl_->size);
  impl_->fresh = impl_->begin;
  impl_->owns = true;
}

Arena::Arena(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Arena::~Arena() = default;
Arena::Arena(Arena&&) noexcept = default;
Arena& Arena::operator=(Arena&&) noexcept = default;

std::byte* Arena::take_bytes(std::string_view name, std::size_t count, std::size_t element_bytes) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, element_bytes, &bytes)) {
    throw Bug(cat("arena piece '", name, "' of ", count, " elements"));
  }
  std::byte* const at = impl_->take(name, bytes, bytes);
  if (impl_->device.kind == Kind::cuda) {
    back_end::piece_taken(at, std::clamp(impl_->fresh, at, at + bytes), at + bytes, std::string(name));
    impl_->fresh = std::max(impl_->fresh, at + bytes);
  }
  return at;
}

Arena Arena::part(std::string_view name, std::size_t bytes) {
  auto part = std::make_unique<Impl>();
  part->device = impl_->device;
  part->name = name;
  part->size = rounded(bytes);
  part->spare = impl_->spare / gaps_of_part;
  part->begin = part->fresh = impl_->take(name, part->size + part->spare, part->size);
  return Arena(std::move(part));
}

void Arena::restart(const Stream& stream) {
  if (impl_->device.kind == Kind::cuda) {
    if (stream.capturing()) { throw Bug("an arena is restarted while a graph is captured"); }
    back_end::pieces_given_back(stream.handle(), impl_->begin, impl_->fresh);
  }
  impl_->used = impl_->end = 0;
  impl_->pieces.clear();
}

std::size_t Arena::size() const {
  return impl_->size;
}
std::size_t Arena::used() const {
  return impl_->used;
}
const std::vector<ArenaPiece>& Arena::pieces() const {
  return impl_->pieces;
}
const Device& Arena::device() const {
  return impl_->device;
}

}  // namespace srl::device
