#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# export: what it takes, and what it refuses. What it writes is read back in tests/export.

load helper

@test "something must be asked for, and one thing at a time" {
  run_sipweave 2 export "$call"
  assert_contains "$stderr" "export what?"
}

@test "--pcap - writes to standard output, and to --output" {
  sipweave export --pcap - "$call" >"$BATS_TEST_TMPDIR/a.pcap"
  sipweave export --pcap - --output "$BATS_TEST_TMPDIR/b.pcap" "$call"
  sipweave export --pcap "$BATS_TEST_TMPDIR/c.pcap" - <"$call"
  cmp "$BATS_TEST_TMPDIR/a.pcap" "$BATS_TEST_TMPDIR/b.pcap"
  cmp "$BATS_TEST_TMPDIR/a.pcap" "$BATS_TEST_TMPDIR/c.pcap"
}

@test "what was exported is the same calls again" {
  sipweave export --pcap - "$call" | sipweave calls -T json - | jq -c '[.call_ids, .state, .status, .messages]' >"$BATS_TEST_TMPDIR/again"
  sipweave calls -T json "$call" | jq -c '[.call_ids, .state, .status, .messages]' | diff - "$BATS_TEST_TMPDIR/again"
}

@test "a capture that is read is not written over" {
  cp "$call" "$BATS_TEST_TMPDIR/own.pcap"
  run_sipweave 2 export --pcap "$BATS_TEST_TMPDIR/own.pcap" "$BATS_TEST_TMPDIR/own.pcap"
  assert_one_complaint "own.pcap: it is one of the captures"
  cmp "$call" "$BATS_TEST_TMPDIR/own.pcap"
}

@test "a disk that is full is told, and a folder that isn't there" {
  run_sipweave 2 export --pcap /dev/full "$call"
  assert_one_complaint "/dev/full: No space left"
  run_sipweave 2 export --pcap "$BATS_TEST_TMPDIR/none/a.pcap" "$call"
  assert_one_complaint "none/a.pcap"
}

@test "--decrypted copies the packets, which it reads twice" {
  sipweave export --decrypted "$BATS_TEST_TMPDIR/a.pcapng" "$call" "$other"
  sipweave calls -T json "$BATS_TEST_TMPDIR/a.pcapng" | jq -c '[.call_ids, .state, .start]' >"$BATS_TEST_TMPDIR/copied"
  sipweave calls -T json "$call" "$other" | jq -c '[.call_ids, .state, .start]' | diff - "$BATS_TEST_TMPDIR/copied"
  run_sipweave 2 export --decrypted "$BATS_TEST_TMPDIR/b.pcapng" - <"$call"
  assert_one_complaint "read twice"
}

@test "--packets copies what carried the calls, of whichever file" {
  sipweave export --packets "$BATS_TEST_TMPDIR/some.pcapng" --failed "$other" "$call"
  sipweave messages -T json --failed "$other" "$call" | jq -r '.file as $file | .frames[] | "\($file) \(.)"' | sort -u | wc -l >"$BATS_TEST_TMPDIR/wanted"
  sipweave calls -T json --failed "$other" "$call" | jq -c '[.call_ids, .state, .status, .start]' >"$BATS_TEST_TMPDIR/calls"
  sipweave calls -T json "$BATS_TEST_TMPDIR/some.pcapng" | jq -c '[.call_ids, .state, .status, .start]' | diff - "$BATS_TEST_TMPDIR/calls"
  sipweave flow -T json "$BATS_TEST_TMPDIR/some.pcapng" | jq 'select(.type == "capture") | .packets' | diff - "$BATS_TEST_TMPDIR/wanted"
}

@test "--whole-streams has the connections from beginning to end" {
  sipweave export --packets "$BATS_TEST_TMPDIR/whole.pcapng" --whole-streams --call 2 "$PCAPS/07-derived-qinq.pcap"
  sipweave connections -T json --call 2 "$PCAPS/07-derived-qinq.pcap" | jq -c '[.client, .status, .close]' >"$BATS_TEST_TMPDIR/wanted"
  sipweave connections -T json "$BATS_TEST_TMPDIR/whole.pcapng" | jq -c '[.client, .status, .close]' | diff - "$BATS_TEST_TMPDIR/wanted"
}

@test "--packets reads twice, and hides nothing" {
  run_sipweave 2 export --packets "$BATS_TEST_TMPDIR/a.pcapng" - <"$call"
  assert_contains "$stderr" "read twice"
  run_sipweave 2 export --packets "$BATS_TEST_TMPDIR/a.pcapng" --anonymize "$call" "$call"
  assert_contains "$stderr" "no --anonymize"
}

@test "a key that is none is refused" {
  printf short >"$BATS_TEST_TMPDIR/key"
  run_sipweave 2 calls --anonymize "$BATS_TEST_TMPDIR/key" "$call"
  assert_one_complaint "/key: a key has"
  run_sipweave 2 calls --anonymize "$BATS_TEST_TMPDIR/none" "$call"
}
