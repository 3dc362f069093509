#include "job/run_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

#include "base/timer.hpp"

extern char** environ;

namespace srl::test {
namespace {

/// Appends the available output to `text`. False at the end of the stream.
bool drain(int pipe, std::string& text) {
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t got = ::read(pipe, piece.data(), piece.size());
    if (got > 0) {
      text.append(piece.data(), static_cast<std::size_t>(got));
    } else {
      return got < 0;  // nothing available now, or the end
    }
  }
}

}  // namespace

Outcome run_process(const std::vector<std::string>& command, double timeout_seconds,
                    const std::function<void(int, const std::string&)>& while_running) {
  std::array<int, 2> out{}, err{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("cannot create a pipe");
  }
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) { arguments.push_back(word.data()); }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  pid_t pid = 0;
  const int failed = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(err[1]);
  if (failed != 0) { throw std::runtime_error("cannot start " + command[0]); }
  for (const int pipe : {out[0], err[0]}) { ::fcntl(pipe, F_SETFL, O_NONBLOCK); }

  Outcome outcome;
  const Timer timer;
  int status = 0;
  for (bool ended = false; !ended;) {
    std::array<pollfd, 2> waits{{{out[0], POLLIN, 0}, {err[0], POLLIN, 0}}};
    ::poll(waits.data(), waits.size(), 50);
    if (waits[0].revents == POLLHUP || waits[1].revents == POLLHUP) {
      ::usleep(20000);  // one stream has ended, but the process has not
    }
    drain(out[0], outcome.out);
    drain(err[0], outcome.err);
    ended = ::waitpid(pid, &status, WNOHANG) == pid;
    if (!ended && while_running) { while_running(pid, outcome.err); }
    if (!ended && !outcome.timed_out && timer.seconds() > timeout_seconds) {
      outcome.timed_out = true;
      ::kill(pid, SIGKILL);
    }
  }
  drain(out[0], outcome.out);
  drain(err[0], outcome.err);
  ::close(out[0]);
  ::close(err[0]);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

}  // namespace srl::test
