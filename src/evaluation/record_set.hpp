#pragma once
// The records of several files and folders, with warnings about everything that makes them incomplete.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "evaluation/record.hpp"

namespace srl::evaluation {

struct RecordSet {
  std::vector<Record> records;        ///< in path order
  std::vector<std::string> warnings;  ///< each names the file or folder, and says what to do
};

/// Files are taken as given; folders are searched recursively. A folder holds records_<task>.jsonl and
/// STATUS_<task> of each array task, and TASKS. Warns of torn last lines, of tasks whose STATUS does not say
/// finished, of tasks that never started: those below the number in TASKS (without TASKS: below the
/// highest task seen) that left no file, and of lines that are not records, which are left out. No records:
/// an empty set. BadInput when a path does not exist.
RecordSet read_record_set(const std::vector<std::string>& paths);

/// The same without keeping the records: calls `visit` with each one, and the number of the first of the
/// paths that holds it. Returns the warnings.
std::vector<std::string> visit_record_set(const std::vector<std::string>& paths,
                                          const std::function<void(Record&, std::size_t)>& visit);

/// Collective. Keeps the number of array tasks in FOLDER/TASKS; the folder is created. BadOption on every
/// rank when the folder holds another number: the shares of its tasks would overlap. Call it before anything
/// else is written there, because a refused start must change nothing.
void keep_task_count(const std::filesystem::path& folder, std::int64_t tasks,
                     const comm::Communicator& world);

}  // namespace srl::evaluation
