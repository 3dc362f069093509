#pragma once
// A batch as JSON lines, its format on disk: rollouts/, bad_updates/, carried.jsonl, finished.jsonl
// (docs/design.md, "Files").
#include <string>

#include "training/data/batch.hpp"

namespace srl::training {

/// One line per completion: draw, solution, k, answer, prompt_ids, answer_ids, logprobs, reward, advantage,
/// finish_reason; carried and masked when true; with `texts` also format_error, thought and action. Bug for a
/// payload that this rank does not hold.
std::string batch_to_lines(const Batch& batch, bool texts);
/// Reads groups from lines, in their order. Every rank that reads them holds all payloads. BadInput naming
/// `where` and the line.
Batch batch_from_lines(const std::string& lines, const std::string& where);

}  // namespace srl::training
