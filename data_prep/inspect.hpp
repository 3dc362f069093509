#pragma once
// Looking at prepared data: srl_prep inspect, verify and export.
#include <functional>
#include <string>

#include "data_prep/options.hpp"
#include "job/job.hpp"

namespace srl::data_prep {

/// Prints the manifest's counts and, with a model, `limit` instances spread over the split exactly as the
/// policy will see them; without one, solutions.
int inspect(const InspectOptions& options, job::Context& context);

/// Every shard's size and checksum, every offset, text and count. BadInput naming the first that is wrong.
int verify(const VerifyOptions& options, job::Context& context);

/// Whether a final answer is that of the reference; the job brings mathematical equality.
using SameAnswer = std::function<bool(const std::string& text, const std::string& reference)>;

/// Solutions as JSON lines, in the order of the shards. With `messages` each line is a chat that asks for a
/// rewriting (docs/rewriting.md). With `rewrites`, the answers of srl_generate to those chats, each line is
/// the solution in its new words, and those whose final answer changed are left out.
int export_solutions(const ExportOptions& options, job::Context& context, const SameAnswer& same_answer);

}  // namespace srl::data_prep
