#include "jobs/options/suite.hpp"

#include <set>

#include "analysis/options.hpp"
#include "base/strings.hpp"
#include "jobs/options/check.hpp"
#include "jobs/options/eval.hpp"
#include "jobs/options/generate.hpp"
#include "jobs/options/model.hpp"
#include "jobs/options/other_names.hpp"
#include "jobs/options/prep.hpp"
#include "jobs/options/score.hpp"

namespace srl::jobs {
namespace {

/// Collects the full names of the visited options.
class Names : public config::Visitor {
 public:
  std::set<std::string> names;

  void section(std::string_view name) override { section_ = name; }
  void option(std::string_view name, bool&, std::string_view) override { add(name); }
  void option(std::string_view name, std::int64_t&, std::string_view, config::Range<std::int64_t>) override {
    add(name);
  }
  void option(std::string_view name, double&, std::string_view, config::Range<double>) override { add(name); }
  void option(std::string_view name, std::string&, std::string_view) override { add(name); }
  void option(std::string_view name, std::vector<std::string>&, std::string_view) override { add(name); }
  void option(std::string_view name, config::Bytes&, std::string_view) override { add(name); }
  void option(std::string_view name, config::Duration&, std::string_view) override { add(name); }
  void choice(std::string_view name, const config::Choice&, std::string_view) override { add(name); }

 private:
  void add(std::string_view name) {
    names.insert(section_.empty() ? std::string(name) : cat(section_, ".", name));
  }
  std::string section_;
};

template <class Options>
void visit_all(Names& names, const std::vector<std::pair<std::string, std::string>>& subcommands) {
  for (const auto& [command, meaning] : subcommands) { Options().visit(command, names); }
}

config::SuiteNames collect() {
  Names names;
  names.names = {"help", "version"};
  CheckOptions().visit(names);  // with all of srl_train
  EvalOptions().visit(names);
  GenerateOptions().visit(names);
  analysis::ReportOptions().visit(names);
  visit_all<PrepOptions>(names, PrepOptions::subcommands());
  visit_all<ModelOptions>(names, ModelOptions::subcommands());
  visit_all<ScoreOptions>(names, ScoreOptions::subcommands());
  return {{names.names.begin(), names.names.end()}, other_names()};
}

}  // namespace

const config::SuiteNames& suite_names() {
  static const config::SuiteNames names = collect();
  return names;
}

}  // namespace srl::jobs
