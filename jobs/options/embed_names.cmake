# Writes OUTPUT, a source file that holds the table of TABLE (tab-separated: program, name there, name here, note).
file(STRINGS ${TABLE} lines REGEX "^[^#]")
set(entries "")
foreach(line ${lines})
  string(REGEX MATCH "^([^\t]*)\t([^\t]*)\t([^\t]*)" found "${line}")
  string(APPEND entries "      {\"${CMAKE_MATCH_1}\", \"${CMAKE_MATCH_2}\", \"${CMAKE_MATCH_3}\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by jobs/options/embed_names.cmake.
#include \"jobs/options/other_names.hpp\"

namespace srl::jobs {

std::vector<config::OtherName> other_names() {
  return {
${entries}  };
}

}  // namespace srl::jobs
")
