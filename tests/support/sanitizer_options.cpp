// Options compiled into tests and jobs under the address sanitizer. Open MPI loads and unloads plug-ins, and
// keeps what it allocated.
extern "C" {
int dlclose(void*) {
  return 0;
}  // a report needs the plug-in's symbols
// A damaged HDF5 file may make its library ask for absurd sizes: null is the answer it handles. Leaks are
// looked for only on demand (ASAN_OPTIONS=detect_leaks=1): the leak checker stops all threads by ptrace,
// which fails now and then on a busy or confined machine.
const char* __asan_default_options() {
  return "fast_unwind_on_malloc=0:allocator_may_return_null=1:detect_leaks=0";
}
const char* __lsan_default_suppressions() {
  return "leak:libopen-rte\nleak:libopen-pal\nleak:libmpi\nleak:libpmix\nleak:libevent\nleak:libhwloc\nleak:"
         "mca_\nleak:libdbus\n";
}
}
