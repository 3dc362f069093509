-- Lmod module file: puts the executables of a build into PATH. `module use SOURCE/env/modulefiles && module load srl`.
-- Tried: Lmod 8.6.19 on Debian 12 (load, unload, the executables found, the check that the build is there).
-- Not tried: a cluster's own compiler and MPI modules; name them in `depends_on` below, the same ones the build was made with.
help([[SRL: reinforcement learning from expert steps. Start with: srl_check --help]])
whatis("Name: srl")
whatis("Description: batch jobs that train language models on expert steps (C++20, MPI)")

-- depends_on("gcc/12", "openmpi/4.1", "hdf5/1.10")

-- The folder of the sources, three levels above this file; SRL_PRESET chooses among its builds.
local root = myFileName():match("^(.*)/env/modulefiles/srl/[^/]+$")
local preset = os.getenv("SRL_PRESET") or "cpu-release"
local bin = pathJoin(root, "build", preset, "bin")
if mode() == "unload" then bin = os.getenv("SRL_BIN") or bin end   -- what was loaded, whatever SRL_PRESET says now
if mode() == "load" and not isFile(pathJoin(bin, "srl_check")) then
  LmodError("no build in " .. bin .. ": run cmake --preset " .. preset .. " && cmake --build --preset " .. preset)
end
setenv("SRL_ROOT", root)
setenv("SRL_BIN", bin)
prepend_path("PATH", bin)
