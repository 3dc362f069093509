#!/usr/bin/env bash
# env/setup.sh [--peers] [--bench] [--slurm] [--parquet] [--mpich] [--lint] [--fuzz] [--pages] [--bundle]
# installs what a Debian 12 or 13 machine needs to build SRL.
# Idempotent. It prints what it installs and why. It uses the network only if something is missing.
#   --peers   also the Python packages that the peer tests compare with (transformers, tokenizers, …; needs a CUDA 13 folder)
#   --bench   also the Python packages that only the benchmarks need (trl, xllamacpp, cydifflib, datasets)
#   --parquet also Apache Arrow (the PyPI wheel pyarrow), so that srl_prep reads Parquet
#   --slurm   also Slurm, for the tests that emulate a small cluster on this machine
#   --mpich   also MPICH in addition to Open MPI, for the preset mpich
#   --lint    also clang-format, clang-tidy and shellcheck, for tests/lint.sh
#   --fuzz    also clang with libFuzzer, for tests/fuzz/run.sh
#   --pages   also Chromium (410 MB), for the tests that look at HTML pages in a browser, and Sphinx, MyST and Furo for the
#             documentation site (docs/make_site.sh), and help2man for manual pages (docs/make_man.sh)
#   --bundle  also patchelf and the tools of ICU, for env/bundle.sh, and debootstrap, to try a bundle on another Debian
set -euo pipefail
cd "$(dirname "$0")/.."
want_peers=0 want_bench=0 want_slurm=0 want_parquet=0 want_mpich=0 want_lint=0 want_fuzz=0 want_pages=0 want_bundle=0
for word in "$@"; do
  case $word in
    --peers) want_peers=1 ;;
    --bench) want_peers=1 want_bench=1 ;;
    --slurm) want_slurm=1 ;;
    --parquet) want_parquet=1 ;;
    --mpich) want_mpich=1 ;;
    --lint) want_lint=1 ;;
    --fuzz) want_fuzz=1 ;;
    --pages) want_pages=1 ;;
    --bundle) want_bundle=1 ;;
    -h|--help) sed -n '2,14p' "$0"; exit 0 ;;
    *) echo "env/setup.sh: unknown option $word (known: --peers --bench --slurm --parquet --mpich --lint --fuzz --pages --bundle)" >&2; exit 2 ;;
  esac
done

as_root() { if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo "$@"; fi; }
say() { printf 'setup: %s\n' "$*"; }

packages=(
  g++ cmake ninja-build pkg-config git ca-certificates   # compiler and build
  ccache mold                                             # faster builds, used if found
  libopenmpi-dev openmpi-bin                              # MPI
  libhdf5-dev libzstd-dev                                 # shards and checkpoints; compressed files
  libboost-program-options-dev                            # command lines
  nlohmann-json3-dev                                      # JSON
  libfmt-dev libspdlog-dev libxxhash-dev                  # messages, log, checksums
  libicu-dev                                              # Unicode normalisation
  libsimdjson-dev zlib1g-dev                              # expert solutions: fast JSON, compressed files
  libgtest-dev libgmock-dev libpcre2-dev                  # tests; PCRE2 checks the token patterns
  python3 python3-venv unzip                              # pip downloads LibTorch; SRL does not use Python at run time
)
((want_peers)) && packages+=(python3-h5py)                # reads shards independently
((want_mpich)) && packages+=(libmpich-dev mpich)
((want_lint)) && packages+=(shellcheck)
((want_fuzz)) && packages+=(clang-19 libclang-rt-19-dev)
((want_pages)) && packages+=(chromium python3-sphinx python3-myst-parser furo help2man)
((want_bundle)) && packages+=(patchelf icu-devtools debootstrap)
((want_slurm)) && packages+=(slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  command -v apt-get >/dev/null || { echo "setup: this system has no apt-get; install the equivalents of: ${missing[*]}" >&2; exit 1; }
  say "Debian packages to install: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  say "all ${#packages[@]} Debian packages are installed"
fi

# Python packages are installed in .deps/venv. `pip_has NAME VERSION` checks for a package without starting Python.
venv=.deps/venv
[[ -x $venv/bin/pip ]] || { say "creating $venv"; /usr/bin/python3 -m venv "$venv"; }
pip_has() { compgen -G "$venv/lib/python3*/site-packages/${1//-/_}-$2.dist-info" >/dev/null; }
pip_need() {  # pip_need WHY NAME==VERSION …
  local why=$1 wanted=(); shift
  for spec in "$@"; do pip_has "${spec%%==*}" "${spec##*==}" || wanted+=("$spec"); done
  if ((${#wanted[@]})); then
    say "PyPI: ${wanted[*]} ($why)"
    "$venv/bin/pip" install -q --disable-pip-version-check --no-deps "${wanted[@]}"
  fi
}
pip_need "LibTorch: headers and libraries, 1.2 GB" torch==2.11.0
pip_need "the two CUDA libraries that LibTorch loads even on a CPU" nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85
if ((want_lint)); then
  pip_need "checks the C++ code: format and names" clang-format==19.1.7 clang-tidy==23.1.4
fi
if ((want_parquet)); then
  pip_need "Parquet: headers and libraries of Apache Arrow" pyarrow==26.0.1
fi
if ((want_peers)); then
  pip_need "libraries that libtorch_cuda loads" nvidia-cusparselt-cu13==0.8.0 nvidia-nvshmem-cu13==3.4.5 nvidia-cufile==1.20.0.107
  pip_need "peers to compare with in tests" transformers==5.17.0 tokenizers==0.23.3 gguf==0.19.0 \
    math-verify==0.9.0 latex2sympy2-extended==1.11.0 accelerate==1.15.0 safetensors==0.8.0 scipy==1.17.1
  if [[ ! -f $venv/.peer-dependencies ]]; then
    say "PyPI: dependencies of the peers (numpy, regex, jinja2, sympy, …)"
    "$venv/bin/pip" install -q --disable-pip-version-check 'huggingface_hub<2' numpy regex pyyaml tqdm packaging requests httpx psutil \
      typer filelock jinja2 sympy networkx fsspec antlr4-python3-runtime==4.13.2 2>/dev/null
    touch "$venv/.peer-dependencies"
  fi
fi
if ((want_bench)); then
  pip_need "peers to compare speed with" trl==1.16.0 cydifflib==1.2.0 xllamacpp==2026.10.11549 datasets==5.2.0 pyarrow==26.0.1
  if [[ ! -f $venv/.bench-dependencies ]]; then
    "$venv/bin/pip" install -q --disable-pip-version-check dill pandas xxhash multiprocess h5py 2>/dev/null
    touch "$venv/.bench-dependencies"
  fi
fi
say "ready. Next: cmake --preset cpu-release && cmake --build --preset cpu-release"
