# A room's door is what other rooms see of it: a folder of links to the headers at the top of the room's folder.
# Headers in its sub-folders are visible only to the room itself and to its tests.
function(srl_door name kind headers)
  set(door ${CMAKE_BINARY_DIR}/doors/${name}_${kind}/${name})
  file(REMOVE_RECURSE ${door})
  file(MAKE_DIRECTORY ${door})
  foreach(header ${headers})
    get_filename_component(file ${header} NAME)
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${header} ${door}/${file} SYMBOLIC)
  endforeach()
endfunction()

# Adds the include folder that shows all headers of a room: for the room itself and for its tests.
function(srl_inside target name)
  target_include_directories(${target} BEFORE PRIVATE ${CMAKE_BINARY_DIR}/rooms/${name})
endfunction()

# srl_options(NAME ROOMS …): the room's options.hpp and options.cpp as a small library over `config` and other rooms'
# options. Jobs that need only a room's options (srl_check, the list of all option names) link this library instead of
# the room.
function(srl_options name)
  cmake_parse_arguments(ARG "" "" "ROOMS" ${ARGN})
  set(library srl_${name}_options)
  srl_door(${name} options options.hpp)
  set(reach PUBLIC)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/options.cpp)
    add_library(${library} STATIC options.cpp)
    target_link_libraries(${library} PRIVATE srl_compile)
  else()   # options.hpp only
    set(reach INTERFACE)
    add_library(${library} INTERFACE)
  endif()
  target_include_directories(${library} ${reach} ${CMAKE_BINARY_DIR}/doors/${name}_options)
  target_link_libraries(${library} ${reach} srl_config)
  foreach(room ${ARG_ROOMS})
    target_link_libraries(${library} ${reach} srl_${room}_options)
  endforeach()
endfunction()

# One line per room, `NAME: ROOMS`: tests/build/rooms.sh compares them with the table of src/README.md.
set(SRL_ROOMS_FILE ${CMAKE_BINARY_DIR}/rooms.txt)
file(WRITE ${SRL_ROOMS_FILE} "")

# srl_room(NAME SOURCES … ROOMS … [USES …] [KERNELS …] [NONE …] [CUDA …] [EMULATED …] [TORCH]): one library per room.
#   ROOMS     the rooms that it may include, with the rooms that those list; headers of other rooms are not found
#   USES      third-party libraries, private to the room
#   KERNELS   .cu files, compiled once per back end (srl_back_ends in cmake/Device.cmake)
#   NONE, CUDA, EMULATED  files of one back end. All other files are compiled once for all back ends.
function(srl_room name)
  cmake_parse_arguments(ARG "TORCH" "" "SOURCES;ROOMS;USES;KERNELS;NONE;CUDA;EMULATED" ${ARGN})
  set(library srl_${name})
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/*.hpp)
  list(REMOVE_ITEM headers options.hpp)
  if(NOT TARGET ${library}_options AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/options.hpp)
    list(APPEND headers options.hpp)   # config itself
  endif()
  srl_door(${name} room "${headers}")
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/rooms/${name})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_BINARY_DIR}/rooms/${name}/${name} SYMBOLIC)
  list(JOIN ARG_ROOMS " " rooms)
  file(APPEND ${SRL_ROOMS_FILE} "${name}: ${rooms}\n")
  add_library(${library} STATIC ${ARG_SOURCES})
  srl_inside(${library} ${name})
  target_include_directories(${library} INTERFACE ${CMAKE_BINARY_DIR}/doors/${name}_room)
  target_link_libraries(${library} PRIVATE srl_compile ${ARG_USES})
  foreach(room ${ARG_ROOMS})
    target_link_libraries(${library} PUBLIC srl_${room})
  endforeach()
  if(TARGET ${library}_options)
    target_link_libraries(${library} PUBLIC ${library}_options)
  endif()
  if(ARG_TORCH)
    target_link_libraries(${library} PUBLIC srl_torch)
    target_precompile_headers(${library} REUSE_FROM srl_torch_pch)
  endif()
  if(ARG_KERNELS OR ARG_NONE)
    srl_back_ends(${name} KERNELS ${ARG_KERNELS} NONE ${ARG_NONE} CUDA ${ARG_CUDA} EMULATED ${ARG_EMULATED} USES ${ARG_USES})
  endif()
endfunction()

# srl_job(NAME SOURCE ROOMS … [SOURCES more]): one executable per job, in bin/. Its target is NAME, or NAME_job if a
# room's library already has that name (srl_model).
function(srl_job name source)
  cmake_parse_arguments(ARG "TORCH" "" "ROOMS;USES;SOURCES" ${ARGN})
  set(target ${name})
  if(TARGET ${name})
    set(target ${name}_job)
  endif()
  list(TRANSFORM ARG_ROOMS PREPEND srl_)
  set(libraries srl_compile srl_suite_options ${ARG_USES} ${ARG_ROOMS})
  add_library(${target}_main OBJECT ${source} ${ARG_SOURCES})
  srl_inside(${target}_main jobs)
  target_link_libraries(${target}_main PRIVATE ${libraries})
  add_executable(${target})
  target_link_libraries(${target} PRIVATE ${target}_main ${libraries})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name})
  set(executables ${target})
  if(SRL_DEVICE STREQUAL "emulated")
    # The same objects without GPUs, as the preset cpu-release links them: they must not break unseen.
    add_executable(${target}_none)
    target_link_libraries(${target}_none PRIVATE ${target}_main ${libraries})
    set_target_properties(${target}_none PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin/none
      SRL_DEVICE none)
    list(APPEND executables ${target}_none)
  endif()
  if(SRL_SANITIZE)
    # Memory that the MPI libraries keep at process end is not a leak in SRL.
    foreach(executable ${executables})
      target_sources(${executable} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support/sanitizer_options.cpp)
    endforeach()
  endif()
endfunction()
