#pragma once
// The file of --sweep: models, benchmarks and settings, which are all combined. The INI dialect of --config.
//   [models]            NAME = folder
//   [benchmarks]        NAME = file, or a data folder for view step
//   [settings NAME]     options, as in a file of --config but with their full names: sampling.greedy = on;
//                       models = and benchmarks = restrict the setting to some names
//   [fields NAME]       the fields of a benchmark's rows: question = a.b
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/ini.hpp"

namespace srl::evaluation {

struct NamedPath {
  std::string name, path;
};

struct NamedSetting {
  std::string name;                             ///< empty: the file has no settings
  std::vector<config::IniLine> lines = {};      ///< its options
  std::vector<std::string> models, benchmarks;  ///< names in the order of the file
};

struct SweepFile {
  std::vector<NamedPath> models, benchmarks;
  std::vector<NamedSetting> settings;                          ///< at least one
  std::map<std::string, std::vector<config::IniLine>> fields;  ///< by the benchmark's name
};

/// BadOption that lists every line that is wrong.
SweepFile read_sweep_file(const std::filesystem::path& file);

}  // namespace srl::evaluation
