# Runs at every build (script mode): asks git for the version and rewrites OUTPUT only if it changed, to avoid
# unnecessary recompilation.
# Arguments: SOURCE_DIR, PROJECT_VERSION, BUILD_TYPE, OUTPUT.
set(version "")
find_program(GIT git)
# Use git only if SOURCE_DIR itself is a checkout: a copy inside another repository must not get that one's commit.
if(GIT AND EXISTS ${SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT} describe --always --dirty --exclude=* WORKING_DIRECTORY ${SOURCE_DIR}
    OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(failed)
    set(version "")
  endif()
endif()
if(version STREQUAL "")
  set(version "${PROJECT_VERSION}")
else()
  set(version "${PROJECT_VERSION}+${version}")
endif()
set(text "#define SRL_CODE_VERSION \"${version}\"\n#define SRL_BUILD_TYPE \"${BUILD_TYPE}\"\n")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
