#pragma once
// Looking at prepared data: srl_prep inspect, verify and export.
#include <functional>
#include <string>

#include "job/job.hpp"
#include "trajectory/instance.hpp"

namespace srl::data_prep {

struct InspectOptions {
  std::string data, model, split = "train";
  std::int64_t limit = 3;
  trajectory::InstanceOptions instance;
  void visit(config::Visitor& v);
};
/// Prints the manifest's counts and, with a model, `limit` instances spread over the split exactly as the policy will see them; without one, solutions.
int inspect(const InspectOptions& options, job::Context& context);

struct VerifyOptions {
  std::string data;
  void visit(config::Visitor& v);
};
/// Every shard's size and checksum, every offset, text and count. BadInput naming the first that is wrong.
int verify(const VerifyOptions& options, job::Context& context);

struct ExportOptions {
  std::string data, output, split = "all", prompt, rewrites;
  bool messages = false;
  void visit(config::Visitor& v);
};
/// Whether a final answer is that of the reference; the job brings mathematical equality.
using SameAnswer = std::function<bool(const std::string& text, const std::string& reference)>;

/// Solutions as JSON lines, in the order of the shards. With `messages` each line is a chat that asks for a rewriting (docs/rewriting.md). With
/// `rewrites`, the answers of srl_generate to those chats, each line is the solution in its new words, and those whose final answer changed are left out.
int export_solutions(const ExportOptions& options, job::Context& context, const SameAnswer& same_answer);

}  // namespace srl::data_prep
