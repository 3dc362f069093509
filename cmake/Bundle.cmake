# The component `bundle` of an installation: what env/bundle.sh adds to the jobs. These are the programs that
# tests/gpu/run.sh calls, in the folders that they have in a build, and a library that tells Open MPI where the bundle
# is. The target bundle_programs builds everything that a bundle holds.
set(in_bundle COMPONENT bundle EXCLUDE_FROM_ALL)

add_library(srl_bundle_paths SHARED ${CMAKE_SOURCE_DIR}/env/bundle_paths.cpp)
target_link_libraries(srl_bundle_paths PRIVATE srl_compile ${CMAKE_DL_LIBS})
set_target_properties(srl_bundle_paths PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bundle)
install(TARGETS srl_bundle_paths LIBRARY DESTINATION lib ${in_bundle})

# Arrow is larger than all the rest, so a bundle has an srl_prep without it. The object with the functions for Parquet
# comes before the library of the room, and the linker takes them from it.
set(jobs srl_check srl_score srl_report srl_model_job srl_generate srl_train srl_eval)
if(TARGET srl_arrow)
  add_executable(srl_bundle_prep ${CMAKE_SOURCE_DIR}/data_prep/read/parquet_absent.cpp)
  srl_inside(srl_bundle_prep data_prep)
  target_link_libraries(srl_bundle_prep PRIVATE srl_prep_main srl_compile srl_suite_options srl_data_prep srl_grading)
  target_link_options(srl_bundle_prep PRIVATE LINKER:--as-needed)
  set_target_properties(srl_bundle_prep PROPERTIES OUTPUT_NAME srl_prep RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bundle)
  install(TARGETS srl_bundle_prep RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} ${in_bundle})
  list(APPEND jobs srl_bundle_prep)
else()
  list(APPEND jobs srl_prep)
endif()

# The tests of GPUs as one program: six would repeat the kernels. It has the objects of the six, and the main() of the one
# that runs on several ranks. A build without GPUs or some of the tests has none.
set(SRL_BUNDLED_TESTS device_gpu_test compute_gpu_test reward_gpu_test model_gpu_pack_test rollout_gpu_generator_test
  comm_device_collectives_test)
set(gpu_programs srl_bundle_tests gpu_bench)
foreach(test ${SRL_BUNDLED_TESTS})
  if(NOT TARGET ${test} OR SRL_DEVICE STREQUAL "none")
    set(gpu_programs "")
  endif()
endforeach()
if(gpu_programs)
  list(TRANSFORM SRL_BUNDLED_TESTS REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
  list(TRANSFORM SRL_BUNDLED_TESTS REPLACE "(.+)" "$<TARGET_PROPERTY:\\1,LINK_LIBRARIES>" OUTPUT_VARIABLE libraries)
  add_executable(srl_bundle_tests ${objects})
  target_link_libraries(srl_bundle_tests PRIVATE ${libraries})
  set_target_properties(srl_bundle_tests PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME gpu_tests
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bundle INSTALL_RPATH "${run_path}" INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS srl_bundle_tests RUNTIME DESTINATION tests ${in_bundle})
  if(TARGET gpu_bench)
    set_target_properties(gpu_bench PROPERTIES INSTALL_RPATH "${run_path}" INSTALL_RPATH_USE_LINK_PATH ON)
    install(TARGETS gpu_bench RUNTIME DESTINATION bench ${in_bundle})
  endif()
endif()
install(PROGRAMS tests/gpu/run.sh DESTINATION ${share}/tests/gpu ${in_bundle})

add_custom_target(bundle_programs)
foreach(program srl_bundle_paths ${jobs} ${gpu_programs} ${SRL_BUNDLED_TESTS})
  if(TARGET ${program} AND NOT (program STREQUAL "srl_model_job" AND NOT SRL_WITH_TORCH))
    add_dependencies(bundle_programs ${program})
  endif()
endforeach()
