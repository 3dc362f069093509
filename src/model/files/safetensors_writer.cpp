#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/beside.hpp"
#include "base/error.hpp"
#include "base/host.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "model/files/safetensors.hpp"

namespace srl::model {
namespace {

std::string header_of(std::vector<SafetensorsEntry>& entries, std::uint64_t& data_bytes) {
  Json::Object header = {{"__metadata__", Json(Json::Object{{"format", "pt"}})}};
  std::uint64_t position = 0;
  for (SafetensorsEntry& entry : entries) {
    std::uint64_t bytes = safetensors_element_bytes(entry.dtype);
    if (bytes == 0) { throw Bug(cat("no safetensors dtype ", entry.dtype)); }
    for (const std::int64_t size : entry.shape) { bytes *= size; }
    entry.begin = position;
    entry.end = position += bytes;
    header.emplace_back(
        entry.name,
        Json(Json::Object{{"dtype", entry.dtype},
                          {"shape", Json(entry.shape)},
                          {"data_offsets", Json(Json::Array{Json(entry.begin), Json(entry.end)})}}));
  }
  data_bytes = position;
  std::string text = Json(std::move(header)).dump();
  text.resize((text.size() + 8 + 63) / 64 * 64 - 8, ' ');  // the data begins at a multiple of 64
  return text;
}

}  // namespace

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& path, std::vector<SafetensorsEntry> entries)
    : path_(path), partial_(own_name_beside(path)) {
  const std::string header = header_of(entries, left_);
  descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    throw EnvironmentError(cat("cannot create ", partial_.string(), ": ", reason_of(errno)));
  }
  const std::uint64_t length = header.size();
  left_ += sizeof(length) + length;
  try {
    write(&length, sizeof(length));
    write(header.data(), header.size());
  } catch (...) {
    ::close(descriptor_);
    ::unlink(partial_.c_str());
    throw;
  }
}

SafetensorsWriter::~SafetensorsWriter() {
  if (descriptor_ < 0) { return; }
  ::close(descriptor_);
  ::unlink(partial_.c_str());
}

void SafetensorsWriter::write(const void* data, std::size_t bytes) {
  if (bytes > left_) {
    throw Bug(cat("more bytes are written than the tensors of ", path_.string(), " have"));
  }
  left_ -= bytes;
  const char* from = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(descriptor_, from, bytes);
    if (written < 0 && errno == EINTR) { continue; }
    if (written <= 0) {
      throw EnvironmentError(cat("cannot write ", partial_.string(), ": ", reason_of(errno)));
    }
    from += written;
    bytes -= written;
  }
}

void SafetensorsWriter::finish() {
  if (left_ > 0) { throw Bug(cat(left_, " bytes of the tensors of ", path_.string(), " were not written")); }
  if (::fsync(descriptor_) != 0) {
    throw EnvironmentError(cat("cannot write ", partial_.string(), ": ", reason_of(errno)));
  }
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  std::error_code failure;
  if (closed == 0) { std::filesystem::rename(partial_, path_, failure); }
  if (closed != 0 || failure) {
    const std::string reason = closed != 0 ? reason_of(errno) : failure.message();
    ::unlink(partial_.c_str());
    throw EnvironmentError(cat("cannot write ", path_.string(), ": ", reason));
  }
  fsync_folder(path_.parent_path().empty() ? std::filesystem::path(".") : path_.parent_path());
}

}  // namespace srl::model
