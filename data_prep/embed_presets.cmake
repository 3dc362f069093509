# Writes OUTPUT, a source file that holds the lists of presets FILES as text, in this order.
set(entries "")
foreach(preset ${FILES})
  file(READ ${preset} text)
  string(APPEND entries "      R\"preset(${text})preset\",\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by data_prep/embed_presets.cmake.
#include \"data_prep/split/preset.hpp\"

namespace srl::data_prep {

const std::vector<std::string>& built_in_presets() {
  static const std::vector<std::string> presets{
${entries}  };
  return presets;
}

}  // namespace srl::data_prep
")
