# `cmake --install BUILD --prefix P` and `cpack`: executables in bin, everything that the batch scripts and people need in
# share/srl (laid out like the source), the module file in share/modulefiles. Nothing in it names the prefix, so that
# the folder can be moved. LibTorch is found where this build found it, or in lib/srl with SRL_INSTALL_TORCH.
include(GNUInstallDirs)
option(SRL_INSTALL_TORCH "Install the libraries of LibTorch too (about 500 MB), for machines without this build's copy" OFF)
set(share ${CMAKE_INSTALL_DATAROOTDIR}/srl)

set(run_path "$ORIGIN/../lib/srl")
if(SRL_WITH_TORCH)
  file(REAL_PATH ${SRL_TORCH_ROOT}/lib torch_libraries)
  set(torch_folders ${torch_libraries})
  foreach(folder ${SRL_TORCH_ROOT}/../nvidia/cu13/lib /usr/local/cuda/lib64 $ENV{CUDA_HOME}/lib64)
    if(EXISTS ${folder})
      file(REAL_PATH ${folder} folder)
      list(APPEND torch_folders ${folder})
    endif()
  endforeach()
  list(APPEND run_path ${torch_folders})
  if(SRL_INSTALL_TORCH)
    file(GLOB libraries ${torch_libraries}/libtorch_cpu.so ${torch_libraries}/libc10.so ${torch_libraries}/libgomp*)
    if(SRL_DEVICE STREQUAL "cuda")
      file(GLOB cuda_libraries ${torch_libraries}/libtorch.so ${torch_libraries}/libtorch_cuda.so ${torch_libraries}/libc10_cuda.so)
      list(APPEND libraries ${cuda_libraries})
    endif()
    foreach(folder ${torch_folders})
      file(GLOB runtime ${folder}/libcudart.so.* ${folder}/libcupti.so.*)
      list(APPEND libraries ${runtime})
    endforeach()
    install(FILES ${libraries} DESTINATION lib/srl)
  endif()
endif()

foreach(job srl_check srl_prep srl_score srl_report srl_model_job srl_generate srl_train srl_eval)
  if(TARGET ${job} AND NOT (job STREQUAL "srl_model_job" AND NOT SRL_WITH_TORCH))
    # The path that the linker got for HDF5, MPI and Arrow is kept when it is not a standard one.
    set_target_properties(${job} PROPERTIES INSTALL_RPATH "${run_path}" INSTALL_RPATH_USE_LINK_PATH ON)
    install(TARGETS ${job} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

# Manual pages, from the help of the installed jobs.
find_program(SRL_HELP2MAN help2man)
if(SRL_HELP2MAN)
  install(CODE "set(prefix \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX})
    execute_process(COMMAND ${CMAKE_SOURCE_DIR}/docs/make_man.sh \${prefix}/${CMAKE_INSTALL_BINDIR} \${prefix}/${CMAKE_INSTALL_MANDIR}
      COMMAND_ERROR_IS_FATAL ANY)" COMPONENT manual)
endif()

install(DIRECTORY slurm DESTINATION ${share} USE_SOURCE_PERMISSIONS PATTERN site.sh EXCLUDE)
install(DIRECTORY studies docs DESTINATION ${share} USE_SOURCE_PERMISSIONS
  PATTERN .srl_checksums.json EXCLUDE PATTERN __pycache__ EXCLUDE)   # jobs and Python leave these beside what they read
install(DIRECTORY jobs/presets DESTINATION ${share}/jobs)
install(DIRECTORY data_prep/example DESTINATION ${share}/data_prep)
install(PROGRAMS env/fetch_smollm2.sh DESTINATION ${share}/env)
install(FILES env/one_machine.env DESTINATION ${share}/env)
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${share})
install(FILES env/modulefiles/srl/${PROJECT_VERSION}.lua DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/modulefiles/srl)

set(CPACK_PACKAGE_NAME srl)
set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_VENDOR "SRL")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
include(CPack)
