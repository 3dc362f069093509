// Options that are compiled into tests and jobs for the address sanitizer. Open MPI loads and unloads
// plug-ins and does not free all its memory.
extern "C" {
int dlclose(void*) {
  return 0;
}  // a report needs the plug-in's symbols
// For a damaged HDF5 file the HDF5 library may allocate absurd sizes. It handles a null pointer. Leaks are
// detected only on demand (ASAN_OPTIONS=detect_leaks=1), because the leak checker stops all threads with
// ptrace, which sometimes fails on a busy or confined machine.
const char* __asan_default_options() {
  return "fast_unwind_on_malloc=0:allocator_may_return_null=1:detect_leaks=0";
}
const char* __lsan_default_suppressions() {
  return "leak:libopen-rte\nleak:libopen-pal\nleak:libmpi\nleak:libpmix\nleak:libevent\nleak:libhwloc\nleak:"
         "mca_\nleak:libdbus\n";
}
}
