// Options compiled into tests under the address sanitizer: Open MPI loads and unloads plug-ins, and keeps what it allocated.
extern "C" {
int dlclose(void*) { return 0; }   // a report needs the plug-in's symbols
const char* __asan_default_options() { return "fast_unwind_on_malloc=0:detect_leaks=1"; }
const char* __lsan_default_suppressions() {
  return "leak:libopen-rte\nleak:libopen-pal\nleak:libmpi\nleak:libpmix\nleak:libevent\nleak:libhwloc\nleak:mca_\nleak:libdbus\n";
}
}
