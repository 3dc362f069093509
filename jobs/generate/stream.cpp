#include "jobs/generate/stream.hpp"

#include <optional>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "job/progress.hpp"
#include "jobs/generate/lines.hpp"
#include "jobs/generation/on_device.hpp"
#include "model/model_folder.hpp"

namespace srl::generate_job {
namespace {

// Per round: enough to keep the batch full, few enough that an interruption costs little.
constexpr std::size_t lines_per_rank = 256;

/// Everything a rank needs to complete lines.
class Answerer {
 public:
  Answerer(const jobs::GenerateOptions& options, const jobs::Place& place, job::Context& context)
      : options_(options),
        context_(context),
        folder_(model::open_model_folder(options.model, options.chat_template)),
        weights_(folder_, place, [&context] { context.watchdog.progress(); }),
        pool_(context.threads),
        generator_(weights_, folder_.stop_ids, options.rollout, pool_,
                   [this](const std::vector<std::int32_t>& ids) { return folder_.tokenizer.decode(ids); }),
        progress_("generate", "tokens", 0, context.world.is_root()) {
    generator_->check(options.sampling);
  }

  /// Completes the lines of a blob; returns "index\tresult" lines.
  std::string answer(const std::string& blob) {
    const std::vector<std::string> entries = split(blob, '\n');
    const std::int64_t first = std::stoll(entries.at(0));
    std::vector<std::string> indices, results;
    std::vector<rollout::Group> groups;
    std::vector<std::size_t> of_group;
    for (std::size_t e = 1; e < entries.size(); ++e) {
      const std::size_t tab = entries[e].find('\t'), text = entries[e].find('\t', tab + 1);
      indices.push_back(entries[e].substr(0, tab));
      const std::int64_t before = first + std::stoll(indices.back());
      results.emplace_back();
      try {
        const Json given = Json::parse(entries[e].substr(text + 1), "line");
        const Json* draw = given.find("draw");
        groups.push_back(
            {prompt(given), draw != nullptr ? draw->as_integer() : before, options_.completions, 0});
        of_group.push_back(results.size() - 1);
      } catch (const BadInput& error) {
        const std::int64_t line = std::stoll(entries[e].substr(tab + 1));
        results.back() = Json(Json::Object{{"line", line}, {"error", error.what()}}).dump();
        bad_ = true;
      }
    }
    if (!groups.empty()) { generate(groups, of_group, results); }
    std::string out;
    for (std::size_t i = 0; i < results.size(); ++i) {
      out.append(indices[i]).append("\t").append(results[i]).append("\n");
    }
    return out;
  }

  bool bad() const { return bad_; }
  std::int64_t tokens() const { return tokens_; }

 private:
  /// Which of two prompts was meant is not known.
  static void refuse_two_prompts(const Json& line) {
    std::vector<std::string> given;
    for (const char* name : {"prompt", "messages", "ids"}) {
      if (line.find(name) != nullptr) { given.emplace_back(name); }
    }
    if (given.size() > 1) {
      throw BadInput(cat("has the fields ", join(given, " and "),
                         ", of which only one can be completed: leave out the others"));
    }
  }

  std::vector<std::int32_t> prompt(const Json& line) const {
    refuse_two_prompts(line);
    std::vector<std::int32_t> ids;
    if (const Json* given = line.find("ids")) {
      for (const Json& id : given->as_array()) {
        const std::int64_t value = id.as_integer();
        if (value < 0 || value >= folder_.config.vocab) {
          throw BadInput(cat("id ", value, " is outside the vocabulary"));
        }
        ids.push_back(static_cast<std::int32_t>(value));
      }
    } else if (const Json* messages = line.find("messages")) {
      std::vector<text::Message> list;
      for (const Json& message : messages->as_array()) {
        list.push_back({message.at("role").as_string(), message.at("content").as_string()});
      }
      ids = folder_.tokenizer.encode(folder_.chat_template.prompt(list));
    } else if (const Json* given_text = line.find("prompt")) {
      ids = folder_.tokenizer.encode(given_text->as_string());
    } else {
      throw BadInput("expected one of the fields prompt, messages, ids");
    }
    if (ids.empty()) { throw BadInput("the prompt has no tokens"); }
    if (static_cast<std::int64_t>(ids.size()) >= folder_.config.max_positions) {
      throw BadInput(cat(ids.size(), " prompt tokens leave no room in the model's ",
                         folder_.config.max_positions, " positions"));
    }
    const std::uint64_t need =
        generator_->kv_bytes_needed(static_cast<std::int64_t>(ids.size()), options_.sampling);
    if (need > options_.rollout.kv_cache_bytes.value) {
      throw BadInput(cat("can never fit: ", ids.size(), " prompt tokens and up to ",
                         options_.sampling.max_new_tokens, " new ones need ",
                         human_bytes(static_cast<double>(need)),
                         " of key/value cache, but rollout.kv_cache_bytes allows ",
                         human_bytes(static_cast<double>(options_.rollout.kv_cache_bytes.value))));
    }
    return ids;
  }

  void generate(const std::vector<rollout::Group>& groups, const std::vector<std::size_t>& of_group,
                std::vector<std::string>& results) {
    const std::int64_t before = tokens_;
    const rollout::Generated generated =
        generator_->generate(groups, options_.sampling, static_cast<std::uint64_t>(options_.common.seed),
                             RandomStream::evaluation, [&](std::int64_t tokens) {
                               tokens_ = before + tokens;
                               context_.watchdog.progress();
                               progress_.update(static_cast<double>(tokens_),
                                                context_.world.size() > 1 ? "on the first rank" : "");
                             });
    const rollout::GenerationFigures& f = generated.figures;
    log_info(cat("rank ", context_.world.rank(), ": ", counted(f.generated_tokens, "token"), ", prefill ",
                 fixed(f.prefill_seconds, 1), " s, decode ", fixed(f.decode_seconds, 1), " s (sampling ",
                 fixed(f.sampling_seconds, 1), " s), batch ", fixed(100 * f.occupancy, 0), "% full, cache ",
                 human_bytes(static_cast<double>(f.kv_peak_bytes)), ", ", f.preemptions, " preempted, ",
                 f.prefix_hits, " prompt tokens shared",
                 f.rows_equal ? "" : "; matrix products run in blocks of a fixed number of rows"));
    for (std::size_t g = 0; g < groups.size(); ++g) {
      Json::Array list;
      for (const rollout::Completion& one : generated.completions[g]) { list.push_back(to_json(one)); }
      results[of_group[g]] =
          list.size() == 1 ? list[0].dump() : Json(Json::Object{{"completions", list}}).dump();
    }
  }

  Json to_json(const rollout::Completion& answer) const {
    Json json = Json::object();
    json["ids"] = Json(answer.ids);
    json["text"] = folder_.tokenizer.sampled_text(answer.ids);
    Json logprobs = Json::array();
    for (const float logprob : answer.logprobs) { logprobs.push_back(static_cast<double>(logprob)); }
    json["logprobs"] = std::move(logprobs);
    json["finish_reason"] = word(answer.finish);
    json["seconds"] = answer.seconds;
    return json;
  }

  const jobs::GenerateOptions& options_;
  job::Context& context_;
  model::ModelFolder folder_;
  jobs::Weights weights_;
  ThreadPool pool_;
  jobs::DeviceGenerator generator_;
  job::Progress progress_;
  std::int64_t tokens_ = 0;
  bool bad_ = false;
};

}  // namespace

int run(const jobs::GenerateOptions& options, job::Context& context) {
  if (options.model.empty()) { throw BadOption("--model DIR is missing"); }
  rollout::check(options.sampling);
  const jobs::Place place = jobs::place_of(options.device, context.world);
  const comm::Communicator& world = context.world;
  std::optional<Lines> lines_of_root;
  if (world.is_root()) {
    context.watchdog.phase("checksum of the model", 24 * 3600.0);
    const Json facts = options.output.empty() ? Json() : facts_of(options, place, context);
    lines_of_root.emplace(options.input, options.output, options.resume, facts);
  }
  Answerer answerer(options, place, context);
  const auto ranks = static_cast<std::size_t>(world.size());
  const Timer timer;
  for (;;) {
    context.watchdog.phase("read", 24 * 3600.0);  // the program that writes stdin may be slow
    std::vector<std::string> blobs(ranks);
    std::vector<JsonLine> lines;
    if (world.is_root()) {
      const std::int64_t first = lines_of_root->next();
      lines = lines_of_root->read(lines_per_rank * ranks);
      const auto dealt = deal(lines, ranks, options.sampling.max_new_tokens * options.completions);
      for (std::size_t r = 0; r < ranks; ++r) { blobs[r] = pack(first, dealt[r], lines); }
    }
    if (world.all_reduce(std::ssize(lines), comm::Reduce::max) == 0) { break; }
    const std::string mine = ranks == 1 ? blobs[0] : world.all_to_all(blobs)[0];
    context.watchdog.phase("generate");
    const std::string answered = answerer.answer(mine);
    context.watchdog.phase("collect", 24 * 3600.0);  // ranks finish at different times
    std::vector<std::string> ordered(lines.size());
    for (const std::string& part : world.gather(answered, 0)) {
      for (const std::string& entry : split(part, '\n')) {
        if (entry.empty()) { continue; }
        const std::size_t tab = entry.find('\t');
        ordered.at(std::stoull(entry.substr(0, tab))) = entry.substr(tab + 1);
      }
    }
    if (world.is_root()) { lines_of_root->write(lines, ordered); }
  }
  const std::int64_t tokens = world.all_reduce(answerer.tokens(), comm::Reduce::sum);
  log_info(cat(counted(tokens, "token"), " in ", human_seconds(timer.seconds()), ", ",
               fixed(static_cast<double>(tokens) / timer.seconds(), 1), " tokens/s"));
  return world.all_reduce(std::int64_t{answerer.bad()}, comm::Reduce::max) != 0 ? 1 : 0;
}

}  // namespace srl::generate_job
