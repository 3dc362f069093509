#!/usr/bin/env bash
# `cmake --install` and cpack: the folder can be moved, is read-only for another user, and everything runs from there:
# executables, batch scripts, the chain's dry run, the module file.   installed.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
cmake --install "$BUILD" --prefix "$WORK/first" >"$WORK/install.log" || fail "cmake --install: $(tail -n 5 "$WORK/install.log")"
mv "$WORK/first" "$WORK/moved here"
P="$WORK/moved here"
chmod -R a+rX,go-w "$P"
VERSION=$(sed -n 's/^project(srl VERSION \([0-9.]*\) .*/\1/p' "$SOURCE/CMakeLists.txt")
[[ -f $P/share/modulefiles/srl/$VERSION.lua && -f $P/share/srl/LICENSE && -f $P/share/srl/docs/cluster.md && -d $P/share/srl/jobs/presets ]] || fail "files are missing: $(find "$P" -maxdepth 4 | head -50)"
grep -q "^whatis(\"Version: $VERSION\")" "$P/share/modulefiles/srl/$VERSION.lua" || fail "the module file has another version"
[[ $(sed -n 's/^## \([0-9.]*\)$/\1/p' "$SOURCE/CHANGELOG.md" | head -n 1) == "$VERSION" ]] || fail "CHANGELOG.md does not begin with $VERSION"
for program in "$P"/bin/srl_*; do
  as_user "$program" --version | grep -q "^$(basename "$program") ${VERSION}[+ ]" || fail "$program --version: $(as_user "$program" --version 2>&1)"
  if ldd "$program" | grep 'not found'; then fail "$program lacks a library"; fi
done
passed "moved, all programs start and have version $VERSION"

lmod=$(find /usr/share/lmod -path '*init/bash' 2>/dev/null | head -n 1) || true
if [[ -n $lmod ]]; then
  # shellcheck disable=SC2016
  as_user bash -c 'source "$1"; module use "$2/share/modulefiles" && module load srl && [[ $(command -v srl_check) == "$2/bin/srl_check" && $SRL_ROOT == "$2/share/srl" ]]' _ "$lmod" "$P" || fail "the module file"
  passed "module load srl"
fi

cluster_up 2 2
a=$(submit "$P/share/srl/slurm/srl_train.sh" "${TRAIN[@]}" --training.updates 2 --run run)
b=$(SRL_MINI_LIMIT=1 submit --export=NONE --chdir="$U/home" "$P/share/srl/slurm/srl_prep.sh")
ends_as "$a" COMPLETED
ends_as "$b" COMPLETED
status_is "$U/run" finished
[[ -f $U/home/runs/mini/data/manifest.json ]] || fail "the example did not run from the installation"
printf '[experiment]\nmodel = "%s"\ndata = "%s"\n[srl]\n[report]\n' "$WORK/model" "$WORK/data" >"$U/x.ini"
(cd "$U" && as_user "$P/share/srl/slurm/pipeline.sh" x.ini --dry_run) >"$U/lines" && grep -q sbatch "$U/lines" || fail "pipeline.sh does not run from the installation"
passed "jobs run from the installation by a user who may only read it"

(cd "$WORK" && cpack --config "$BUILD/CPackConfig.cmake" -B "$WORK/pack" >"$WORK/cpack.log" 2>&1) || fail "cpack: $(tail -n 5 "$WORK/cpack.log")"
tar tzf "$WORK"/pack/srl-"$VERSION"-*.tar.gz >"$WORK/list" && grep -q 'share/srl/slurm/pipeline.sh' "$WORK/list" || fail "the tarball: $(ls "$WORK/pack")"
passed "cpack: $(cd "$WORK/pack" && ls -sh ./*.tar.gz)"
