# Compile settings of all targets: language, warnings, sanitizers, compiler cache, linker.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")

set(SRL_MARCH "x86-64-v3" CACHE STRING "Instruction set; results are bit-identical only between equal builds. Empty = compiler's default")
option(SRL_SANITIZE "Address and undefined-behaviour sanitizers" OFF)
option(SRL_SANITIZE_THREADS "Thread sanitizer" OFF)
option(SRL_WERROR "Treat compiler warnings as errors (for continuous integration, which has a fixed compiler)" OFF)

# Implicit conversions between signed and unsigned sizes and indices are allowed, as is the conversion to a type that
# the same line names. std::ssize gives a signed size. Use a cast where a value changes its type inside an expression.
add_library(srl_compile INTERFACE)
target_compile_options(srl_compile INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${SRL_WERROR}>>:-Werror>
  # g++ 12 wrongly reports overlap when std::string is concatenated (GCC bug 105651).
  $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>
  # No contraction to fused multiply-add: a formula gives the same bits wherever it is inlined.
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>)
if(SRL_MARCH AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  target_compile_options(srl_compile INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-march=${SRL_MARCH}>)
endif()
if(SRL_SANITIZE)
  target_compile_options(srl_compile INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(srl_compile INTERFACE -fsanitize=address,undefined)
endif()
if(SRL_SANITIZE_THREADS)
  target_compile_options(srl_compile INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  target_link_options(srl_compile INTERFACE -fsanitize=thread)
endif()

# Most of the time of a build is spent on headers, so sources of a library are compiled twelve at a time. With OFF, a change in one
# source compiles only this one again, and tools find every source in compile_commands.json.
option(SRL_UNITY "Compile the sources of a library several at a time" ON)
set(CMAKE_UNITY_BUILD ${SRL_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 12)
if(SRL_UNITY)
  # g++ takes every source of a unit but the unit itself for a header.
  target_compile_options(srl_compile INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
endif()

find_program(SRL_CCACHE ccache)
if(SRL_CCACHE)
  # ccache can cache a precompiled header only if it may ignore time stamps.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${SRL_CCACHE})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${SRL_CCACHE})
endif()
find_program(SRL_MOLD mold)
if(SRL_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
