-- Lmod module file: adds the executables of a build or of an installation to PATH, and sets SRL_ROOT for the batch scripts.
--   module use SOURCE/env/modulefiles          (a build in the source folder)
--   module use PREFIX/share/modulefiles        (cmake --install)
--   module load srl
-- Tested: Lmod 8.6.19 on Debian 12 (load, unload, finding the executables, the check that they exist).
-- Not tested: a cluster's own compiler and MPI modules. List in `depends_on` below those that the build used.
help([[SRL: reinforcement learning from expert steps. Start with: srl_check --help]])
whatis("Name: srl")
whatis("Version: 0.2.0")
whatis("Description: batch jobs that train language models on expert steps (C++20, MPI)")

-- depends_on("gcc/12", "openmpi/4.1", "hdf5/1.10")

-- In an installation this file is PREFIX/share/modulefiles/srl/VERSION.lua; in the source, SOURCE/env/modulefiles/srl/….
local prefix = myFileName():match("^(.*)/share/modulefiles/srl/[^/]+$")
local root, bin, advice
if prefix then
  root, bin = pathJoin(prefix, "share/srl"), pathJoin(prefix, "bin")
  advice = "the installation is incomplete"
else
  root = myFileName():match("^(.*)/env/modulefiles/srl/[^/]+$")
  local preset = os.getenv("SRL_PRESET") or "cpu-release"   -- selects one of the builds
  bin = pathJoin(root, "build", preset, "bin")
  advice = "run cmake --preset " .. preset .. " && cmake --build --preset " .. preset
end
if mode() == "unload" then bin = os.getenv("SRL_BIN") or bin end   -- unload what was loaded, even if SRL_PRESET changed
if mode() == "load" and not isFile(pathJoin(bin, "srl_check")) then
  LmodError("there are no executables in " .. bin .. ": " .. advice)
end
setenv("SRL_ROOT", root)
setenv("SRL_BIN", bin)
prepend_path("PATH", bin)
