#include "training/data/batch_blobs.hpp"

#include <utility>

#include "base/blob.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

constexpr std::uint64_t header_mark = 0x31444145484C5253;   // "SRLHEAD1"
constexpr std::uint64_t payload_mark = 0x31444C59504C5253;  // "SRLPYLD1"

/// Reads an enumeration value; `last` is the greatest one allowed.
template <class E>
E read_enum(BlobReader& reader, E last) {
  const auto number = reader.value<std::uint8_t>();
  if (number > static_cast<std::uint8_t>(last)) { reader.fail(cat("no such value: ", int{number})); }
  return static_cast<E>(number);
}

void write_header(BlobWriter& writer, const Completion& completion) {
  writer.value(completion.number);
  writer.value(completion.tokens);
  writer.value(completion.reward);
  writer.value(completion.advantage);
  writer.value(static_cast<std::uint8_t>(completion.finish));
  writer.value(static_cast<std::uint8_t>(completion.format_error));
  writer.value(static_cast<std::uint8_t>(completion.masked));
}

Completion read_header(BlobReader& reader, std::int32_t home) {
  Completion completion;
  completion.number = reader.value<std::int32_t>();
  completion.tokens = reader.value<std::int64_t>();
  completion.reward = reader.value<double>();
  completion.advantage = reader.value<double>();
  completion.finish = read_enum(reader, text::Finish::max_steps);
  completion.format_error = read_enum(reader, reward::FormatError::truncated);
  completion.masked = reader.value<std::uint8_t>() != 0;
  completion.home = home;
  return completion;
}

/// Approximate number of bytes that rank `from` sends to rank `to`, without texts.
std::size_t payload_bytes(const Batch& batch, const Receivers& receivers, int from, int to) {
  constexpr std::int64_t per_token = sizeof(std::int32_t) + sizeof(float), per_completion = 64;
  std::int64_t bytes = 0;
  std::size_t i = 0;
  for (const Group& group : batch) {
    bytes += group.prompt_tokens * std::int64_t{sizeof(std::int32_t)};
    for (const Completion& completion : group.completions) {
      const bool travels = receivers[i++] == to && completion.home == from;
      bytes += travels ? completion.tokens * per_token + per_completion : 0;
    }
  }
  return static_cast<std::size_t>(bytes);
}

/// Indices, in the group, of the completions that rank `from` sends to rank `to`.
std::vector<std::uint32_t> travelling(const Group& group, const Receivers& receivers, std::size_t first,
                                      int from, int to) {
  std::vector<std::uint32_t> chosen;
  for (std::size_t c = 0; c < group.completions.size(); ++c) {
    if (group.completions[c].home == from && receivers[first + c] == to) {
      chosen.push_back(static_cast<std::uint32_t>(c));
    }
  }
  return chosen;
}

void write_payload(BlobWriter& writer, const Payload& payload, Texts texts) {
  const bool with_texts = texts == Texts::yes;
  writer.array(payload.ids);
  writer.array(payload.logprobs);
  writer.array(payload.policy_logprobs);
  writer.text(with_texts ? payload.thought : std::string_view());
  writer.text(with_texts ? payload.action : std::string_view());
}

Payload read_payload(BlobReader& reader) {
  Payload payload;
  payload.ids = reader.array<std::int32_t>();
  payload.logprobs = reader.array<float>();
  payload.policy_logprobs = reader.array<float>();
  payload.thought = reader.text();
  payload.action = reader.text();
  return payload;
}

}  // namespace

std::string encode_headers(const Batch& share) {
  BlobWriter writer(header_mark);
  writer.value(static_cast<std::uint64_t>(share.size()));
  for (const Group& group : share) {
    writer.value(group.draw);
    writer.value(group.k);
    writer.text(group.solution);
    writer.value(group.prompt_tokens);
    writer.value(static_cast<std::uint64_t>(group.completions.size()));
    for (const Completion& completion : group.completions) { write_header(writer, completion); }
  }
  return writer.take();
}

Batch decode_headers(std::string_view blob, std::int32_t home, const std::string& where) {
  BlobReader reader(blob, header_mark, where);
  Batch batch(reader.length(sizeof(Group::draw)));
  for (Group& group : batch) {
    group.draw = reader.value<std::int64_t>();
    group.k = reader.value<std::int64_t>();
    group.solution = reader.text();
    group.prompt_tokens = reader.value<std::int64_t>();
    group.completions.resize(reader.length(sizeof(Completion::number)));
    for (Completion& completion : group.completions) { completion = read_header(reader, home); }
  }
  reader.finish();
  return batch;
}

std::string encode_payloads(const Batch& batch, const Receivers& receivers, int from, int to, Texts texts) {
  BlobWriter writer(payload_mark);
  writer.reserve(payload_bytes(batch, receivers, from, to));
  bool sends = false;
  std::size_t first = 0;  // of the group, among all completions
  for (std::size_t g = 0; g < batch.size(); ++g) {
    const Group& group = batch[g];
    const std::vector<std::uint32_t> chosen = travelling(group, receivers, first, from, to);
    first += group.completions.size();
    if (chosen.empty()) { continue; }
    sends = true;
    writer.value(static_cast<std::uint64_t>(g));
    writer.array(group.prompt_ids());
    writer.value(static_cast<std::uint64_t>(chosen.size()));
    for (const std::uint32_t c : chosen) {
      writer.value(c);
      write_payload(writer, group.completions[c].written(), texts);
    }
  }
  return sends ? writer.take() : std::string();
}

void decode_payloads(std::string_view blob, Batch& batch, const std::string& where) {
  BlobReader reader(blob, payload_mark, where);
  while (!reader.at_end()) {
    const auto g = reader.value<std::uint64_t>();
    if (g >= batch.size()) { reader.fail(cat("no group ", g)); }
    Group& group = batch[g];
    group.prompt = std::make_shared<const std::vector<std::int32_t>>(reader.array<std::int32_t>());
    if (std::ssize(*group.prompt) != group.prompt_tokens) {
      reader.fail(cat("the prompt of draw ", group.draw, " has another length than announced"));
    }
    for (std::size_t left = reader.length(sizeof(std::uint32_t)); left > 0; --left) {
      const auto c = reader.value<std::uint32_t>();
      if (c >= group.completions.size()) { reader.fail(cat("draw ", group.draw, " has no completion ", c)); }
      Completion& completion = group.completions[c];
      Payload payload = read_payload(reader);
      if (std::ssize(payload.ids) != completion.tokens) {
        reader.fail(cat("a completion of draw ", group.draw, " has another length than announced"));
      }
      completion.hold(std::move(payload));
    }
  }
}

}  // namespace srl::training
