#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# flow and messages with --check: findings where the messages are.

load helper

@test "an arrow has a mark, and below the ladder stands what it means" {
  for width in 60 80 200; do
    COLUMNS=$width run_sipweave 0 flow --check --call 9 "$other"
    [[ $output =~ ✗[0-9,]+\ 180 ]]
    [[ $output =~ $'\n'✗[0-9]+\ \ LINT\ WSSIP-CONTACT-HOST ]]
    assert_contains "$output" "packet 82: Contact"
    for line in "${lines[@]}"; do
      [[ ${#line} -le $width || $line == *.invalid* ]] || { echo "$line"; return 1; }
    done
  done
}

@test "Mermaid: a note at the arrow" {
  run_sipweave 0 flow --check -T mermaid --call 9 "$other"
  [[ $output =~ 180\ Ringing$'\n    Note over p3,p2: breaks '[A-Z0-9,\ -]*WSSIP-CONTACT-HOST ]]
}

@test "without --check nothing is checked" {
  for arguments in "flow" "flow -T mermaid" "flow -T json" "messages -T json"; do
    run_sipweave 0 $arguments "$other"
    [[ $output != *WSSIP-* ]]
  done
}

@test "NDJSON: messages name the rules that they break, and flow has the findings besides" {
  sipweave check -T json --fail-on never "$other" >"$BATS_TEST_TMPDIR/check"
  run_sipweave 0 flow --check -T json "$other"
  assert_equal "$(jq -c 'select(.type == "finding")' <<<"$output")" "$(jq -c . "$BATS_TEST_TMPDIR/check")"
  local of_messages
  of_messages=$(jq -r 'select(.type == "message" and .findings) | "\(.id) \(.findings[])"' <<<"$output" | sort)
  assert_contains "$of_messages" WSSIP-CONTACT-HOST
  run_sipweave 0 messages --check -T json "$other"
  assert_equal "$(jq -r 'select(.findings) | "\(.id) \(.findings[])"' <<<"$output" | sort)" "$of_messages"
  # what is seen later, by its consequences, names its message in the finding alone
  local of_findings
  of_findings=$(jq -r 'select(.message) | "\(.message) \(.rule)"' "$BATS_TEST_TMPDIR/check" | sort -u)
  assert_equal "$(comm -23 <(cat <<<"$of_messages") <(cat <<<"$of_findings"))" ""
  assert_equal "$(grep -c WSSIP-CONTACT-HOST <<<"$of_messages")" "$(grep -c WSSIP-CONTACT-HOST <<<"$of_findings")"
}

@test "NDJSON is otherwise as it is without --check" {
  run_sipweave 0 messages -T json "$other"
  local plain=$output
  run_sipweave 0 messages --check -T json "$other"
  assert_equal "$(jq -c 'del(.findings)' <<<"$output")" "$(jq -c . <<<"$plain")"
}

@test "NDJSON of one call has the findings about it" {
  run_sipweave 0 flow --check -T json --call 9 "$other"
  assert_equal "$(jq -r 'select(.type == "finding") | .call // empty' <<<"$output" | sort -u)" 9
}

@test "--check where it can't be shown is a usage error" {
  run_sipweave 2 messages --check "$other"
  assert_contains "$stderr" "--check"
  run_sipweave 2 calls --check "$other"
}
