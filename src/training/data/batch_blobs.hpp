#pragma once
// The binary form of rollouts between ranks: headers (what every rank knows) and payloads (what was written).
#include <string>
#include <string_view>

#include "training/data/batch.hpp"
#include "training/data/exchange.hpp"

namespace srl::training {

std::string encode_headers(const Batch& share);
/// Returns groups whose completions have home rank `home`. BadInput naming `where` for a truncated or invalid
/// blob.
Batch decode_headers(std::string_view blob, std::int32_t home, const std::string& where);

/// The payloads whose home is rank `from` and whose receiver is rank `to`; empty when there are none.
std::string encode_payloads(const Batch& batch, const Receivers& receivers, int from, int to, Texts texts);
/// Puts the payloads of a blob into the batch. BadInput naming `where`, also when the blob does not match the
/// batch's headers.
void decode_payloads(std::string_view blob, Batch& batch, const std::string& where);

}  // namespace srl::training
