#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Which calls: the same options with every command.

load helper

numbers() { # ARGUMENT...: the calls' numbers, in one line
  sipweave calls -T json "$@" "$call" | jq -r .id | paste -s -d ' '
}

@test "each option chooses, and all of them together" {
  assert_equal "$(numbers --call 9 --call 12)" "9 12"
  assert_equal "$(numbers --failed)" "6 10 11 12"
  assert_equal "$(numbers --status 486,404)" "6 10 12"
  assert_equal "$(numbers --status 6xx)" "11"
  assert_equal "$(numbers --status 403-480)" "6 12"
  assert_equal "$(numbers --from BOB)" "2"
  assert_equal "$(numbers --to '^sip:(nobody|echo)@')" "6 7 12"
  assert_equal "$(numbers --method MESSAGE,OPTIONS)" "4 5 6 7 8"
  assert_equal "$(numbers --match '^Content-Type: application/dtmf')" "3"
  assert_equal "$(numbers --match 'nobody.*JsSIP' --status 404)" "$(numbers --status 404 --match nobody)"
  assert_equal "$(numbers --since 16:26:10.5)" "1 2 12 13"
  assert_equal "$(numbers --since 2026-11-22T16:26:10.5Z --until '2026-11-22 16:26:10.7')" "1 2 12"
  assert_equal "$(numbers --since 2026-11-22T17:26:10.5+01:00 --failed)" "12"
  assert_equal "$(numbers --until 16:26)" ""
}

@test "messages, findings and connections are those of the chosen calls, with their numbers" {
  sipweave messages -T json "$call" | jq -c 'select(.call == 9)' >"$BATS_TEST_TMPDIR/of9"
  sipweave messages -T json --call 9 "$call" | diff - "$BATS_TEST_TMPDIR/of9"
  [[ -s $BATS_TEST_TMPDIR/of9 ]]
  assert_equal "$(sipweave connections -T json --from bob "$call" | jq .id)" 2
  sipweave check -T json "$other" | jq -c 'select(.call == 9)' >"$BATS_TEST_TMPDIR/found"
  sipweave check --fail-on never -T json --call 9 "$other" | jq -c 'select(.call)' | diff - "$BATS_TEST_TMPDIR/found"
}

@test "export takes the same calls" {
  sipweave export --pcap - --failed "$call" | sipweave calls -T json - >"$BATS_TEST_TMPDIR/again"
  assert_equal "$(jq -r .status "$BATS_TEST_TMPDIR/again" | paste -s -d ' ')" "404 486 603 404"
}

@test "a selection of all is as none" {
  for command in calls messages connections flow; do
    sipweave "$command" -T json --match . "$call" >"$BATS_TEST_TMPDIR/selected"
    sipweave "$command" -T json "$call" | diff - "$BATS_TEST_TMPDIR/selected"
  done
}

@test "nothing that fits is told, and isn't an error" {
  run_sipweave 0 messages --match 'no such thing' "$call"
  assert_equal "$output" ""
  assert_contains "$stderr" "no call meets all"
}

@test "what can't be understood is refused" {
  run_sipweave 2 calls --match '(' "$call"
  assert_contains "$stderr" "--match"
  run_sipweave 2 calls --status 4x "$call"
  run_sipweave 2 calls --status 4xx,,5 "$call"
  run_sipweave 2 calls --since yesterday "$call"
  assert_contains "$stderr" "--since is a time"
  run_sipweave 2 calls --until 2026-13-01 "$call"
}
