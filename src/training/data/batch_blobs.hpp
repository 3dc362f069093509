#pragma once
// The binary form of rollouts between ranks: headers (what every rank knows) and payloads (what was written).
#include <string>
#include <string_view>

#include "training/data/batch.hpp"
#include "training/data/exchange.hpp"

namespace srl::training {

std::string encode_headers(const Batch& share);
/// Groups whose completions are at home at rank `home`. BadInput naming `where` for a blob that is truncated
/// or holds something else.
Batch decode_headers(std::string_view blob, std::int32_t home, const std::string& where);

/// What rank `from` holds from the start and rank `to` is to receive; empty when there is nothing.
std::string encode_payloads(const Batch& batch, const Receivers& receivers, int from, int to, Texts texts);
/// Puts what a blob holds into the batch. BadInput naming `where`, also for a blob that does not fit the
/// batch's headers.
void decode_payloads(std::string_view blob, Batch& batch, const std::string& where);

}  // namespace srl::training
