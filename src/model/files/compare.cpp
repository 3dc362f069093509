#include "model/compare.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "model/files/dtype.hpp"
#include "model/files/tensors.hpp"

namespace srl::model {

bool print_differences(const Parameters& a, const Parameters& b, std::ostream& out) {
  std::map<std::string, std::size_t> second;
  for (std::size_t i = 0; i < b.layout().size(); ++i) { second.emplace(b.layout()[i].name, i); }
  bool equal = true;
  out << "tensor  largest absolute difference  relative difference\n";
  for (std::size_t i = 0; i < a.layout().size(); ++i) {
    const ParameterInfo& info = a.layout()[i];
    const auto found = second.find(info.name);
    if (found == second.end() || b.layout()[found->second].shape != info.shape) {
      out << info.name << (found == second.end() ? "  only in the first\n" : "  of another shape\n");
      equal = false;
    } else {
      const at::Tensor x = a.view(i).to(at::kDouble), difference = x - b.view(found->second).to(at::kDouble);
      const double largest = difference.abs().max().item<double>();
      const double norm = x.norm().item<double>(), part = difference.norm().item<double>();
      out << info.name << "  " << largest << "  " << (norm > 0 ? part / norm : part) << '\n';
      equal &= largest == 0;
    }
    if (found != second.end()) { second.erase(found); }
  }
  for (const auto& [name, index] : second) { out << name << "  only in the second\n"; }
  return equal && second.empty();
}

double changed_share(const Parameters& weights, const std::filesystem::path& model_folder, Dtype dtype,
                     const std::function<void()>& tick) {
  constexpr std::int64_t piece = std::int64_t{1} << 22;  // elements
  std::int64_t changed = 0;
  for_each_tensor(model_folder, weights.config(), weights.layout(),
                  [&](const SafetensorsFile& file, const SafetensorsEntry& entry, std::size_t index) {
                    const at::Tensor now = weights.view(index).reshape({-1});
                    for (std::int64_t begin = 0; begin < now.numel(); begin += piece) {
                      const std::int64_t count = std::min(piece, now.numel() - begin);
                      // By way of the type that the weights had at the start.
                      const at::Tensor start = at::empty({count}, now.options());
                      copy_elements(file, entry, begin, start);
                      changed += at::ne(now.narrow(0, begin, count).to(scalar_type(dtype)),
                                        start.to(scalar_type(dtype)))
                                     .sum()
                                     .item<std::int64_t>();
                      if (tick) { tick(); }
                    }
                  });
  return static_cast<double>(changed) / static_cast<double>(weights.elements());
}

}  // namespace srl::model
