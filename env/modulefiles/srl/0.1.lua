-- Lmod module file: adds the executables of a build to PATH. `module use SOURCE/env/modulefiles && module load srl`.
-- Tested: Lmod 8.6.19 on Debian 12 (load, unload, finding the executables, the check that the build exists).
-- Not tested: a cluster's own compiler and MPI modules. List in `depends_on` below those that the build used.
help([[SRL: reinforcement learning from expert steps. Start with: srl_check --help]])
whatis("Name: srl")
whatis("Description: batch jobs that train language models on expert steps (C++20, MPI)")

-- depends_on("gcc/12", "openmpi/4.1", "hdf5/1.10")

-- The source folder, four levels above this file. SRL_PRESET selects one of its builds.
local root = myFileName():match("^(.*)/env/modulefiles/srl/[^/]+$")
local preset = os.getenv("SRL_PRESET") or "cpu-release"
local bin = pathJoin(root, "build", preset, "bin")
if mode() == "unload" then bin = os.getenv("SRL_BIN") or bin end   -- unload what was loaded, even if SRL_PRESET changed
if mode() == "load" and not isFile(pathJoin(bin, "srl_check")) then
  LmodError("there is no build in " .. bin .. ": run cmake --preset " .. preset .. " && cmake --build --preset " .. preset)
end
setenv("SRL_ROOT", root)
setenv("SRL_BIN", bin)
prepend_path("PATH", bin)
