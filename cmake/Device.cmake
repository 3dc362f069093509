# GPUs: which there are for this tree, and how kernel files are compiled.
#
# SRL_DEVICE names the back end that executables link: none, cuda, or emulated (a GPU on the CPU, to test with). Only the back
# ends' own files differ; rooms are compiled once. An executable may choose another one of this tree's back ends by its target
# property SRL_DEVICE.
set(SRL_DEVICE none CACHE STRING "GPUs: none, cuda, or emulated on the CPU (for tests)")
set_property(CACHE SRL_DEVICE PROPERTY STRINGS none cuda emulated)
if(SRL_DEVICE STREQUAL "none")
  set(SRL_BACK_ENDS none)
elseif(SRL_DEVICE STREQUAL "cuda")
  include(Cuda)
  set(SRL_BACK_ENDS none cuda)
elseif(SRL_DEVICE STREQUAL "emulated")
  include(CheckCXXCompilerFlag)
  check_cxx_compiler_flag(-ftrivial-auto-var-init=pattern SRL_HAS_PATTERN_INIT)
  # checked: kernels that tell every access to the emulator's checks. The address sanitizer cannot do both at once.
  set(SRL_BACK_ENDS none emulated)
  if(NOT SRL_SANITIZE)
    list(APPEND SRL_BACK_ENDS checked)
  endif()
else()
  message(FATAL_ERROR "SRL_DEVICE=${SRL_DEVICE} is not one of none, cuda, emulated")
endif()
set_property(GLOBAL PROPERTY SRL_KERNEL_FILES "")

# What kernel files see of the emulator, whatever back end they are compiled for: CUDA's words.
add_library(srl_kernel_words INTERFACE)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/doors/emulator)
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/tests/emulator ${CMAKE_BINARY_DIR}/doors/emulator/emulator SYMBOLIC)
target_include_directories(srl_kernel_words INTERFACE ${CMAKE_BINARY_DIR}/doors/emulator)

# srl_kernels(TARGET BACK_END FILES …): adds kernel files to a target as that back end needs them.
#   none       compiled by the C++ compiler, so that every build checks them; launches refuse, so the kernels themselves are dropped
#   cuda       compiled by nvcc
#   emulated   compiled by the C++ compiler for the emulated GPU
#   checked    the same, and every access of a kernel is reported to the emulator's checks
function(srl_kernels target back_end)
  foreach(file ${ARGN})
    get_filename_component(path ${file} ABSOLUTE)
    get_property(known GLOBAL PROPERTY SRL_KERNEL_FILES)
    if(NOT path IN_LIST known)
      set_property(GLOBAL APPEND PROPERTY SRL_KERNEL_FILES ${path})
    endif()
    if(back_end STREQUAL "cuda")
      target_sources(${target} PRIVATE ${path})
      continue()
    endif()
    # A C++ file that includes the kernel file: CMake gives a file one language only.
    file(RELATIVE_PATH name ${CMAKE_CURRENT_SOURCE_DIR} ${path})
    set(wrapper ${CMAKE_CURRENT_BINARY_DIR}/kernels_${target}/${name}.cpp)
    file(CONFIGURE OUTPUT ${wrapper} CONTENT "#include \"${path}\"\n" @ONLY)
    target_sources(${target} PRIVATE ${wrapper})
  endforeach()
  if(back_end STREQUAL "cuda")
    return()
  endif()
  target_link_libraries(${target} PRIVATE srl_kernel_words)
  if(back_end STREQUAL "none")
    target_compile_options(${target} PRIVATE -O2)   # without it, kernels that are never launched would stay
  else()
    target_compile_definitions(${target} PRIVATE SRL_KERNELS_EMULATED=1)
    # A GPU's registers and shared memory hold anything at first, so what a kernel has not set must show.
    if(SRL_HAS_PATTERN_INIT)
      target_compile_options(${target} PRIVATE -ftrivial-auto-var-init=pattern)
    endif()
  endif()
  if(back_end STREQUAL "checked")
    # Only the instrumentation: the functions that it calls are the emulator's own.
    target_compile_options(${target} PRIVATE -g1 -fsanitize=thread)
    target_compile_definitions(${target} PRIVATE SRL_KERNELS_CHECKED=1)
  endif()
endfunction()

# srl_back_ends(ROOM KERNELS … NONE … CUDA … EMULATED … USES …): what of a room differs. For each back end there is a library
# srl_ROOM_BACK_END with the room's files for it and its kernels; linking the room links that of the executable's back end.
function(srl_back_ends name)
  cmake_parse_arguments(ARG "" "" "KERNELS;NONE;CUDA;EMULATED;USES" ${ARGN})
  foreach(back_end ${SRL_BACK_ENDS})
    set(library srl_${name}_${back_end})
    add_library(${library} INTERFACE)
    string(TOUPPER ${back_end} word)
    if(back_end STREQUAL "checked")
      target_link_libraries(${library} INTERFACE srl_emulator_checks)
      if(ARG_EMULATED)
        target_link_libraries(${library} INTERFACE srl_${name}_emulated_files)
      endif()
    elseif(ARG_${word})
      add_library(${library}_files STATIC ${ARG_${word}})
      set_target_properties(${library}_files PROPERTIES UNITY_BUILD OFF)
      srl_on_back_end(${library}_files ${name} ${back_end} ${ARG_USES})
      target_link_libraries(${library} INTERFACE ${library}_files)
    endif()
    if(ARG_KERNELS)
      add_library(${library}_kernels STATIC)
      set_target_properties(${library}_kernels PROPERTIES UNITY_BUILD OFF)   # kernel files share short names
      srl_kernels(${library}_kernels ${back_end} ${ARG_KERNELS})
      srl_on_back_end(${library}_kernels ${name} ${back_end} ${ARG_USES})
      target_link_libraries(${library} INTERFACE ${library}_kernels)
    endif()
  endforeach()
  set(own $<TARGET_PROPERTY:SRL_DEVICE>)
  target_link_libraries(srl_${name} INTERFACE srl_${name}_$<IF:$<BOOL:${own}>,${own},${SRL_DEVICE}>)
endfunction()

function(srl_on_back_end library room back_end)
  srl_inside(${library} ${room})
  target_link_libraries(${library} PRIVATE srl_compile ${ARGN} PUBLIC srl_${room})
  if(back_end STREQUAL "cuda")
    target_link_libraries(${library} PRIVATE CUDA::cudart)
  else()
    target_link_libraries(${library} PRIVATE srl_kernel_words)
  endif()
  if(back_end STREQUAL "emulated" OR back_end STREQUAL "checked")
    target_link_libraries(${library} PRIVATE srl_emulator)
  endif()
endfunction()

# The emulator itself is compiled with every emulated tree, with or without tests.
if(SRL_DEVICE STREQUAL "emulated")
  add_library(srl_emulator STATIC
    ${CMAKE_SOURCE_DIR}/tests/emulator/machine/fiber.cpp ${CMAKE_SOURCE_DIR}/tests/emulator/machine/machine.cpp
    ${CMAKE_SOURCE_DIR}/tests/emulator/machine/meetings.cpp ${CMAKE_SOURCE_DIR}/tests/emulator/machine/shared_memory.cpp
    ${CMAKE_SOURCE_DIR}/tests/emulator/machine/words.cpp ${CMAKE_SOURCE_DIR}/tests/emulator/machine/tiles.cpp
    ${CMAKE_SOURCE_DIR}/tests/emulator/machine/memory_map.cpp)
  set_target_properties(srl_emulator PROPERTIES UNITY_BUILD OFF)   # its names are short, and the same in several files
  target_link_libraries(srl_emulator PRIVATE srl_compile PUBLIC srl_kernel_words)
  if("checked" IN_LIST SRL_BACK_ENDS)
    add_library(srl_emulator_checks STATIC ${CMAKE_SOURCE_DIR}/tests/emulator/machine/shadow.cpp
      ${CMAKE_SOURCE_DIR}/tests/emulator/machine/checks.cpp)
    set_target_properties(srl_emulator_checks PROPERTIES UNITY_BUILD OFF)
    target_link_libraries(srl_emulator_checks PRIVATE srl_compile PUBLIC srl_emulator)
  endif()
endif()
