#pragma once
// What the command line gives each option, and the message when an option is given twice. Used only inside
// this room.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/read/entry.hpp"

namespace srl::config {

/// Values as a message shows them: quoted where a shell needs it, and cut where they are long.
std::string shown(const std::vector<std::string>& values);

class Given {
 public:
  /// Keeps the values of `--name values`. Returns a message if the option was given before with other ones:
  /// which of them was meant is not known, and a run with the wrong one costs hours.
  std::string keep(const Entry& entry, const std::vector<std::string>& values);
  /// Keeps an argument without --. Those of a list add up, wherever they are on the command line.
  std::string add(const Entry& entry, const std::string& value);
  void forget(const std::string& name) { values_.erase(name); }
  /// nullptr: not given.
  const std::vector<std::string>* values(const std::string& name) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
  std::set<std::string> by_place_;  ///< options that arguments without -- set
  std::set<std::string> refused_;   ///< options whose second value is in a message already
};

}  // namespace srl::config
