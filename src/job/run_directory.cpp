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
#include "job/launch/allocation.hpp"

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
  object["slurm_job_id"] = batch_job();
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

namespace {

/// Runs `write` on rank 0. If it throws, every rank throws EnvironmentError.
template <class Write>
void on_root(const comm::Communicator& world, const Write& write) {
  std::string trouble;
  if (world.is_root()) {
    try {
      write();
    } catch (const std::exception& error) { trouble = cat("run directory: ", error.what()); }
  }
  trouble = world.broadcast(trouble, 0);
  if (!trouble.empty()) { throw EnvironmentError(trouble); }
}

}  // namespace

RunDirectory::RunDirectory(const Context& context, fs::path folder)
    : folder_(std::move(folder)),
      root_(context.world.is_root()),
      on_failure_(context.on_failure),
      status_(std::make_shared<StatusFile>(folder_ / "STATUS")) {
  Reached before;
  on_root(context.world, [&] {
    make_folders(folder_);
    set_log_file((folder_ / "log.txt").string());
    if (fs::exists(folder_ / "STATUS")) { status_before_ = read_file(folder_ / "STATUS"); }
    before = reached_before(folder_ / "STATUS");
    status_->began_at(before);
    status_->start(before);
  });
  before.update = context.world.all_reduce(before.update, comm::Reduce::max);  // only rank 0 has read it
  before.groups = context.world.all_reduce(before.groups, comm::Reduce::max);
  status_->began_at(before);
  status_->set(State::running, "", before, false);  // any rank may write a failure
  if (on_failure_) {
    on_failure_->set([status = status_](const Trouble& why) { status->set_failed(why.message); });
  }
}

void RunDirectory::describe(const Context& context, const Json& extra, Reached from) {
  const std::vector<std::string> hosts = context.world.gather(host_name(), 0);
  status_->began_at(from);
  set_status(State::running, "", from);
  on_root(context.world, [&] {
    write_file_atomically(folder_ / "options.ini", config::to_ini(context.subcommand, context.visit));
    const Json now = provenance(context, hosts, extra);
    write_file_atomically(folder_ / "provenance.json",
                          with_earlier_starts(folder_ / "provenance.json", now).dump(2) + "\n");
  });
}

void RunDirectory::refuse() {
  status_->leave();
  if (!root_) { return; }
  if (status_before_) {
    write_file_atomically(folder_ / "STATUS", *status_before_);
  } else {
    fs::remove(folder_ / "STATUS");
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

void RunDirectory::note(const std::string& name, const std::string& value) {
  status_->note(name, value);
}

void RunDirectory::set_status(State state, const std::string& reason, Reached reached) {
  status_->set(state, reason, reached, root_);
}

void RunDirectory::append(const std::string& file, const Json& line) {
  if (root_) { append_line(folder_ / file, line.dump()); }
}

void RunDirectory::cut_lines_after(std::int64_t update, const std::string& name) {
  const fs::path file = folder_ / name;
  if (!root_ || !fs::exists(file)) { return; }
  const std::string content = read_file(file);
  const std::string kept = lines_up_to(content, update);
  if (kept != content) { write_file_atomically(file, kept); }
}

void RunDirectory::cut_after(std::int64_t update, const std::vector<std::string>& files) {
  if (!root_) { return; }
  for (const std::string& name : files) { cut_lines_after(update, name); }
  const fs::path rollouts = folder_ / "rollouts";
  if (!fs::is_directory(rollouts)) { return; }
  constexpr std::string_view start = "update_";
  std::vector<fs::path> later;
  for (const fs::directory_entry& entry : fs::directory_iterator(rollouts)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(start) && name.ends_with(".jsonl") &&
        std::atoll(name.c_str() + start.size()) > update) {
      later.push_back(entry.path());
    }
  }
  for (const fs::path& path : later) { fs::remove(path); }
}

}  // namespace srl::job
