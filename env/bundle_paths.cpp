// Part of a bundle (env/bundle.sh). The bundled libopen-pal loads this library, so that Open MPI and PMIx
// find their plugins, texts and programs in the bundle: their own libraries name the folders of the machine
// that built them.
#include <dlfcn.h>

#include <climits>
#include <cstdlib>
#include <string>

namespace {

/// Runs when a program of the bundle starts, before MPI_Init reads these variables. Variables of another Open
/// MPI, for example of a loaded module, are replaced: its plugins do not fit these libraries.
[[gnu::constructor]] void set_paths() {
  Dl_info self{};
  char path[PATH_MAX];
  if (dladdr(reinterpret_cast<const void*>(&set_paths), &self) == 0 ||
      realpath(self.dli_fname, path) == nullptr) {
    return;
  }
  std::string folder = path;  // BUNDLE/lib/libsrl_bundle_paths.so
  for (int level = 0; level < 2; ++level) { folder.resize(folder.rfind('/')); }
  const auto set = [&](const char* name, const char* below) { setenv(name, (folder + below).c_str(), 1); };
  set("OPAL_PREFIX", "");
  set("OPAL_BINDIR", "/bin");
  set("OPAL_LIBDIR", "/lib");
  set("OPAL_PKGLIBDIR", "/lib/openmpi");
  set("OPAL_SYSCONFDIR", "/etc/openmpi");
  set("OPAL_DATADIR", "/share");
  set("OPAL_PKGDATADIR", "/share/openmpi");
  set("PMIX_PREFIX", "");
  set("PMIX_LIBDIR", "/lib");
  set("PMIX_PKGLIBDIR", "/lib/pmix");
  set("PMIX_DATADIR", "/share");
  set("PMIX_PKGDATADIR", "/share/pmix");
  set("HWLOC_PLUGINS_PATH", "/lib/hwloc");  // there are none, and those of the machine may not fit
}

}  // namespace
