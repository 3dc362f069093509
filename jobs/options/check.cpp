#include "jobs/options/check.hpp"

#include <set>

#include "base/strings.hpp"

namespace srl::jobs {
namespace {

/// Passes on each option once. Jobs share names of one meaning; whichever is visited first sets the default
/// shown.
class OnceEach : public config::Visitor {
 public:
  explicit OnceEach(config::Visitor& to) : to_(to) {}
  void section(std::string_view name) override { to_.section(section_ = name); }
  void option(std::string_view name, bool& value, std::string_view help) override { pass(name, value, help); }
  void option(std::string_view name, std::int64_t& value, std::string_view help,
              config::Range<std::int64_t> range) override {
    pass(name, value, help, range);
  }
  void option(std::string_view name, double& value, std::string_view help,
              config::Range<double> range) override {
    pass(name, value, help, range);
  }
  void option(std::string_view name, std::string& value, std::string_view help) override {
    pass(name, value, help);
  }
  void choice(std::string_view name, const config::Choice& choice, std::string_view help) override {
    if (first_time(name)) { to_.choice(name, choice, help); }
  }
  void option(std::string_view name, std::vector<std::string>& value, std::string_view help) override {
    pass(name, value, help);
  }
  void option(std::string_view name, config::Bytes& value, std::string_view help) override {
    pass(name, value, help);
  }
  void option(std::string_view name, config::Duration& value, std::string_view help) override {
    pass(name, value, help);
  }

 private:
  template <class T, class... Limits>
  void pass(std::string_view name, T& value, std::string_view help, const Limits&... limits) {
    if (first_time(name)) { to_.option(name, value, help, limits...); }
  }
  bool first_time(std::string_view name) { return seen_.insert(cat(section_, ".", name)).second; }

  config::Visitor& to_;
  std::string section_;
  std::set<std::string> seen_;
};

}  // namespace

void CheckOptions::visit(config::Visitor& v) {
  OnceEach once(v);
  common.visit(once);
  once.section("");
  once.option(
      "quick", quick,
      "seconds instead of half a minute: small buffers and files, as before every job of an allocation");
  once.section("check");
  once.option(
      "file_bytes", file_bytes,
      "each rank writes this much to the run's file system and reads it back; 0 = 64M, 8M with --quick");
  once.option("need_bytes", need_bytes,
              "free space the run needs; 0 = what srl_train will write, from the model's size");
  once.option("max_skew_seconds", max_skew_seconds, "clocks further apart than this are an error",
              config::at_least(0.0));
  train.visit(once);
  prepare.visit(once);
  sweep.visit(once);
}

std::filesystem::path CheckOptions::target() const {
  if (!train.run.empty()) { return train.run; }
  return prepare.output.empty() ? std::filesystem::path(".") : std::filesystem::path(prepare.output);
}

std::uint64_t CheckOptions::bytes_per_rank() const {
  if (file_bytes.value > 0) { return file_bytes.value; }
  return (quick ? std::uint64_t{8} : std::uint64_t{64}) << 20;
}

}  // namespace srl::jobs
