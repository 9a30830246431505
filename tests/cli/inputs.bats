#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What may be given as CAPTURE, and what happens when it is no capture, or a damaged one.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR"
}

# 24 bytes of pcap header, then the packets up to a number of bytes.
cut_capture() { # SIZE FILE
  head -c "$1" "$call" >"$2"
}

@test "a file that isn't there" {
  run_sipweave 2 calls nowhere.pcap
  assert_equal "$output" ""
  assert_one_complaint nowhere.pcap
}

@test "a file that may not be read" {
  [[ $(id -u) -ne 0 ]] || skip "root may read everything"
  cp "$call" secret.pcap
  chmod 0 secret.pcap
  run_sipweave 2 calls secret.pcap
  assert_one_complaint secret.pcap
}

@test "a file that is no capture" {
  echo "This is a letter, not a capture; it is longer than any header of one." >letter.pcap
  run_sipweave 2 calls letter.pcap
  assert_equal "$output" ""
  assert_one_complaint letter.pcap
}

@test "an empty file" {
  : >empty.pcap
  run_sipweave 2 calls empty.pcap
  assert_one_complaint empty.pcap
}

@test "a folder without captures" {
  mkdir folder
  run_sipweave 2 calls folder
  assert_one_complaint folder
}

@test "a folder: its captures in name order" {
  mkdir folder
  cp "$other" folder/b.pcap
  cp "$call" folder/a.pcap
  echo "no capture" >folder/notes.txt
  run_sipweave 0 messages -T json folder
  local from_folder=$output
  run_sipweave 0 messages -T json folder/a.pcap folder/b.pcap
  assert_equal "$from_folder" "$output"
}

@test "a capture cut in the middle of a packet: what is whole is shown, the damage with its offset" {
  cut_capture 100000 cut.pcap
  run_sipweave 3 messages -T json cut.pcap
  [[ ${#lines[@]} -gt 20 ]]
  assert_contains "$stderr" cut.pcap
  [[ $stderr =~ [0-9]{4,6} ]]
}

@test "a capture cut in its own header" {
  cut_capture 20 cut.pcap
  run_sipweave 2 calls cut.pcap
  assert_one_complaint cut.pcap
}

@test "a header and no packet is a capture with nothing in it" {
  cut_capture 24 nothing.pcap
  run_sipweave 0 messages nothing.pcap
  run_sipweave 0 calls nothing.pcap
  run_sipweave 0 flow -T json nothing.pcap
}

@test "noise behind a good header is damage" {
  cut_capture 24 noise.pcap
  cat "$PCAPS/05-deflate-takeover.truth.jsonl.gz" >>noise.pcap
  run_sipweave 3 calls noise.pcap
  assert_contains "$stderr" noise.pcap
}

@test "noise behind good packets is damage, and the packets count" {
  cp "$call" noise.pcap
  cat "$PCAPS/05-deflate-takeover.truth.jsonl.gz" >>noise.pcap
  run_sipweave 3 messages -T json noise.pcap
  assert_equal "${#lines[@]}" 148
}

@test "a kind of link that isn't known is no capture without calls" {
  { head -c 20 "$call"; printf '\223\0\0\0'; tail -c +25 "$call"; } >link.pcap # LINKTYPE_USER0
  run_sipweave 0 calls link.pcap
  assert_one_complaint "nothing could be read: "
  run_sipweave 0 calls -q link.pcap
  assert_equal "$stderr" ""
}

@test "several inputs, one bad: the others are read" {
  run_sipweave 2 messages -T json "$call" nowhere.pcap "$other"
  assert_one_complaint nowhere.pcap
  assert_equal "${#lines[@]}" $((148 + 117))
}

@test "several inputs, one bad and one damaged: the graver one decides" {
  cut_capture 100000 cut.pcap
  run --separate-stderr sipweave messages -T json cut.pcap nowhere.pcap
  [[ $status -eq 2 || $status -eq 3 ]]
  assert_contains "$stderr" cut.pcap
  assert_contains "$stderr" nowhere.pcap
}

@test "- is standard input" {
  run_sipweave 0 messages -T json "$call"
  local from_file=$output
  run_sipweave 0 messages -T json - <"$call"
  assert_equal "$output" "$from_file"
}

@test "standard input through a pipe" {
  run_sipweave 0 calls "$call"
  local from_file=$output
  run -0 --separate-stderr bash -c 'cat "$1" | "$SIPWEAVE" calls -' - "$call"
  assert_equal "$output" "$from_file"
}

@test "-r FILE is the same as FILE" {
  run_sipweave 0 calls "$call"
  local as_argument=$output
  run_sipweave 0 calls -r "$call"
  assert_equal "$output" "$as_argument"
}

@test "packed captures, whatever they are named" {
  run_sipweave 0 calls "$call"
  local plain=$output
  gzip -c "$call" >packed.gz
  zstd -q -c "$call" >packed.zst
  lz4 -q -c "$call" >packed.lz4
  xz -c "$call" >packed.pcap
  for file in packed.*; do
    run_sipweave 0 calls "$file"
    assert_equal "$output" "$plain"
    run_sipweave 0 calls - <"$file"
    assert_equal "$output" "$plain"
  done
}

@test "a capture filter" {
  run_sipweave 0 messages -T json -f "tcp port 1" "$call"
  assert_equal "$output" ""
  run_sipweave 0 messages -T json -f "tcp port 8088" "$call"
  assert_equal "${#lines[@]}" 148
}
