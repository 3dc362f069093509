#pragma once
// Reads prepared data: srl_prep inspect, verify and export.
#include <functional>
#include <string>

#include "data_prep/options.hpp"
#include "job/job.hpp"

namespace srl::data_prep {

/// Prints the manifest's counts, then `limit` instances spread over the split: with a model exactly as the
/// policy will see them, without one as stored solutions.
int inspect(const InspectOptions& options, job::Context& context);

/// Checks every shard's size and checksum, and every offset, text and count. BadInput naming the first fault.
int verify(const VerifyOptions& options, job::Context& context);

/// Whether the final answer of a text equals the reference. The job passes mathematical equality.
using SameAnswer = std::function<bool(const std::string& text, const std::string& reference)>;

/// Writes solutions as JSON lines, in the order of the shards. With `messages`, each line is a chat that asks
/// for a rewriting (docs/rewriting.md). With `rewrites` (the output of srl_generate for these chats), each
/// line is the rewritten solution; solutions whose final answer changed are left out.
int export_solutions(const ExportOptions& options, job::Context& context, const SameAnswer& same_answer);

}  // namespace srl::data_prep
