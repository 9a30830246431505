#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# check: what it prints, what it leaves out, and how it ends; and the catalogue.

load helper

@test "a finding has its rule, party, packet and evidence" {
  run_sipweave 1 check "$call"
  assert_contains "$output" "MUST NOT   server WSH-BODY-IN-101  RFC 9110 8.6"
  assert_contains "$output" 'packet 6: Content-Length "0"'
  assert_contains "$output" " MUST, "
}

@test "json has the fields of the contract, in their order" {
  run_sipweave 1 check -T json --rules 'wsh-*' "$call"
  local first=${output%%$'\n'*}
  assert_contains "$first" '{"v":1,"type":"finding","rule":"WSH-BODY-IN-101","level":"MUST NOT","rfc":9110,"section":"8.6","party":"server","time":"2026-'
  assert_contains "$first" '"file":0,"frames":[6],"connection":1,"src":"10.77.0.1:8088","dst":"10.77.0.2:'
  assert_contains "$first" '"text":"Content-Length or Transfer-Encoding in a 101","evidence":"Content-Length \"0\"","product":"kamailio 5.6.3","fingerprint":"'
}

@test "--fail-on decides about the exit code" {
  run_sipweave 1 check --fail-on LINT "$call"
  run_sipweave 0 check --fail-on never "$call"
  run_sipweave 0 check --rules 'WSH-*,WSSIP-*' --ignore WSH-BODY-IN-101 "$call"
  run_sipweave 1 check --rules 'WSH-*,WSSIP-*' --ignore WSH-BODY-IN-101 --fail-on lint "$call"
  run_sipweave 2 check --fail-on perhaps "$call"
  assert_contains "$stderr" "--fail-on"
}

@test "--rules and --ignore take patterns" {
  run_sipweave 0 check --rules 'PMD-*,WS-MASK-*' "$call"
  assert_equal "$output" "0 MUST, 0 SHOULD, 0 LINT"
}

@test "at the end each product, with what it broke and how often" {
  run_sipweave 1 check "$other"
  [[ $output =~ $'\nBy product\n'.*$'  kamailio 5.6.3: '[0-9]+" MUST, " ]]
  assert_contains "$output" "WSH-BODY-IN-101 (3)"
  assert_contains "$output" $'\n  SIP.js/0.21.1: '
  run_sipweave 1 check "$PCAPS/11-reconnect-failures.pcap"
  assert_contains "$output" $'\n  curl/7.88.1: '
}

@test "lines stay within the width" {
  for width in 80 200; do
    COLUMNS=$width run_sipweave 1 check "$other"
    for line in "${lines[@]}"; do
      [[ ${#line} -le $width ]] || { echo "$line"; return 1; }
    done
  done
}

@test "other commands check nothing, and never end with 1" {
  run_sipweave 0 connections "$call"
}

@test "rules lists the catalogue without reading a capture" {
  run_sipweave 0 rules
  assert_contains "$output" "of 462 rules are checked"
  run_sipweave 0 rules 'WS-MASK-*'
  assert_contains "$output" "2 of 2 rules are checked"
  run_sipweave 0 rules -T json WS-MASK-CLIENT
  assert_contains "$output" '{"v":1,"type":"rule","rule":"WS-MASK-CLIENT","level":"MUST","rfc":6455,"section":"5.1"'
}

@test "rules --rfc" {
  run_sipweave 0 rules --rfc 7692
  assert_contains "${lines[0]}" "RFC 7692: "
  [[ $output != *"RFC 6455"* ]]
  run_sipweave 0 rules --rfc 7692 -T json
  assert_equal "$(jq -r .rfc <<<"$output" | sort -u)" 7692
  run_sipweave 0 rules --rfc 1
  assert_equal "$output" "0 of 0 rules are checked"
  run_sipweave 2 rules --rfc -7
  assert_contains "$stderr" "--rfc"
}

@test "rules -T json has all that is known of each rule" {
  run_sipweave 0 rules -T json
  assert_equal "${#lines[@]}" 462
  assert_equal "$(jq -c '[.rule, .level, .rfc, .section, .duty, .state, .text, .detect, .quote] | all' <<<"$output" | sort -u)" true
  assert_equal "$(jq -c 'select(.state == "unprovable" and .note == null) | .rule' <<<"$output")" ""
}

@test "the catalogue fits the width" {
  for width in 80 200; do
    COLUMNS=$width run_sipweave 0 rules
    for line in "${lines[@]}"; do
      [[ ${#line} -le $width ]] || { echo "$line"; return 1; }
    done
  done
}

@test "--explain says all that is known of a rule" {
  run_sipweave 0 check --explain ws-mask-client
  assert_contains "$output" "WS-MASK-CLIENT  MUST, RFC 6455 5.1, binds: client; checked"
  assert_contains "$output" "The sentence, in part:"
  assert_contains "$output" "https://www.rfc-editor.org/rfc/rfc6455#section-5.1"
  assert_contains "$output" "How a breach is seen, and when there is silence:"
  run_sipweave 0 check --explain WSH-METHOD
  assert_contains "$output" "HS: the heads of request and answer were seen"
  run_sipweave 0 check --explain WS-CLIENT-ARBITRARY-CLOSE
  assert_contains "$output" "Why it isn't checked:"
  run_sipweave 0 check --explain WS-MASK-CLIENT,WS-RSV -T json
  assert_equal "$(jq -r .rule <<<"$output" | sort)" $'WS-MASK-CLIENT\nWS-RSV'
  run_sipweave 2 check --explain NO-SUCH-RULE
  assert_contains "$stderr" "--explain"
}

@test "every rule can be explained, within the width" {
  COLUMNS=80 run_sipweave 0 check --explain '*'
  for line in "${lines[@]}"; do
    [[ ${#line} -le 80 ]] || { echo "$line"; return 1; }
  done
}
