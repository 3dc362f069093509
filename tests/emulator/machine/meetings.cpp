// Where threads of a block wait for each other: the barrier of all, and meetings of lanes.
#include <bit>
#include <string_view>
#include <utility>

#include "emulator/machine/state.hpp"

namespace srl::emulator {
namespace {

Machine& m = machine;

void end_barrier() {
  const unsigned votes = std::exchange(m.votes, 0), threads = std::exchange(m.at_barrier, 0);
  m.barrier_result = static_cast<int>(m.barrier_vote == Vote::count ? votes
                                      : m.barrier_vote == Vote::any ? votes != 0
                                                                    : votes == threads);
  if (observer != nullptr) { observer->passed_barrier(); }
  for (unsigned t = 0; t < m.size; ++t) {
    Thread& thread = m.threads[t];
    if (thread.at_barrier) {
      thread.at_barrier = false;
      make_ready(thread);
    }
  }
}

void end_meeting(unsigned warp, Meeting& meeting) {
  const unsigned present = std::exchange(meeting.arrived, 0);
  meeting.complete(present, meeting.records, meeting.where);
  for (unsigned left = present; left != 0; left &= left - 1) {
    Thread& thread = m.threads[warp * warp_size + static_cast<unsigned>(std::countr_zero(left))];
    if (thread.state == Thread::State::waiting) { make_ready(thread); }
  }
}

Meeting& meeting_of(Warp& warp, unsigned mask) {
  for (Meeting& meeting : warp.meetings) {
    if (meeting.mask == mask) { return meeting; }
  }
  warp.meetings.emplace_back().mask = mask;
  return warp.meetings.back();
}

bool same_line(const Place& a, const Place& b) {
  return a.line() == b.line() && a.file_name() == std::string_view(b.file_name());
}

}  // namespace

int barrier(Vote vote, bool value, Place where) {
  Thread& me = *m.current;
  if (m.at_barrier == 0) {
    m.barrier_place = where;
    m.barrier_vote = vote;
  } else if (!same_line(m.barrier_place, where)) {
    fault("threads of a block wait at different barriers, others in " + text_of(m.barrier_place), where);
  }
  m.votes += value;
  if (++m.at_barrier == m.live) {
    end_barrier();
    maybe_preempt();
  } else {
    me.at_barrier = true;
    wait("__syncthreads", where);
  }
  return m.barrier_result;
}

void meet(unsigned mask, const char* word, void* record, Complete complete, Place where) {
  Thread& me = *m.current;
  Warp& warp = m.warps[me.warp];
  if ((mask >> me.lane & 1) == 0) { fault(std::string(word) + ": the caller is not in its own mask", where); }
  Meeting& meeting = meeting_of(warp, mask);
  if (meeting.arrived == 0) {
    meeting.word = word;
    meeting.where = where;
    meeting.complete = complete;
  } else if (meeting.complete != complete || !same_line(meeting.where, where)) {
    fault("lanes of a warp meet in " + std::string(word) + " and in " + meeting.word + " (" +
              text_of(meeting.where) + ")",
          where);
  }
  meeting.records[me.lane] = record;
  meeting.arrived |= 1u << me.lane;
  if (meeting.arrived == (mask & warp.live)) {
    end_meeting(me.warp, meeting);
    maybe_preempt();
  } else {
    wait(word, where);
  }
}

void lane_has_left(Thread& thread) {
  Warp& warp = m.warps[thread.warp];
  warp.live &= ~(1u << thread.lane);
  for (Meeting& meeting : warp.meetings) {
    if (meeting.arrived != 0 && meeting.arrived == (meeting.mask & warp.live)) {
      end_meeting(thread.warp, meeting);
    }
  }
  if (m.at_barrier != 0 && m.at_barrier == m.live) { end_barrier(); }
}

}  // namespace srl::emulator
