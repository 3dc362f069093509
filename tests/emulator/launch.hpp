#pragma once
// A kernel and its arguments, stored until the emulated GPU runs them.
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "emulator/machine.hpp"

namespace srl::emulator {

/// The kernel's name as the compiler writes it, namespaces included.
template <auto kernel>
std::string kernel_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  const std::size_t begin = text.find("kernel = ") + 9;
  text =
      text.substr(begin, text.rfind("; std::string") - begin);  // "[with auto kernel = …; std::string = …]"
  return std::string(text.substr(0, text.find_last_not_of(']') + 1));
}

/// A launch that owns its arguments. Copies share them, because a kernel cannot change them.
class PreparedLaunch {
 public:
  template <auto kernel, class... P, class... A>
  static PreparedLaunch of(void (*)(P...), dim3 grid, dim3 block, std::size_t shared, Place where,
                           A&&... arguments) {
    using Values = std::tuple<P...>;
    PreparedLaunch prepared;
    auto name = std::make_shared<std::string>(kernel_name<kernel>());
    auto values = std::make_shared<Values>(static_cast<P>(arguments)...);
    prepared.launch_ = {.kernel = name->c_str(),
                        .where = where,
                        .grid = grid,
                        .block = block,
                        .shared = shared,
                        .body = [](const void* at) { std::apply(kernel, *static_cast<const Values*>(at)); },
                        .arguments = values.get(),
                        .arguments_bytes = sizeof(Values)};
    prepared.owned_ = {std::move(name), std::move(values)};
    return prepared;
  }
  void check() const { check_launch(launch_); }
  void run(std::uint64_t seed) const {
    Launch launch = launch_;
    launch.seed = seed;
    emulator::run(launch);
  }

 private:
  Launch launch_;
  std::pair<std::shared_ptr<std::string>, std::shared_ptr<void>> owned_;
};

template <auto kernel, class... A>
PreparedLaunch prepare(dim3 grid, dim3 block, std::size_t shared, Place where, A&&... arguments) {
  return PreparedLaunch::of<kernel>(kernel, grid, block, shared, where, std::forward<A>(arguments)...);
}

}  // namespace srl::emulator
