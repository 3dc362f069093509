# Writes OUTPUT, a source file that holds every presets/*.json as text.
file(GLOB presets ${CMAKE_CURRENT_LIST_DIR}/presets/*.json)
list(SORT presets)
set(entries "")
foreach(preset ${presets})
  get_filename_component(name ${preset} NAME_WE)
  file(READ ${preset} text)
  string(APPEND entries "      {\"${name}\", R\"preset(${text})preset\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by data_prep/embed_presets.cmake.
#include \"data_prep/split/preset.hpp\"

namespace srl::data_prep {

const std::vector<std::pair<std::string, std::string>>& built_in_presets() {
  static const std::vector<std::pair<std::string, std::string>> presets{
${entries}  };
  return presets;
}

}  // namespace srl::data_prep
")
