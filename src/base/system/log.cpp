#include "base/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>
#include <mutex>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl {
namespace {

std::unique_ptr<spdlog::formatter> utc_pattern(const std::string& pattern) {
  return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc);
}

/// The only global state, because stderr belongs to the process.
struct Log {
  std::mutex mutex;
  int rank = 0, ranks = 1;
  std::shared_ptr<spdlog::logger> logger;
  Log() {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
    // On a terminal, a log line first erases the progress line.
    const std::string wipe = ::isatty(STDERR_FILENO) != 0 ? "\r\x1b[K" : "";
    sink->set_formatter(utc_pattern(wipe + "%Y-%m-%dT%H:%M:%SZ %v"));
    logger = std::make_shared<spdlog::logger>("srl", sink);
    logger->flush_on(spdlog::level::trace);
    logger->set_error_handler(
        [](const std::string&) {});  // a failed log write (disk full) must not end the run
  }
};

Log& the_log() {
  static Log log;
  return log;
}

void speak(spdlog::level::level_enum level, std::string_view word, std::string_view message) {
  Log& log = the_log();
  const std::lock_guard lock(log.mutex);
  if (level == spdlog::level::info && log.rank != 0) { return; }
  std::string prefix(word);
  if (log.ranks > 1 && (log.rank != 0 || level != spdlog::level::info)) {
    prefix = cat("[rank ", log.rank, "] ", word);
  }
  log.logger->log(level, "{}{}", prefix, message);
}

}  // namespace

void set_log_rank(int rank, int ranks) {
  Log& log = the_log();
  const std::lock_guard lock(log.mutex);
  log.rank = rank;
  log.ranks = ranks;
}

void set_log_file(const std::string& path) {
  Log& log = the_log();
  const std::lock_guard lock(log.mutex);
  if (log.rank != 0) { return; }
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(path, false);
    sink->set_formatter(utc_pattern("%Y-%m-%dT%H:%M:%SZ %v"));
    log.logger->sinks().resize(1);  // a second run directory in one process replaces the first
    log.logger->sinks().push_back(std::move(sink));
  } catch (const spdlog::spdlog_ex& error) {
    throw EnvironmentError(cat(path, ": log file cannot be opened: ", error.what()));
  }
}

void log_info(std::string_view message) {
  speak(spdlog::level::info, "", message);
}
void log_warning(std::string_view message) {
  speak(spdlog::level::warn, "warning: ", message);
}
void log_common_warning(std::string_view message) {
  speak(spdlog::level::info, "warning: ", message);
}
void log_error(std::string_view message) {
  speak(spdlog::level::err, "error: ", message);
}

}  // namespace srl
