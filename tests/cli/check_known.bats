#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# check: what is left out because somebody knows of it, by suppressions and by a baseline.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR"
}

suppress() { # LINE...: writes the file
  printf '%s\n' "$@" >known.ini
}

@test "a suppression leaves out what it names, and only that" {
  suppress "# Kamailio" "[WSH-BODY-IN-101]" "party = server" "agent = Kamailio 5.*" "reason = reported"
  run_sipweave 0 check --rules 'WSH-*' --suppress known.ini "$call"
  [[ $output != *WSH-BODY-IN-101* ]]
  assert_contains "$output" "2 suppressed"
  assert_equal "$stderr" ""
}

@test "patterns, and the subject: an address or the evidence" {
  suppress "[*]" "subject = 10.77.0.1:8088" "reason = not ours"
  run_sipweave 0 check --rules 'WSH-*' --suppress known.ini "$call"
  suppress "[wsh-*]" "subject = content-length*" "reason = harmless"
  run_sipweave 0 check --rules 'WSH-*' --suppress known.ini "$call"
  for member in "party = client" "agent = asterisk*" "subject = 10.77.0.3:*"; do
    suppress "[*BODY-IN-101]" "$member" "reason = does not fit"
    run_sipweave 1 check --rules 'WSH-*' --suppress known.ini "$call"
    assert_contains "$output" WSH-BODY-IN-101
  done
}

@test "two suppressions of one rule" {
  suppress "[WSH-BODY-IN-101]" "party = client" "reason = one" "[WSH-BODY-IN-101]" "party = server" "reason = two"
  run_sipweave 0 check --rules 'WSH-*' --suppress known.ini "$call"
  assert_one_complaint "known.ini:1"
  assert_contains "$stderr" "covers nothing"
}

@test "one that has expired holds no more, and is told" {
  suppress "[WSH-BODY-IN-101]" "reason = reported" "expires = 2020-02-29"
  run_sipweave 1 check --rules 'WSH-*' --suppress known.ini "$call"
  assert_contains "$output" WSH-BODY-IN-101
  assert_one_complaint "known.ini:1: the suppression of WSH-BODY-IN-101 has expired on 2020-02-29"
  suppress "[WSH-BODY-IN-101]" "reason = reported" "expires = 2999-12-31"
  run_sipweave 0 check --rules 'WSH-*' --suppress known.ini "$call"
  assert_equal "$stderr" ""
}

@test "a file that isn't right is a usage error, with its line" {
  local -a wrong=(
    "reason = too early|known.ini:1"
    "[NO-SUCH-RULE]|known.ini:1"
    "[WSH-BODY-IN-101|known.ini:1"
    $'[WSH-BODY-IN-101]\nparty = server|known.ini:1: a reason'
    $'[WSH-BODY-IN-101]\nreason =|known.ini:1: a reason'
    $'[WSH-BODY-IN-101]\nreason = x\nexpires = tomorrow|known.ini:3'
    $'[WSH-BODY-IN-101]\nreason = x\nuntil = 2030-01-01|known.ini:3'
    $'[WSH-BODY-IN-101]\nreason|known.ini:2'
    $'[WSH-BODY-IN-101]\nreason = \xff|known.ini:2'
  )
  for one in "${wrong[@]}"; do
    printf '%s\n' "${one%|*}" >known.ini
    run_sipweave 2 check --rules 'WSH-*' --suppress known.ini "$call"
    assert_equal "$output" ""
    assert_one_complaint "${one##*|}"
  done
  run_sipweave 2 check --suppress nowhere.ini "$call"
  assert_one_complaint nowhere.ini
}

@test "with a baseline only what is new counts" {
  run_sipweave 1 check -T json --output before.json "$call"
  run_sipweave 0 check --baseline before.json --fail-on LINT "$call"
  assert_equal "$output" "0 MUST, 0 SHOULD, 0 LINT; $(wc -l <before.json) known from the baseline"
  run_sipweave 0 check -T json --baseline before.json "$call"
  assert_equal "$output" ""
  # the other capture is of another client, and the same server
  run_sipweave 1 check --baseline before.json --fail-on LINT "$other"
  assert_contains "$output" "WSSIP-CONTACT-HOST"
  [[ $output != *WSH-BODY-IN-101* ]]
}

@test "a baseline may have been through jq" {
  sipweave check -T json --fail-on never "$call" | jq -s . >before.json
  run_sipweave 0 check --baseline before.json --fail-on LINT "$call"
  : >before.json
  run_sipweave 1 check --baseline before.json "$call"
}

@test "a baseline that is none" {
  echo '{"evidence":"\"fingerprint\":\"x\""}' >before.json
  run_sipweave 2 check --baseline before.json "$call"
  assert_one_complaint before.json
  run_sipweave 2 check --baseline nowhere.json "$call"
  assert_one_complaint nowhere.json
}

@test "a fingerprint doesn't depend on packets, ports and random names" {
  run_sipweave 0 check -T json --fail-on never "$PCAPS/07-derived-merged.pcapng"
  local merged
  merged=$(jq -r 'select(.rule == "WSH-BODY-IN-101" and .product == "kamailio 5.6.3") | .fingerprint' <<<"$output" | sort -u)
  run_sipweave 0 check -T json --fail-on never "$call"
  assert_equal "$(jq -r 'select(.rule == "WSH-BODY-IN-101") | .fingerprint' <<<"$output" | sort -u)" "$merged"
}
