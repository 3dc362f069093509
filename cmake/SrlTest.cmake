# srl_test(NAME SOURCES … ROOMS … [RANKS 1 2 3 4] [LABELS unit] [TORCH] [TIMEOUT 120]): one GoogleTest executable.
# Without RANKS it runs as a plain process with label unit; with RANKS it runs under mpirun once for each count, label mpi.
find_package(GTest REQUIRED)
set(SRL_MPIRUN_ENV OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
  OMPI_MCA_btl_tcp_if_include=lo OMPI_MCA_oob_tcp_if_include=lo OMPI_MCA_mpi_yield_when_idle=1 OMP_NUM_THREADS=1
  OMP_WAIT_POLICY=passive)   # two tests side by side must not spin on each other's cores
function(srl_test name)
  cmake_parse_arguments(ARG "TORCH" "TIMEOUT;MAIN" "SOURCES;ROOMS;USES;RANKS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE SRL_SOURCE_DIR="${CMAKE_SOURCE_DIR}" SRL_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE srl_compile GTest::gmock ${ARG_USES})
  if(ARG_RANKS)
    target_link_libraries(${name} PRIVATE srl_comm)   # tests/support/mpi_main.cpp holds the session
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support/mpi_main.cpp)
  else()
    target_link_libraries(${name} PRIVATE GTest::gtest_main)
  endif()
  if(SRL_SANITIZE)
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support/sanitizer_options.cpp)
  endif()
  foreach(room ${ARG_ROOMS})
    target_link_libraries(${name} PRIVATE srl_${room})
  endforeach()
  if(ARG_TORCH)
    # The shared header is compiled for libraries (-fPIC); an executable's own -fPIE would not match it.
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${name} PRIVATE -fPIC)
    target_precompile_headers(${name} REUSE_FROM srl_torch_pch)
  endif()
  if(ARG_RANKS)
    foreach(ranks ${ARG_RANKS})
      add_test(NAME ${name}.ranks${ranks}
        COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:${name}>)
      set_tests_properties(${name}.ranks${ranks} PROPERTIES LABELS "mpi;${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
        PROCESSORS 2 ENVIRONMENT "${SRL_MPIRUN_ENV}")
    endforeach()
  else()
    if(NOT ARG_LABELS)
      set(ARG_LABELS unit)
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${SRL_MPIRUN_ENV}")
  endif()
endfunction()
