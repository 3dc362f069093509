#include "job/ending/failure.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <future>
#include <map>
#include <new>
#include <thread>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace srl::job {
namespace {

/// How long a failing rank waits for STATUS to be written, and then for other ranks that fail for the same
/// reason: one second each. SRL_FAILURE_SECONDS sets more where ranks or disks are slower.
constexpr double failure_seconds = 1.0;
/// The share of it for writing STATUS again, in case rank 0 wrote "running" over the failure.
constexpr double again = 0.5;
static_assert((2 + again) * failure_seconds + comm::abort_seconds <= 5,
              "a failing rank must end all ranks within 5 seconds");

double failure_patience() {
  const char* text = std::getenv("SRL_FAILURE_SECONDS");
  return text != nullptr ? std::atof(text) : failure_seconds;
}

/// "rank 3", "ranks 0, 2", "all 4 ranks".
std::string name_ranks(const std::vector<int>& ranks, int all) {
  if (static_cast<int>(ranks.size()) == all) { return cat("all ", counted(all, "rank")); }
  std::vector<std::string> numbers;
  for (const int rank : ranks) { numbers.push_back(std::to_string(rank)); }
  return cat(ranks.size() == 1 ? "rank " : "ranks ", join(numbers, ", "));
}

}  // namespace

Failure describe_current_exception() {
  try {
    throw;
  } catch (const BadOption& error) { return {error.what(), 2}; } catch (const Bug& error) {
    return {cat("internal error, please report: ", error.what()), 1};
  } catch (const std::bad_alloc&) {
    return {"out of memory: use fewer ranks per node or smaller batches, or request more memory", 1};
  } catch (const std::exception& error) { return {error.what(), 1}; } catch (...) {
    return {"internal error, please report: an exception of unknown type", 1};
  }
}

void write_down(const std::shared_ptr<FailureNote>& note, const Trouble& trouble, double share) {
  std::promise<void> promise;
  std::future<void> written = promise.get_future();
  std::thread writer([note, trouble, promise = std::move(promise)]() mutable {
    try {
      (*note)(trouble);
    } catch (...) {
      // The message is still printed. There is no other place to report this error.
    }
    promise.set_value();
  });
  const std::chrono::duration<double> patience(share * failure_patience());
  if (written.wait_for(patience) == std::future_status::ready) {
    writer.join();
  } else {
    writer.detach();
  }
}

void exit_after(double seconds, int exit_code) {
  std::thread([seconds, exit_code] {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    std::_Exit(exit_code);
  }).detach();
}

StartLimit::StartLimit() {
  const char* text = std::getenv("SRL_START_SECONDS");
  const double seconds = text != nullptr ? std::atof(text) : 300;
  if (seconds <= 0) { return; }
  guard_ = std::thread([started = started_.get_future(), seconds] {
    if (started.wait_for(std::chrono::duration<double>(seconds)) == std::future_status::ready) { return; }
    log_error(
        cat("process ", ::getpid(), " on ", host_name(), " waited ", fixed(seconds, 0),
            " s for all ranks to start, but at least one rank did not start. Ranks that print this line "
            "are alive: check the nodes of the others, or set SRL_START_SECONDS to wait longer"));
    std::_Exit(3);
  });
}

StartLimit::~StartLimit() {
  if (!guard_.joinable()) { return; }
  started_.set_value();
  guard_.join();
}

FailureMeeting::FailureMeeting(const comm::Communicator& world, std::shared_ptr<FailureNote> note)
    : ranks_(world.duplicate()), note_(std::move(note)) {}

int FailureMeeting::end(const Failure& failure) {
  write_down(note_, {failure.message});
  const int rank = ranks_.rank(), size = ranks_.size();
  if (size == 1) {
    log_error(failure.message);
    return failure.exit_code;
  }
  // The collective runs in its own thread: it ends only if all ranks call it, and the wait needs a deadline.
  std::promise<std::vector<std::string>> promise;
  std::future<std::vector<std::string>> everyone = promise.get_future();
  std::thread meeting([ranks = ranks_, mine = cat(failure.exit_code, " ", failure.message),
                       promise = std::move(promise)]() mutable {
    try {
      promise.set_value(ranks.all_gather(mine));
    } catch (...) { promise.set_exception(std::current_exception()); }
  });
  std::vector<std::string> messages;
  if (everyone.wait_for(std::chrono::duration<double>(failure_patience())) == std::future_status::ready) {
    meeting.join();
    try {
      messages = everyone.get();
    } catch (const std::exception&) {
      messages.clear();  // the network may be the cause: treat the other ranks as absent
    }
  }
  if (messages.empty()) {
    if (meeting.joinable()) { meeting.detach(); }
    log_error(failure.message);
    write_down(note_, {failure.message}, again);
    comm::abort_all(failure.exit_code);
  }
  int exit_code = 0;
  std::map<std::string, std::vector<int>> ranks_by_message;
  for (int other = 0; other < size; ++other) {
    const std::string& text = messages[static_cast<std::size_t>(other)];
    const std::size_t space = text.find(' ');
    const int code = std::atoi(text.c_str());
    exit_code = std::max(exit_code, code);
    ranks_by_message[text.substr(space + 1)].push_back(other);
  }
  if (rank == 0) {
    for (const auto& [message, ranks] : ranks_by_message) {
      log_error(cat("on ", name_ranks(ranks, size), ": ", message));
    }
  }
  return exit_code;
}

}  // namespace srl::job
