# The report and what it says, sourced by own_data.sh and smollm2/run.sh.
write_report() {
  local runs=("$output/srl") report=("$SRL_BIN/srl_report" --before "$output/results/before" --after "$output/results/after")
  [[ ! -d $output/format ]] || runs+=("$output/format")
  step 'the report' run_shown "${report[@]}" --run "${runs[@]}" --html "$output/report.html" >"$output/report.txt" || die "the report failed"
  cat "$output/report.txt"
  say_result
}

# srl_ended: why SRL did not finish.
srl_ended() {
  local reason
  reason=$(status_field "$output/srl" reason)
  [[ $(status_field "$output/srl" state) != failed ]] || die "result: SRL failed: $reason"
  die "SRL did not finish; see $output/srl/log.txt, and run this script again to resume"
}

# gain FIGURE: "first last change low high" of a figure of the SRL run, from the report's table of gains.
gain() { grep -m 1 "^[^,]*,$1," <<<"$gains" | cut -d, -f3- | tr ',' ' '; }
# change FIGURE: "0.10 -> 0.20, change 0.10 [0.05, 0.15]"
change() {
  local first last change low high
  read -r first last change low high <<<"$(gain "$1")"
  echo "$first (first 10 updates) -> $last (last 10 updates), change $change [$low, $high]"
}
# held_out: what changed on the held-out steps; nothing below the number of questions from which intervals can be trusted.
held_out() {
  local figure before after change low high
  (($(count_of validation) >= 10)) || return 0
  echo "held-out steps: $(grep -oE '^[0-9]+ completions? for steps of [0-9]+ solutions?' "$output/report.txt" | head -n 1), intervals over solutions"
  for figure in 'format right' "similarity above another solution's"; do
    read -r before after change low high <<<"$(sed -n "s/^$figure *//p" "$output/report.txt" | head -n 1 | tr -d '[],')"
    echo "  $figure: $before -> $after, change $change [$low, $high]$(awk -v low="$low" 'BEGIN { if (low <= 0) print ": no gain beyond chance" }')"
  done
}
above_chance() { awk -v low="$(gain "$1" | cut -d' ' -f4)" 'BEGIN { exit !(low > 0) }'; }

# say_result: whether SRL learned, and what the held-out questions can say. The reward also rises if completions only become
# right in format, or only more similar in style. So the similarity of completions with a right format is judged separately, and
# the run compares it with the similarity to the steps of other problems.
say_result() {
  local reason gains nothing='nothing was learned: ' style='nothing was learned about the steps: '
  echo
  reason=$(status_field "$output/srl" reason)
  gains=$("$SRL_BIN/srl_report" --run "$output/srl" --format csv 2>/dev/null)
  if [[ $reason == "$nothing"* ]]; then
    echo "result: SRL learned nothing: ${reason#"$nothing"}"
  elif [[ $reason == "$style"* ]]; then
    echo "result: SRL learned nothing about the steps: ${reason#"$style"}"
    echo "the mean reward: $(change reward), 95% over updates; this is format and style"
  elif [[ -z $(gain reward) ]]; then
    echo "result: too few updates to say whether SRL learned"
  else
    echo "result: SRL raised the mean reward: $(change reward), 95% over updates"
    if above_chance 'similarity given right format'; then
      echo "the similarity to the expert's steps rose: $(change 'similarity given right format')"
    else
      echo "SRL taught the format, but learned nothing about the steps that is above chance: similarity $(change 'similarity given right format'); more time (--hours) can show more"
    fi
  fi
  echo "trained on $(count_of train) problems; $(count_of validation) are held out"
  held_out
  grep -h 'decides\{0,1\} nothing' "$output/report.txt"
  echo "model: $output/srl/export"
  echo "page: $output/report.html"
}
