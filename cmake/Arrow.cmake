# Apache Arrow C++ for Parquet. Optional: found in the PyPI wheel pyarrow (env/setup.sh --parquet installs it) or in
# SRL_ARROW_ROOT.
file(GLOB srl_arrow_found ${CMAKE_SOURCE_DIR}/.deps/venv/lib/python3*/site-packages/pyarrow)
set(SRL_ARROW_ROOT "${srl_arrow_found}" CACHE PATH "Folder of the pyarrow package; empty = no Parquet")
file(GLOB srl_arrow_library ${SRL_ARROW_ROOT}/libarrow.so.*)
file(GLOB srl_parquet_library ${SRL_ARROW_ROOT}/libparquet.so.*)
if(SRL_ARROW_ROOT AND srl_arrow_library AND srl_parquet_library AND EXISTS ${SRL_ARROW_ROOT}/include/parquet/arrow/reader.h)
  add_library(srl_arrow INTERFACE)
  target_include_directories(srl_arrow SYSTEM INTERFACE ${SRL_ARROW_ROOT}/include)
  target_link_libraries(srl_arrow INTERFACE ${srl_parquet_library} ${srl_arrow_library})
  target_link_options(srl_arrow INTERFACE -Wl,-rpath,${SRL_ARROW_ROOT})
endif()
