#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Where output goes, in which form, and that it is the same each time.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR"
}

@test "calls is what no command means" {
  run_sipweave 0 calls "$call"
  local named=$output
  run_sipweave 0 "$call"
  assert_equal "$output" "$named"
}

@test "results go to standard output, and nothing else does" {
  for command in calls flow messages connections explain; do
    run_sipweave 0 "$command" "$call"
    [[ -n $output ]]
    assert_equal "$stderr" ""
  done
}

@test "NDJSON: one object a line, with its version" {
  for command in calls flow messages connections explain; do
    run_sipweave 0 "$command" -T json "$call"
    assert_equal "$(jq -c 'select(.v == 1) | 1' <<<"$output" | wc -l)" "${#lines[@]}"
  done
}

@test "NDJSON: each command prints its own kind of object" {
  local -A kind=([calls]=call [messages]=message [connections]=connection [explain]=ledger)
  for command in "${!kind[@]}"; do
    run_sipweave 0 "$command" -T json "$call"
    assert_equal "$(jq -r .type <<<"$output" | sort -u)" "${kind[$command]}"
  done
}

@test "NDJSON: nothing is null, times are UTC" {
  run_sipweave 0 flow -T json "$call"
  assert_equal "$(jq -c '[.. | select(. == null)] | length' <<<"$output" | sort -u)" 0
  run_sipweave 0 messages -T json "$call"
  assert_equal "$(jq -r .time <<<"$output" | grep -cvE '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z$')" 0
}

@test "NDJSON: --raw adds the message's exact bytes" {
  run_sipweave 0 messages -T json "$call"
  assert_equal "$(jq -c 'select(has("raw"))' <<<"$output")" ""
  run_sipweave 0 messages --raw -T json "$call"
  assert_equal "$(jq -c 'select((.raw | utf8bytelength) == .size) | 1' <<<"$output" | wc -l)" 148
}

@test "one call by its number and by its Call-ID" {
  run_sipweave 0 calls -T json "$call"
  local id call_id
  id=$(jq -r 'select(.kind == "call") | .id' <<<"$output" | head -n 1)
  call_id=$(jq -r "select(.id == $id) | .call_ids[0]" <<<"$output")
  run_sipweave 0 flow --call "$id" "$call"
  local by_number=$output
  [[ -n $by_number ]]
  run_sipweave 0 flow --call "$call_id" "$call"
  assert_equal "$output" "$by_number"
}

@test "--output writes the file and keeps standard output empty" {
  run_sipweave 0 calls "$call"
  local printed=$output
  run_sipweave 0 calls --output calls.txt "$call"
  assert_equal "$output" ""
  assert_equal "$(cat calls.txt)" "$printed"
}

@test "--output that can't be written" {
  run_sipweave 2 calls --output nowhere/calls.txt "$call"
  assert_contains "$stderr" nowhere/calls.txt
}

@test "a full disk is told" {
  run ! --separate-stderr bash -c '"$SIPWEAVE" flow "$1" >/dev/full' - "$call"
  [[ -n $stderr ]]
}

@test "a closed pipe ends it quietly" {
  for command in "flow -T json" "messages --raw" "flow" "calls"; do
    run -0 --separate-stderr bash -c '"$SIPWEAVE" $1 "$2" | head -n 1' - "$command" "$PCAPS/07-derived-merged.pcapng"
    assert_equal "${#lines[@]}" 1
    assert_equal "$stderr" ""
  done
}

@test "colours only where they are asked for" {
  local escape=$'\e['
  run_sipweave 0 flow "$call"
  [[ $output != *"$escape"* ]]
  run_sipweave 0 flow --color always "$call"
  assert_contains "$output" "$escape"
  run_sipweave 0 flow --color never "$call"
  [[ $output != *"$escape"* ]]
}

@test "colours on a terminal, unless NO_COLOR says otherwise" {
  script -qec true /dev/null </dev/null || skip "no pseudo-terminals here"
  local escape=$'\e['
  run -0 script -qec "$SIPWEAVE flow $call" /dev/null </dev/null
  assert_contains "$output" "$escape"
  NO_COLOR=1 run -0 script -qec "$SIPWEAVE flow $call" /dev/null </dev/null
  [[ $output != *"$escape[3"* && $output != *"$escape[1"* ]]
}

@test "progress goes to standard error, -q leaves errors there" {
  head -c 100000 "$call" >cut.pcap
  run_sipweave 3 calls --progress never cut.pcap
  local table=$output
  run_sipweave 3 calls --progress always cut.pcap
  assert_equal "$output" "$table"
  run_sipweave 3 calls -q cut.pcap
  assert_equal "$output" "$table"
  assert_one_complaint cut.pcap
}

@test "the same input gives the same bytes" {
  run_sipweave 0 flow -T json "$PCAPS/07-derived-merged.pcapng"
  local first=$output
  run_sipweave 0 flow -T json "$PCAPS/07-derived-merged.pcapng"
  assert_equal "$output" "$first"
  run_sipweave 0 flow -T json --threads 2 "$PCAPS/07-derived-merged.pcapng"
  assert_equal "$output" "$first"
}

@test "a ladder fits the width that COLUMNS says" {
  COLUMNS=80 run_sipweave 0 flow "$call"
  for line in "${lines[@]}"; do
    [[ ${#line} -le 80 ]]
  done
}

@test "Mermaid" {
  run_sipweave 0 flow -T mermaid "$call"
  assert_contains "$output" sequenceDiagram
}

@test "PlantUML" {
  run_sipweave 0 flow -T plantuml "$call"
  assert_equal "$(grep -cx @startuml <<<"$output")" "$(grep -cx @enduml <<<"$output")"
}

@test "SVG: each call is a document of its own, with an arrow a message" {
  for capture in "$call" "$other" "$PCAPS/11-reconnect-failures.pcap"; do
    run_sipweave 0 calls -T json "$capture"
    jq -r '"\(.id) \(.messages | length)"' <<<"$output" >calls
    while read -r id messages; do
      run_sipweave 0 flow --check -T svg --call "$id" "$capture"
      xmllint --noout - <<<"$output"
      assert_equal "$(grep -c '^<path class="arrow [a-z ]*" d.*<path' <<<"$output")" "$messages"
    done < <(head -n 12 calls)
  done
}

@test "SVG of several calls: the first, and a word about the others" {
  run_sipweave 0 flow -T svg "$call"
  xmllint --noout - <<<"$output"
  assert_one_complaint --call
}
