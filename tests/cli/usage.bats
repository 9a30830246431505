#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Help, version, and the ways to ask for what doesn't exist.

load helper

@test "--help names the commands, on standard output" {
  for option in -h --help; do
    run_sipweave 0 "$option"
    for command in calls flow messages connections check rules explain; do
      assert_contains "$output" "$command"
    done
    assert_equal "$stderr" ""
  done
}

@test "each command has a --help of its own" {
  for command in calls flow messages connections check rules explain; do
    run_sipweave 0 "$command" --help
    assert_contains "$output" "$command"
    assert_equal "$stderr" ""
  done
}

@test "a command behind options is no capture" {
  run_sipweave 2 --sandbox never messages "$PCAPS/11-reconnect-failures.pcap"
  assert_contains "$stderr" "the command comes first: 'sipweave messages [options] CAPTURE...'"
  assert_equal "$output" ""
  cp "$PCAPS/11-reconnect-failures.pcap" "$BATS_TEST_TMPDIR/messages"
  cd "$BATS_TEST_TMPDIR"
  run_sipweave 0 --sandbox never messages
}

@test "--version on both levels" {
  run_sipweave 0 --version
  [[ $output =~ ^sipweave\ [0-9]+\.[0-9]+\.[0-9]+ ]]
  local version=$output
  run_sipweave 0 flow --version
  assert_equal "$output" "$version"
}

@test "--version -v tells of the sandbox" {
  run_sipweave 0 --version -v
  assert_contains "${lines[1]}" "sandbox: "
}

@test "--sandbox never and always read the same, where the kernel gives all of it" {
  local capture=$PCAPS/11-reconnect-failures.pcap
  run_sipweave 0 calls "$capture"
  local calls=$output
  run_sipweave 0 calls --sandbox never "$capture"
  assert_equal "$output" "$calls"
  run_sipweave 2 calls --sandbox maybe "$capture"
  assert_contains "$stderr" "--sandbox is auto, never or always"
  [[ $("$SIPWEAVE" --version -v) =~ Landlock\ [0-9]+,\ seccomp,\ no\ new ]] ||
    skip "the kernel doesn't give all of the sandbox, or this build can't be in it"
  run_sipweave 0 calls --sandbox always "$capture"
  assert_equal "$output" "$calls"
}

@test "no argument at all is a usage error" {
  run_sipweave 2
  assert_equal "$output" ""
  [[ -n $stderr ]]
}

@test "a command without a capture is a usage error" {
  run_sipweave 2 flow
  assert_equal "$output" ""
  [[ -n $stderr ]]
}

@test "an unknown option is named" {
  run_sipweave 2 calls --no-such-option "$call"
  assert_equal "$output" ""
  assert_contains "$stderr" "--no-such-option"
}

@test "an unknown option before the command is named" {
  run_sipweave 2 --no-such-option
  assert_contains "$stderr" "--no-such-option"
}

@test "an unknown format is named" {
  run_sipweave 2 calls -T no-such-format "$call"
  assert_equal "$output" ""
  assert_contains "$stderr" "no-such-format"
}

@test "an unknown limit is named" {
  run_sipweave 2 calls --limit no-such-limit=1 "$call"
  assert_contains "$stderr" "no-such-limit"
}

@test "a limit that is no number is refused" {
  run_sipweave 2 calls --limit calls=many "$call"
  assert_contains "$stderr" "many"
}

@test "a filter that can't be compiled is refused" {
  run_sipweave 2 calls -f "port of call" "$call"
  assert_equal "$output" ""
  [[ -n $stderr ]]
}

@test "a call that isn't there is told" {
  run_sipweave 0 flow --call 9999 "$call"
  assert_equal "$output" ""
  assert_contains "$stderr" "no call"
}
