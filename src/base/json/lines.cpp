#include <istream>

#include "base/json.hpp"

namespace srl {

bool next_json_line(std::istream& in, JsonLine& line) {
  while (std::getline(in, line.text)) {
    ++line.number;
    if (line.text.find_first_not_of(" \t\r\v\f") != std::string::npos) { return true; }
  }
  return false;
}

}  // namespace srl
