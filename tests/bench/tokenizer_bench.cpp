// Measures the speed of the tokenizer. Encodes and decodes the documents on stdin (JSON lines {"text"})
// ROUNDS times and prints one JSON line.
//   tokenizer_bench FOLDER [ROUNDS] [THREADS] < documents.jsonl
// tests/bench/peers/tokenizer_bench.py compares it with Hugging Face tokenizers.
#include <atomic>
#include <iostream>
#include <thread>

#include "base/json.hpp"
#include "base/timer.hpp"
#include "text/tokenizer.hpp"

namespace {

using srl::text::TokenId;
using srl::text::Tokenizer;

/// Seconds of the fastest of `rounds` passes over `count` items. Each item is processed by one of the
/// threads.
template <class Work>
double fastest(int rounds, int threads, std::size_t count, const Work& work) {
  double best = 1e300;
  for (int round = 0; round < rounds; ++round) {
    std::atomic<std::size_t> next = 0;
    const srl::Timer timer;
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        for (std::size_t item = next++; item < count; item = next++) { work(item); }
      });
    }
    for (std::thread& worker : workers) { worker.join(); }
    best = std::min(best, timer.seconds());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const int rounds = words.size() > 1 ? std::stoi(words[1]) : 5,
            threads = words.size() > 2 ? std::stoi(words[2]) : 1;
  const srl::Timer loading;
  const Tokenizer tokenizer = Tokenizer::load(words.at(0));
  const double load_seconds = loading.seconds();
  std::vector<std::string> documents;
  std::size_t bytes = 0, tokens = 0;
  for (std::string line; std::getline(std::cin, line);) {
    documents.push_back(srl::Json::parse(line, "line").at("text").as_string());
    bytes += documents.back().size();
  }
  std::vector<std::vector<TokenId>> ids(documents.size());
  const double encode = fastest(rounds, threads, documents.size(),
                                [&](std::size_t i) { ids[i] = tokenizer.encode(documents[i]); });
  std::vector<std::string> texts(documents.size());
  const double decode =
      fastest(rounds, threads, documents.size(), [&](std::size_t i) { texts[i] = tokenizer.decode(ids[i]); });
  for (const auto& list : ids) { tokens += list.size(); }
  std::cout << srl::Json(srl::Json::Object{{"documents", documents.size()},
                                           {"bytes", bytes},
                                           {"tokens", tokens},
                                           {"threads", threads},
                                           {"load_seconds", load_seconds},
                                           {"encode_seconds", encode},
                                           {"decode_seconds", decode}})
                   .dump()
            << '\n';
}
