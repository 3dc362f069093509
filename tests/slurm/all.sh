#!/usr/bin/env bash
# All tests on emulated clusters, also the long ones, with the seconds that each took.   all.sh BUILD_FOLDER
here=$(cd "$(dirname "$0")" && pwd)
failed=()
for subject in submit train_requeue chain own_data installed walkthrough limits faults evictions sites staging; do
  echo "== $subject, after $SECONDS s"
  "$here/$subject.sh" "${1:?build folder}"
  code=$?
  ((code == 0 || code == 77)) || failed+=("$subject")
done
((${#failed[@]} == 0)) || { echo "failed: ${failed[*]}"; exit 1; }
