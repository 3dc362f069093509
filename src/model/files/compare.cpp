#include "model/compare.hpp"

#include <ATen/ATen.h>

#include <map>
#include <ostream>

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

}  // namespace srl::model
