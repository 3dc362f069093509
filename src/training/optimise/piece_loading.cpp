#include "training/optimise/piece_loading.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "comm/agreed_failure.hpp"
#include "job/progress.hpp"

namespace srl::training {
namespace {

constexpr std::array<PieceArray, 3> all_arrays{PieceArray::weights, PieceArray::first_moment,
                                               PieceArray::second_moment};
/// Elements of an array that all ranks together read in a round. A round's memory is bounded by this.
constexpr std::uint64_t round_elements = std::uint64_t{1} << 20;

/// Elements [begin, begin + count) of an array of the flat buffer; their values follow in the blob.
struct PartHeader {
  std::uint64_t array = 0, begin = 0, count = 0;
};

/// Reads this rank's pieces, one chunk after the other.
template <class T>
class PieceSource {
 public:
  PieceSource(const std::filesystem::path& folder, const std::vector<PieceInfo>& pieces,
              const PieceOwners& owners, const comm::Communicator& world)
      : folder_(folder),
        pieces_(pieces),
        owners_(owners),
        next_(static_cast<std::size_t>(world.rank())),
        step_(static_cast<std::size_t>(world.size())),
        chunk_(std::max<std::uint64_t>(4096, round_elements / step_)) {}

  /// Adds the next chunk to the blobs of its owners. Returns false when all pieces are read.
  bool next(std::vector<std::string>& blobs) {
    while (!piece_ || range_ == piece_->ranges().size()) {
      if (next_ >= pieces_.size()) { return false; }
      open(folder_ / pieces_[next_].file);
      next_ += step_;
    }
    const PieceRange& range = piece_->ranges()[range_];
    const std::uint64_t count = std::min(chunk_, range.count - done_);
    for (const PieceArray array : all_arrays) {
      values_.resize(count);
      piece_->read<T>(array, before_ + done_, std::span<T>(values_));
      share_out(array, range.begin + done_, blobs);
    }
    done_ += count;
    if (done_ == range.count) {
      before_ += range.count;
      done_ = 0;
      ++range_;
    }
    return true;
  }

  std::size_t pieces_begun() const { return next_ / step_; }
  const std::vector<PieceRange>& ranges() const { return ranges_; }  ///< of all pieces read so far

 private:
  void open(const std::filesystem::path& file) {
    piece_.emplace(file);
    if (piece_->elements() != owners_.elements()) {
      throw BadInput(cat(file.string(), ": the piece is of a model with ", piece_->elements(),
                         " parameters, this one has ", owners_.elements()));
    }
    ranges_.insert(ranges_.end(), piece_->ranges().begin(), piece_->ranges().end());
    range_ = before_ = done_ = 0;
  }

  /// `values_` begin at element `begin` of the flat buffer.
  void share_out(PieceArray array, std::uint64_t begin, std::vector<std::string>& blobs) const {
    const std::uint64_t end = begin + values_.size();
    for (std::uint64_t at = begin; at < end;) {
      const PieceOwners::Found found = owners_.find(at);
      const auto owner = static_cast<std::size_t>(found.range.rank);
      const PartHeader part{static_cast<std::uint64_t>(array), at, std::min(end, found.end) - at};
      blobs[owner].append(reinterpret_cast<const char*>(&part), sizeof(part));
      blobs[owner].append(reinterpret_cast<const char*>(values_.data() + (at - begin)),
                          part.count * sizeof(T));
      at += part.count;
    }
  }

  const std::filesystem::path& folder_;
  const std::vector<PieceInfo>& pieces_;
  const PieceOwners& owners_;
  std::size_t next_, step_;
  std::uint64_t chunk_;
  std::optional<PieceReader> piece_;
  std::size_t range_ = 0;
  std::uint64_t before_ = 0, done_ = 0;  ///< elements of the ranges before this one, and of this one
  std::vector<T> values_;
  std::vector<PieceRange> ranges_;
};

template <class T>
void place(const std::string& blob, const PiecePartition<T>& mine) {
  const std::array<std::span<T>, 3> arrays{mine.weights, mine.first_moment, mine.second_moment};
  for (std::size_t at = 0; at < blob.size();) {
    PartHeader part;
    std::memcpy(&part, blob.data() + at, sizeof(part));
    at += sizeof(part);
    const OwnedRange& range = mine.owners.find(part.begin).range;
    const std::span<T> to = arrays[part.array].subspan(range.place + part.begin - range.begin, part.count);
    std::memcpy(to.data(), blob.data() + at, to.size_bytes());
    at += to.size_bytes();
  }
}

/// BadInput unless every parameter is in exactly one of the ranges.
void expect_whole(const std::filesystem::path& folder, std::vector<PieceRange> ranges, std::size_t elements) {
  std::sort(ranges.begin(), ranges.end(),
            [](const PieceRange& a, const PieceRange& b) { return a.begin < b.begin; });
  std::size_t covered = 0;
  for (const PieceRange& range : ranges) {
    if (range.begin != covered && range.count > 0) {
      throw BadInput(cat(folder.string(), ": parameter ", std::min<std::size_t>(covered, range.begin),
                         " is in ", range.begin > covered ? "none" : "two", " of the pieces"));
    }
    covered += range.count;
  }
  if (covered != elements) {
    throw BadInput(cat(folder.string(), ": the pieces cover ", covered, " of ", elements, " parameters"));
  }
}

std::vector<PieceRange> ranges_of_all(const std::vector<PieceRange>& mine, const comm::Communicator& world) {
  std::vector<PieceRange> all;
  const std::string bytes(reinterpret_cast<const char*>(mine.data()), mine.size() * sizeof(PieceRange));
  for (const std::string& theirs : world.all_gather(bytes)) {
    const std::size_t count = theirs.size() / sizeof(PieceRange), before = all.size();
    all.resize(before + count);
    std::memcpy(all.data() + before, theirs.data(), count * sizeof(PieceRange));
  }
  return all;
}

}  // namespace

PieceOwners::PieceOwners(std::span<const std::size_t> offsets) : elements_(offsets.back()) {
  for (std::size_t r = 0; r + 1 < offsets.size(); ++r) {
    if (offsets[r] < offsets[r + 1]) { ranges_.push_back({offsets[r], static_cast<int>(r), 0}); }
  }
}

PieceOwners::Found PieceOwners::find(std::uint64_t element) const {
  const auto after = std::ranges::upper_bound(ranges_, element, {}, &OwnedRange::begin);
  return {*(after - 1), after == ranges_.end() ? elements_ : after->begin};
}

template <class T>
void load_pieces(const std::filesystem::path& folder, const std::vector<PieceInfo>& pieces,
                 const PiecePartition<T>& mine, const comm::Communicator& world,
                 const std::function<void()>& tick) {
  enum : std::int64_t { finished, read, failed };
  PieceSource<T> source(folder, pieces, mine.owners, world);
  const auto ranks = static_cast<std::size_t>(world.size());
  job::Progress progress("resume", "pieces", static_cast<double>((pieces.size() + ranks - 1) / ranks),
                         world.is_root());
  for (;;) {
    std::vector<std::string> blobs(ranks);
    std::string error;
    std::int64_t state = finished;
    try {
      state = source.next(blobs) ? read : finished;
    } catch (const Error& caught) {
      error = caught.what();
      state = failed;
    }
    state = world.all_reduce(state, comm::Reduce::max);
    if (state == finished) { break; }
    if (state == failed) { comm::throw_if_any(error, world); }
    for (const std::string& blob : world.all_to_all(blobs)) { place(blob, mine); }
    progress.update(static_cast<double>(source.pieces_begun()));
    if (tick) { tick(); }
  }
  expect_whole(folder, ranges_of_all(source.ranges(), world), mine.owners.elements());
}

template void load_pieces(const std::filesystem::path&, const std::vector<PieceInfo>&,
                          const PiecePartition<float>&, const comm::Communicator&,
                          const std::function<void()>&);
template void load_pieces(const std::filesystem::path&, const std::vector<PieceInfo>&,
                          const PiecePartition<double>&, const comm::Communicator&,
                          const std::function<void()>&);

}  // namespace srl::training
