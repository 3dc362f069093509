// Any bytes as one kind of model file, chosen by SRL_FUZZ_READER (1 safetensors, 2 GGUF, 3 config.json): the
// reader throws BadInput, or returns entries whose bytes can all be read.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "base/json.hpp"
#include "model/config.hpp"
#include "model/files/safetensors.hpp"
#include "model/gguf.hpp"

namespace {

/// The readers map files, so this writes the bytes to a file in memory and returns its path.
[[maybe_unused]] std::string as_file(const std::uint8_t* data, std::size_t size) {
  static const int descriptor = ::memfd_create("fuzz", 0);
  if (descriptor < 0 || ::ftruncate(descriptor, static_cast<off_t>(size)) != 0 ||
      ::pwrite(descriptor, data, size, 0) != static_cast<ssize_t>(size)) {
    std::abort();
  }
  return "/proc/self/fd/" + std::to_string(descriptor);
}

[[maybe_unused]] unsigned sum_of(std::string_view bytes) {
  unsigned sum = 0;
  for (const char c : bytes) { sum += static_cast<unsigned char>(c); }
  return sum;
}

template <class F>
unsigned attempt(F&& body) {
  try {
    return body();
  } catch (const srl::BadInput&) { return 0; }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  volatile unsigned sink = attempt([&] {
    unsigned sum = 0;
    if constexpr (SRL_FUZZ_READER == 1) {
      const srl::model::SafetensorsFile file(as_file(data, size));
      for (const auto& entry : file.entries()) { sum += sum_of(file.bytes(entry)); }
    } else if constexpr (SRL_FUZZ_READER == 2) {
      const srl::model::GgufFile file(as_file(data, size));
      for (const auto& tensor : file.tensors()) { sum += sum_of(tensor.bytes); }
    } else {
      const std::string_view text(reinterpret_cast<const char*>(data), size);
      const auto config = srl::model::parse_config(srl::Json::parse(text, "fuzz"), "fuzz");
      // The table has head_dim/2 entries. Loading checks the memory that a hostile head_dim needs.
      if (config.head_dim <= 4096) {
        sum = static_cast<unsigned>(srl::model::rope_table(config).inverse_frequencies.size());
      }
    }
    return sum;
  });
  static_cast<void>(sink);
  return 0;
}
