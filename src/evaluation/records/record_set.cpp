#include "evaluation/record_set.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "evaluation/records/record_stream.hpp"

namespace srl::evaluation {
namespace {

namespace fs = std::filesystem;
constexpr const char* count_name = "TASKS";

/// The number between a prefix and a suffix; none when the name has another form.
std::optional<std::int64_t> number_in(std::string_view name, std::string_view prefix,
                                      std::string_view suffix) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix) || name.size() <= prefix.size() + suffix.size()) {
    return {};
  }
  name = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end == name.data() + name.size() && number >= 0 ? std::optional(number)
                                                                                 : std::nullopt;
}

/// The number that a file TASKS with this text holds; none when the text is empty.
std::optional<std::int64_t> count_in(const std::string& text, const fs::path& folder) {
  if (text.empty()) { return {}; }
  const auto count = number_in(text, "", "\n");
  if (!count || *count < 1) {
    throw BadInput(cat((folder / count_name).string(), ": '", text, "' is not a number of tasks"));
  }
  return count;
}

std::string kept_text(const fs::path& folder) {
  return fs::exists(folder / count_name) ? read_file(folder / count_name) : "";
}

void check_status(const fs::path& status, std::vector<std::string>& warnings) {
  if (fs::exists(status) && read_file(status).find("state=finished\n") == std::string::npos) {
    warnings.push_back(cat(status.parent_path().string(), ": INCOMPLETE, ", status.filename().string(),
                           " does not say finished: run the same srl_eval command again first"));
  }
}

/// What one folder holds, without its sub-folders.
struct TaskFolder {
  std::set<fs::path> records, statuses;
  std::set<std::int64_t> seen;  ///< tasks that left a file
};

std::map<fs::path, TaskFolder> task_folders(const fs::path& top) {
  std::map<fs::path, TaskFolder> folders;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    if (!entry.is_regular_file()) { continue; }
    const std::string name = entry.path().filename().string();
    TaskFolder* folder = nullptr;
    if (name.starts_with("records_") && name.ends_with(".jsonl")) {
      (folder = &folders[entry.path().parent_path()])->records.insert(entry.path());
    }
    const auto status = number_in(name, "STATUS_", "");
    if (status) { (folder = &folders[entry.path().parent_path()])->statuses.insert(entry.path()); }
    const auto task = status ? status : number_in(name, "records_", ".jsonl");
    if (folder != nullptr && task) { folder->seen.insert(*task); }
    if (name == count_name) { folders[entry.path().parent_path()]; }
  }
  return folders;
}

void check_tasks(const fs::path& path, const TaskFolder& folder, std::vector<std::string>& warnings) {
  for (const fs::path& status : folder.statuses) { check_status(status, warnings); }
  const std::int64_t last = folder.seen.empty() ? -1 : *folder.seen.rbegin();
  const std::int64_t count = std::max(count_in(kept_text(path), path).value_or(0), last + 1);
  std::vector<std::string> missing;
  for (std::int64_t task = 0; task < count; ++task) {
    if (!folder.seen.contains(task)) { missing.push_back(cat(task)); }
  }
  if (!missing.empty()) {
    warnings.push_back(cat(path.string(), ": INCOMPLETE, of ", count, " array tasks these never started: ",
                           join(missing, ", "), "; run srl_eval with these --task first"));
  }
}

}  // namespace

std::vector<std::string> visit_record_set(const std::vector<std::string>& paths,
                                          const std::function<void(Record&, std::size_t)>& visit) {
  std::vector<std::string> warnings;
  std::map<fs::path, std::size_t> files;  // with the number of the path
  for (std::size_t number = 0; number < paths.size(); ++number) {
    const std::string& path = paths[number];
    if (fs::is_directory(path)) {
      for (const auto& [folder, content] : task_folders(path)) {
        check_tasks(folder, content, warnings);
        for (const fs::path& file : content.records) { files.try_emplace(file, number); }
      }
    } else if (fs::is_regular_file(path)) {
      files.try_emplace(path, number);
      if (const auto task = number_in(fs::path(path).filename().string(), "records_", ".jsonl")) {
        check_status(fs::path(path).parent_path() / cat("STATUS_", zero_padded(*task, 5)), warnings);
      }
    } else {
      throw BadInput(cat(path, ": file or folder does not exist"));
    }
  }
  for (const auto& [file, number] : files) {
    const OtherLines other = visit_records(file, [&](Record& record) { visit(record, number); });
    if (other.torn_last_line) {
      warnings.push_back(
          cat(file.string(), ": the last line is incomplete (the job was killed) and is left out"));
    }
    if (other.foreign > 0) {
      warnings.push_back(
          cat(file.string(), ": ",
              counted(other.foreign, "line", "is not a record and is", "are not records and are"),
              " left out; the first: ", other.first_foreign));
    }
  }
  return warnings;
}

RecordSet read_record_set(const std::vector<std::string>& paths) {
  RecordSet set;
  set.warnings =
      visit_record_set(paths, [&](Record& record, std::size_t) { set.records.push_back(std::move(record)); });
  return set;
}

void keep_task_count(const fs::path& folder, std::int64_t tasks, const comm::Communicator& world) {
  const auto kept = count_in(world.broadcast(world.is_root() ? kept_text(folder) : "", 0), folder);
  if (kept && *kept != tasks) {
    throw BadOption(cat(folder.string(), " is the output of ", *kept, " array tasks, not of ", tasks,
                        ": give --tasks ", *kept, ", or another --output"));
  }
  if (kept || !world.is_root()) { return; }
  make_folders(folder);
  write_file_atomically(folder / count_name, cat(tasks, "\n"));
}

}  // namespace srl::evaluation
