#include "data_prep/read/byte_source.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "base/host.hpp"
#include "base/not_copied.hpp"
#include "base/strings.hpp"

namespace srl::data_prep {
namespace {

class PlainFile : public ByteSource, NotCopied {
 public:
  PlainFile(std::filesystem::path file, std::uint64_t begin)
      : path_(std::move(file)), descriptor_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) { fail(); }
    if (begin > 0 && ::lseek(descriptor_, begin, SEEK_SET) < 0) { fail(); }
  }
  ~PlainFile() override {
    if (descriptor_ >= 0) { ::close(descriptor_); }
  }

  std::size_t read(char* into, std::size_t size) override {
    ssize_t got = 0;
    do { got = ::read(descriptor_, into, size); } while (got < 0 && errno == EINTR);
    if (got < 0) { fail(); }
    return got;
  }

 private:
  [[noreturn]] void fail() const {
    throw EnvironmentError(cat(path_.string(), ": cannot be read: ", reason_of(errno)));
  }
  std::filesystem::path path_;
  int descriptor_;
};

/// Compressed bytes that are read but not yet decompressed.
class Packed {
 public:
  explicit Packed(const std::filesystem::path& file) : file_(file, 0), piece_(std::size_t{1} << 18) {}
  /// False at the file's end.
  bool fill() {
    if (begin_ < end_) { return true; }
    begin_ = 0;
    end_ = file_.read(piece_.data(), piece_.size());
    return end_ > 0;
  }
  const char* data() const { return piece_.data() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  void take(std::size_t bytes) { begin_ += bytes; }

 private:
  PlainFile file_;
  std::vector<char> piece_;
  std::size_t begin_ = 0, end_ = 0;
};

/// Reads any number of concatenated gzip members.
class GzipFile : public ByteSource, NotCopied {
 public:
  explicit GzipFile(const std::filesystem::path& file) : packed_(file) {
    if (inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK) {
      throw EnvironmentError("zlib cannot start; is there enough memory?");
    }
  }
  ~GzipFile() override { inflateEnd(&stream_); }

  std::size_t read(char* into, std::size_t size) override {
    while (fault_.empty()) {
      if (!packed_.fill()) {
        if (!at_member_end_) { fault_ = "truncated"; }
        return 0;
      }
      if (at_member_end_ && inflateReset(&stream_) != Z_OK) { fault_ = "damaged"; }
      at_member_end_ = false;
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed_.data()));
      stream_.avail_in = packed_.size();
      stream_.next_out = reinterpret_cast<Bytef*>(into);
      stream_.avail_out = std::min(size, std::size_t{1} << 30);
      const uInt wanted = stream_.avail_out;
      const int code = inflate(&stream_, Z_NO_FLUSH);
      packed_.take(packed_.size() - stream_.avail_in);
      at_member_end_ = code == Z_STREAM_END;
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) { fault_ = "damaged"; }
      if (wanted > stream_.avail_out) { return wanted - stream_.avail_out; }
    }
    return 0;
  }

 private:
  Packed packed_;
  z_stream stream_{};
  bool at_member_end_ = false;
};

class ZstdFile : public ByteSource {
 public:
  explicit ZstdFile(const std::filesystem::path& file)
      : packed_(file), stream_(ZSTD_createDStream(), ZSTD_freeDStream) {
    if (!stream_) { throw EnvironmentError("zstd cannot start; is there enough memory?"); }
  }
  std::size_t read(char* into, std::size_t size) override {
    while (fault_.empty()) {
      const bool more = packed_.fill();
      if (!more && at_frame_end_) { return 0; }
      ZSTD_inBuffer in{packed_.data(), more ? packed_.size() : 0, 0};
      ZSTD_outBuffer out{into, size, 0};
      const std::size_t code = ZSTD_decompressStream(stream_.get(), &out, &in);
      packed_.take(in.pos);
      if (ZSTD_isError(code)) { fault_ = "damaged"; }
      at_frame_end_ = code == 0;
      if (out.pos > 0) { return out.pos; }
      if (!more && fault_.empty()) { fault_ = "truncated"; }
    }
    return 0;
  }

 private:
  Packed packed_;
  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream_;
  bool at_frame_end_ = false;
};

class Text : public ByteSource {
 public:
  explicit Text(std::string_view text) : text_(text) {}
  std::size_t read(char* into, std::size_t size) override {
    const std::size_t got = text_.copy(into, size);
    text_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view text_;
};

}  // namespace

Packing packing_of(const std::filesystem::path& file) {
  unsigned char first[4] = {};
  PlainFile source(file, 0);
  const std::size_t got = source.read(reinterpret_cast<char*>(first), sizeof first);
  if (got >= 2 && first[0] == 0x1F && first[1] == 0x8B) { return Packing::gzip; }
  if (got == 4 && first[0] == 0x28 && first[1] == 0xB5 && first[2] == 0x2F && first[3] == 0xFD) {
    return Packing::zstd;
  }
  return Packing::plain;
}

std::unique_ptr<ByteSource> open_source(const std::filesystem::path& file, Packing packing,
                                        std::uint64_t begin) {
  if (packing == Packing::gzip) { return std::make_unique<GzipFile>(file); }
  if (packing == Packing::zstd) { return std::make_unique<ZstdFile>(file); }
  return std::make_unique<PlainFile>(file, begin);
}

std::unique_ptr<ByteSource> text_source(std::string_view text) {
  return std::make_unique<Text>(text);
}

}  // namespace srl::data_prep
