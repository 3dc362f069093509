#include "device/graph.hpp"

#include "base/error.hpp"
#include "device/back_end/back_end.hpp"

namespace srl::device {

void Graph::Destroy::operator()(void* handle) const noexcept {
  back_end::destroy_graph(handle);
}

Graph Graph::capture(const Stream& stream, const std::function<void()>& put_in) {
  if (!stream.on_gpu()) { throw Bug("a graph of work on the CPU"); }
  back_end::begin_capture(stream.handle());
  try {
    put_in();
  } catch (...) {
    back_end::abandon_capture(stream.handle());
    throw;
  }
  return Graph(back_end::end_capture(stream.handle()));
}

void Graph::launch(const Stream& stream) const {
  if (stream.capturing()) { throw Bug("a graph is launched while a graph is captured"); }
  back_end::launch_graph(handle_.get(), stream.handle());
}

}  // namespace srl::device
