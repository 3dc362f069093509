#pragma once
// A document with every kind of block and cell. It is small, so that tests can spell out its text in each
// format.
#include "analysis/document/document.hpp"

namespace srl::analysis {

inline Table sample_table() {
  return {{{"row"}, {"seeds"}, {"avg", "%", "95%"}, {"length"}, {"solved"}, {"p"}},
          {{"srl", Count{3}, Estimate{61.14, {36.75, 81.4}, 1}, Number{12.345, 2}, CountOf{21, 2400},
            PValue{0.00312}},
           {"say \"a, b\"", Count{12}, Absent{}, Number{7, 2}, Absent{}, PValue{0.00001}}}};
}

inline Document sample_document() {
  const Curve curve{"Updates", {"update", 0, {1, 2}}, {{"reward", 2, {0.5, std::nullopt}}}};
  return {{{"Training", {curve}},
           {"Study",
            {sample_table(), Prose{"Two rows."}, Note{"One of them was not asked."}, sample_table()},
            {"a warning, for stderr"}}}};
}

}  // namespace srl::analysis
