// Compares the time to load a model with the time to read its file once into new memory. The file is in the
// page cache, and the two sides run in turn.
//   model_load_bench FOLDER [PAIRS]
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/timer.hpp"
#include "model/config.hpp"
#include "model/parameters.hpp"

namespace {

/// Reads into new memory each time, as loading does.
double read_once(const std::filesystem::path& file) {
  const auto bytes = static_cast<std::size_t>(std::filesystem::file_size(file));
  const srl::Timer timer;
  const int descriptor = ::open(file.c_str(), O_RDONLY);
  if (descriptor < 0) { throw srl::BadInput("cannot read " + file.string()); }
  const std::unique_ptr<char, decltype(&std::free)> memory(static_cast<char*>(std::malloc(bytes)),
                                                           &std::free);
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t got = ::read(descriptor, memory.get() + done, bytes - done);
    if (got <= 0) { throw srl::BadInput("cannot read " + file.string()); }
    done += static_cast<std::size_t>(got);
  }
  ::close(descriptor);
  return timer.seconds();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: model_load_bench FOLDER [PAIRS]\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const int pairs = argc > 2 ? std::atoi(argv[2]) : 7;
  const srl::model::ModelConfig config = srl::model::read_config(folder);
  read_once(folder / "model.safetensors");  // warms the page cache
  std::vector<double> ratios;
  for (int pair = 0; pair < pairs; ++pair) {
    const double read = read_once(folder / "model.safetensors");
    const srl::Timer timer;
    const srl::model::Parameters parameters =
        srl::model::load_parameters(folder, config, srl::model::Dtype::fp32);
    ratios.push_back(timer.seconds() / read);
    std::printf("read %.3f s, load %.3f s, ratio %.2f\n", read, ratios.back() * read, ratios.back());
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf("loading / reading once: median %.2f, %.2f to %.2f over %zu pairs (limit 1.5)\n",
              ratios[ratios.size() / 2], ratios.front(), ratios.back(), ratios.size());
  return 0;
}
