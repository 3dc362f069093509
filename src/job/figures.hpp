#pragma once
// The figures (metrics) of a struct, declared in one list. `each` names every figure once: how it is combined
// over ranks and over parts of the work, and how it is printed. The list defines what ranks send, how parts
// are added, the JSON line and the event file.
//   struct Loss {
//     double loss = 0;
//     std::int64_t clipped = 0, tokens = 0;
//     template <class Self, class List>
//     static void each(Self& f, List& list) {
//       list.averaged("loss", f.loss);
//       list.mean("clip_fraction", f.clipped, f.tokens);
//       list.hidden(f.tokens);
//     }
//   };
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "comm/communicator.hpp"

namespace srl::job {

/// sum / count, or 0 if count is 0.
template <class T>
double per(T sum, std::int64_t count) {
  return count > 0 ? static_cast<double>(sum) / static_cast<double>(count) : 0;
}

/// How a figure that may have no value is printed. It always takes part in the combination over ranks.
enum class Shown { yes, as_null, no };
inline Shown null_unless(bool defined) {
  return defined ? Shown::yes : Shown::as_null;
}
inline Shown absent_unless(bool defined) {
  return defined ? Shown::yes : Shown::no;
}

/// The list that collects pointers to the fields. Each field may be named only once.
class FigureFields {
 public:
  /// Summed over ranks and parts. The sum is printed.
  template <class T>
  void total(std::string_view, T& field, Shown = Shown::yes) {
    add_sum(field);
  }
  /// The sum is summed over ranks and parts, and sum / count is printed. The count must be named as another
  /// figure.
  template <class T>
  void mean(std::string_view, T& sum, std::int64_t /*count*/, Shown = Shown::yes) {
    add_sum(sum);
  }
  /// Summed like a total, but not printed.
  template <class T>
  void hidden(T& field) {
    add_sum(field);
  }
  /// Summed over ranks, averaged over parts.
  void averaged(std::string_view, double& field) { averages_.push_back(&field); }
  /// The maximum over ranks and parts.
  void largest(std::string_view, std::int64_t& field) { largest_.push_back(&field); }
  /// Not combined: equal on all ranks, or only rank 0's value counts. Printed unchanged.
  template <class T>
  void same(std::string_view, const T&) {}
  /// Figures that are combined already, or an object inside this one: only printed.
  template <class F>
  void combined(const F&) {}
  template <class Print>
  void object(std::string_view, const Print&) {}

  /// Collective: every rank gets the values combined over ranks. One message per type and operation.
  void combine(const comm::Communicator& world) const;
  /// Adds the fields of one part of the work, of `parts` in all.
  void add(const FigureFields& part, std::size_t parts) const;

 private:
  void add_sum(double& field) { sums_.push_back(&field); }
  void add_sum(std::int64_t& field) { counts_.push_back(&field); }

  std::vector<double*> sums_, averages_;
  std::vector<std::int64_t*> counts_, largest_;
};

/// The list that prints. Numbers that are not finite are printed as null.
class FigureJson {
 public:
  template <class T>
  void total(std::string_view name, const T& value, Shown shown = Shown::yes) {
    print(name, value, shown);
  }
  template <class T>
  void mean(std::string_view name, const T& sum, std::int64_t count, Shown shown = Shown::yes) {
    print(name, per(sum, count), shown);
  }
  template <class T>
  void hidden(const T&) {}
  void averaged(std::string_view name, double value) { print(name, value, Shown::yes); }
  void largest(std::string_view name, std::int64_t value) { print(name, value, Shown::yes); }
  template <class T>
  void same(std::string_view name, const T& value) {
    print(name, value, Shown::yes);
  }
  template <class F>
  void combined(const F& figures) {
    F::each(figures, *this);
  }
  /// An object inside this one. `fill` gets its list.
  template <class Fill>
  void object(std::string_view name, const Fill& fill) {
    FigureJson inner;
    fill(inner);
    json_.append_member(std::string(name), inner.take());
  }

  Json take() { return std::move(json_); }

 private:
  void print(std::string_view name, Json value, Shown shown);

  Json json_ = Json::object();
};

/// Collective: every rank gets the figures combined over ranks.
template <class F>
void combine_over_ranks(F& figures, const comm::Communicator& world) {
  FigureFields fields;
  F::each(figures, fields);
  fields.combine(world);
}

/// Adds the figures of one part of the work, of `parts` in all.
template <class F>
void add_part(F& sum, F part, std::size_t parts) {
  FigureFields to, from;
  F::each(sum, to);
  F::each(part, from);
  to.add(from, parts);
}

template <class F>
Json figures_json(const F& figures) {
  FigureJson list;
  F::each(figures, list);
  return list.take();
}

}  // namespace srl::job
