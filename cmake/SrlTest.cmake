# Names of tests: a test program in the folder tests/F with subject S is the target F_S_test and the ctest test F.S
# (F.S.ranksN for each number of ranks). A script S.sh in that folder is the test F.S. The subject `room` tests the
# room's functions together.
find_package(GTest REQUIRED)
file(STRINGS ${CMAKE_SOURCE_DIR}/env/one_machine.env SRL_MPIRUN_ENV REGEX "^[A-Z]")
# Two tests that run at the same time must not busy-wait on each other's cores. Script tests start ranks with the
# launcher of this build's MPI library.
list(APPEND SRL_MPIRUN_ENV OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive MPIEXEC=${MPIEXEC_EXECUTABLE})
if(SRL_SANITIZE_THREADS)
  list(APPEND SRL_MPIRUN_ENV "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan_suppressions.txt exitcode=66")
endif()
# No test has to finish within a certain time. This limit is far above what any test needs and only ends hanging tests.
set(SRL_HANG_SECONDS 3600)
option(SRL_EVERY_SHAPE "Tests of kernels: every shape under all schedules and checks (tests/emulator/all.sh)" OFF)

# srl_test(SUBJECT SOURCES … ROOMS … [RANKS 1 2 3 4] [LABELS unit] [TORCH]): one GoogleTest executable. Sets TARGET to
# its target's name. A test sees the private headers of the room with its folder's name, and of the rooms in INSIDE.
# Without RANKS it runs as a plain process with label unit. With RANKS it runs under mpirun once per number of ranks,
# with label mpi. KERNELS are the test's own kernel files (cmake/Device.cmake). DEVICE links another back end than the
# build's SRL_DEVICE; `checked` checks every memory access of kernels.
function(srl_test subject)
  cmake_parse_arguments(ARG "TORCH" "DEVICE" "SOURCES;ROOMS;USES;RANKS;LABELS;INSIDE;KERNELS" ${ARGN})
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  set(target ${folder}_${subject}_test)
  add_executable(${target} ${ARG_SOURCES})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${target} PRIVATE SRL_SOURCE_DIR="${CMAKE_SOURCE_DIR}" SRL_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${target} PRIVATE srl_compile GTest::gmock ${ARG_USES})
  if(SRL_EVERY_SHAPE)
    target_compile_definitions(${target} PRIVATE SRL_EVERY_SHAPE=1)
  endif()
  # A test's own code is long to compile and short to run. The rooms that it tests are optimised as always.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(ARG_RANKS)
    target_link_libraries(${target} PRIVATE srl_comm)   # tests/support/mpi_main.cpp holds the session
    target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support/mpi_main.cpp)
  else()
    target_link_libraries(${target} PRIVATE GTest::gtest_main)
  endif()
  if(SRL_SANITIZE)
    target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support/sanitizer_options.cpp)
  endif()
  foreach(room ${ARG_ROOMS})
    target_link_libraries(${target} PRIVATE srl_${room})
  endforeach()
  foreach(room ${folder} ${ARG_INSIDE})
    if(EXISTS ${CMAKE_BINARY_DIR}/rooms/${room})
      srl_inside(${target} ${room})
    endif()
  endforeach()
  set(back_end ${SRL_DEVICE})
  if(ARG_DEVICE)
    set(back_end ${ARG_DEVICE})
    set_target_properties(${target} PROPERTIES SRL_DEVICE ${back_end})
  endif()
  if(back_end STREQUAL "checked")
    target_compile_definitions(${target} PRIVATE SRL_CHECKED=1)
  endif()
  if(ARG_KERNELS)
    add_library(${target}_kernels STATIC)
    srl_kernels(${target}_kernels ${back_end} ${ARG_KERNELS})
    srl_on_back_end(${target}_kernels ${folder} ${back_end} ${ARG_USES})
    target_include_directories(${target}_kernels PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${target} PRIVATE ${target}_kernels)
  endif()
  if(ARG_TORCH)
    # The shared precompiled header is compiled with -fPIC; the -fPIE of executables would not match it.
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
    target_precompile_headers(${target} REUSE_FROM srl_torch_pch)
  endif()
  if(ARG_RANKS)
    foreach(ranks ${ARG_RANKS})
      set(name ${folder}.${subject}.ranks${ranks})
      add_test(NAME ${name} COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:${target}>)
      set_tests_properties(${name} PROPERTIES LABELS "mpi;${ARG_LABELS}" TIMEOUT ${SRL_HANG_SECONDS} PROCESSORS 2
        ENVIRONMENT "${SRL_MPIRUN_ENV}")
    endforeach()
  else()
    if(NOT ARG_LABELS)
      set(ARG_LABELS unit)
    endif()
    set(name ${folder}.${subject})
    add_test(NAME ${name} COMMAND ${target})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${SRL_HANG_SECONDS} ENVIRONMENT "${SRL_MPIRUN_ENV}")
  endif()
  set(TARGET ${target} PARENT_SCOPE)
endfunction()

# srl_script_test(SUBJECT [ARGUMENTS …] [LABELS mpi] [PROCESSORS 2]): runs SUBJECT.sh of this folder. Its argument is
# the build folder unless ARGUMENTS are given. A script that exits with code 77 counts as skipped; it prints why.
function(srl_script_test subject)
  cmake_parse_arguments(ARG "" "PROCESSORS" "ARGUMENTS;LABELS" ${ARGN})
  if(NOT ARG_ARGUMENTS)
    set(ARG_ARGUMENTS ${CMAKE_BINARY_DIR})
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS mpi)
  endif()
  if(NOT ARG_PROCESSORS)
    set(ARG_PROCESSORS 2)
  endif()
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  add_test(NAME ${folder}.${subject} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${subject}.sh ${ARG_ARGUMENTS})
  set_tests_properties(${folder}.${subject} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${SRL_HANG_SECONDS}
    PROCESSORS ${ARG_PROCESSORS} SKIP_RETURN_CODE 77 ENVIRONMENT "${SRL_MPIRUN_ENV}")
endfunction()

# srl_copied(ROOM NAME): library srl_ROOM_NAME, the room compiled again for a test that lists it in USES instead of
# the room in ROOMS.
function(srl_copied room name)
  set(library srl_${room}_${name})
  get_target_property(sources srl_${room} SOURCES)
  get_target_property(folder srl_${room} SOURCE_DIR)
  list(FILTER sources INCLUDE REGEX "cpp$")
  list(TRANSFORM sources PREPEND ${folder}/)
  add_library(${library} STATIC ${sources})
  set_target_properties(${library} PROPERTIES EXPORT_COMPILE_COMMANDS OFF)   # list each source only once for tools
  srl_inside(${library} ${room})
  target_link_libraries(${library} PRIVATE srl_compile)
  get_target_property(rooms srl_${room} INTERFACE_LINK_LIBRARIES)
  list(FILTER rooms INCLUDE REGEX "^srl_")
  target_link_libraries(${library} PUBLIC ${rooms})
  target_include_directories(${library} INTERFACE $<TARGET_PROPERTY:srl_${room},INTERFACE_INCLUDE_DIRECTORIES>)
endfunction()

# srl_counted(ROOM): library srl_ROOM_counted, the room compiled again with instrumentation that counts its work
# (tests/support/counted_work.hpp). A test lists it in USES instead of the room in ROOMS.
function(srl_counted room)
  srl_copied(${room} counted)
  set(library srl_${room}_counted)
  # The same optimisation level for all build types, and std::string compiled with the room, so that counts are comparable.
  target_compile_options(${library} PRIVATE -O2 -fsanitize-coverage=trace-pc -D_GLIBCXX_EXTERN_TEMPLATE=0 -w)
  target_sources(${library} INTERFACE ${CMAKE_SOURCE_DIR}/tests/support/counted_work.cpp)
  target_link_options(${library} INTERFACE LINKER:--wrap=memchr,--wrap=memcmp,--wrap=memcpy,--wrap=memmove)
endfunction()
