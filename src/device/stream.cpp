#include "device/stream.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/back_end/back_end.hpp"

namespace srl::device {
namespace {

/// Waiting during a capture would never end, because captured work does not run.
void refuse_in_capture(const Stream& stream, const char* what) {
  if (stream.capturing()) { throw Bug(cat(what, " while a graph is captured on ", stream.device().name())); }
}

}  // namespace

Stream::Stream(const Device& device) : device_(device) {
  if (on_gpu()) { handle_.reset(back_end::make_stream(device.index)); }
}

void Stream::Destroy::operator()(void* handle) const noexcept {
  back_end::destroy_stream(handle);
}

void Stream::wait() const {
  if (!on_gpu()) { return; }
  refuse_in_capture(*this, "waiting for a stream");
  back_end::wait(handle());
}

bool Stream::done() const {
  return !on_gpu() || back_end::done(handle());
}

void Stream::wait_for(const Event& event) const {
  if (!on_gpu()) { return; }
  refuse_in_capture(*this, "waiting for an event");
  back_end::wait_for(handle(), event.handle());
}

bool Stream::capturing() const {
  return on_gpu() && back_end::capturing(handle());
}

Event::Event(const Device& device, Timing timing) {
  if (device.kind == Kind::cuda) { handle_.reset(back_end::make_event(device.index, timing == Timing::on)); }
}

void Event::Destroy::operator()(void* handle) const noexcept {
  back_end::destroy_event(handle);
}

void Event::record(const Stream& stream) {
  if (!stream.on_gpu()) { return; }
  refuse_in_capture(stream, "recording an event");
  back_end::record(handle(), stream.handle());
}

void Event::wait() const {
  if (handle() != nullptr) { back_end::wait_on_host(handle()); }
}

bool Event::done() const {
  return handle() == nullptr || back_end::event_done(handle());
}

double seconds_between(const Event& begin, const Event& end) {
  if (begin.handle() == nullptr || end.handle() == nullptr) { return 0; }
  return back_end::seconds_between(begin.handle(), end.handle());
}

HostIsBlocked::HostIsBlocked() : told_(back_end::host_blocks()) {}

HostIsBlocked::~HostIsBlocked() {
  if (told_) { back_end::host_continues(); }
}

}  // namespace srl::device
