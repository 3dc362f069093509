#include "jobs/options/check.hpp"

#include <set>

#include "base/strings.hpp"

namespace srl::jobs {
namespace {

/// Passes each option on only once. Jobs share options of the same meaning; the one visited first sets the
/// default that help shows.
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
  v.first_page({.required = {}, .often = {"config", "quick", "data", "model", "run", "check.need_bytes"}});
  OnceEach once(v);
  common.visit(once);
  once.section("");
  once.option("quick", quick,
              "quick check with small buffers and files: takes seconds instead of half a minute");
  once.section("check");
  once.option("file_bytes", file_bytes,
              "size of the file that each rank writes to the run's file system and reads back; 0 = 64M, 8M "
              "with --quick");
  once.option(
      "need_bytes", need_bytes,
      "free space that the run needs; 0 = estimate of what srl_train writes, from the size of the model");
  once.option("max_skew_seconds", max_skew_seconds, "largest allowed difference between clocks in seconds",
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
