#include "job/run_directory.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/version.hpp"
#include "comm/version.hpp"

namespace srl::job {
namespace fs = std::filesystem;

namespace {

Json provenance(const Context& context, const std::vector<std::string>& hosts, const Json& extra) {
  utsname system{};
  ::uname(&system);
  Json object = Json::object();
  object["job"] = context.job_name;
  object["arguments"] = context.arguments;
  object["subcommand"] = context.subcommand;
  object["folder"] = fs::current_path().string();
  object["code_version"] = code_version();
  object["compiler"] = compiler_version();
  object["libraries"] = Json::object();
  object["libraries"]["mpi"] = comm::mpi_version();
  for (const auto& [library, version] : base_library_versions()) { object["libraries"][library] = version; }
  object["system"] = cat(system.sysname, " ", system.release, " ", system.machine);
  object["started"] = utc_now();
  object["slurm_job_id"] = environment_word("SLURM_JOB_ID");
  object["restart"] = environment_word("SLURM_RESTART_COUNT", "0");
  object["ranks"] = context.world.size();
  object["threads"] = context.threads;
  object["hosts"] = hosts;
  object["options"] = config::to_json(context.subcommand, context.visit);
  object["extra"] = extra;
  return object;
}

/// Keeps the provenance of earlier starts in a list, for example of a start on other hosts.
Json with_earlier_starts(const fs::path& file, Json now) {
  Json earlier = Json::array();
  if (fs::exists(file)) {
    try {
      Json before = Json::parse(read_file(file), file.string());
      if (const Json* list = before.find("earlier_starts"); list != nullptr) { earlier = *list; }
      Json last = Json::object();
      for (const auto& [key, value] : before.as_object()) {
        if (key != "earlier_starts") { last[key] = value; }
      }
      earlier.push_back(std::move(last));
    } catch (const BadInput& error) {
      log_warning(cat("the old provenance.json cannot be read and is replaced: ", error.what()));
    }
  }
  now["earlier_starts"] = std::move(earlier);
  return now;
}

/// The lines of a .jsonl file that a resume after `update` keeps. Incomplete lines are dropped.
std::string lines_up_to(const std::string& content, std::int64_t update) {
  std::string kept;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = content.find('\n', begin);
    if (end == std::string::npos) {
      break;  // incomplete, for example after a power failure
    }
    const std::string_view line(content.data() + begin, end - begin);
    begin = end + 1;
    try {
      const Json value = Json::parse(line, "line");
      const Json* number = value.find("update");
      if (number != nullptr && number->is_integer() && number->as_integer() > update) { continue; }
    } catch (const BadInput&) { continue; }
    kept += line;
    kept += '\n';
  }
  return kept;
}

}  // namespace

RunDirectory::RunDirectory(const Context& context, fs::path folder, const Json& extra_provenance)
    : folder_(std::move(folder)),
      root_(context.world.is_root()),
      on_failure_(context.on_failure),
      status_(std::make_shared<StatusFile>(folder_ / "STATUS")) {
  const std::vector<std::string> hosts = context.world.gather(host_name(), 0);
  std::string trouble;
  if (root_) {
    try {
      make_folders(folder_);
      write_file_atomically(folder_ / "options.ini", config::to_ini(context.subcommand, context.visit));
      const Json now = provenance(context, hosts, extra_provenance);
      write_file_atomically(folder_ / "provenance.json",
                            with_earlier_starts(folder_ / "provenance.json", now).dump(2) + "\n");
      set_log_file((folder_ / "log.txt").string());
      status_->set(State::running, "", 0, true);
    } catch (const std::exception& error) { trouble = cat("run directory: ", error.what()); }
  }
  trouble = context.world.broadcast(trouble, 0);
  if (!trouble.empty()) { throw EnvironmentError(trouble); }
  if (on_failure_) {
    on_failure_->set([status = status_](const Trouble& why) { status->set_failed(why.message); });
  }
}

RunDirectory::~RunDirectory() {
  // During an exception, run_job's catch writes the message. Without one, the body returned without setting a
  // final state.
  if (std::uncaught_exceptions() > 0) { return; }
  if (root_) { status_->set_failed("ended without a final state"); }
  if (on_failure_) { on_failure_->set({}); }
}

const fs::path& RunDirectory::folder() const {
  return folder_;
}

void RunDirectory::set_status(State state, const std::string& reason, std::int64_t update) {
  status_->set(state, reason, update, root_);
}

void RunDirectory::append(const std::string& file, const Json& line) {
  if (root_) { append_line(folder_ / file, line.dump()); }
}

void RunDirectory::cut_after(std::int64_t update) {
  if (!root_) { return; }
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() != ".jsonl") { continue; }
    const std::string content = read_file(entry.path());
    const std::string kept = lines_up_to(content, update);
    if (kept != content) { write_file_atomically(entry.path(), kept); }
  }
  const fs::path rollouts = folder_ / "rollouts";
  if (!fs::is_directory(rollouts)) { return; }
  constexpr std::string_view start = "update_";
  std::vector<fs::path> later;
  for (const fs::directory_entry& entry : fs::directory_iterator(rollouts)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(start) && std::atoll(name.c_str() + start.size()) > update) {
      later.push_back(entry.path());
    }
  }
  for (const fs::path& path : later) { fs::remove(path); }
}

}  // namespace srl::job
