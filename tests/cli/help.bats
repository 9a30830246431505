#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# help, completions and the man page say what the options' tables say.

load helper

@test "help COMMAND is COMMAND --help, and help alone the overview" {
  diff <(sipweave help flow) <(sipweave flow --help)
  diff <(sipweave help) <(sipweave --help)
  assert_contains "$(sipweave help calls)" "sipweave calls [OPTION…] CAPTURE..."
  assert_contains "$(sipweave help rules)" "sipweave rules [OPTION…] [PATTERN...]"
  run_sipweave 2 help nothing
  assert_contains "$stderr" "no command 'nothing'"
}

@test "help limits is --help limits, and the man page and each command's help have them all" {
  diff <(sipweave help limits) <(sipweave --help limits)
  local limits text manual
  limits=$(sipweave help limits | sed -n 's/^\([a-z0-9-]*\)=.*/\1/p')
  text=$(sipweave calls --help)
  manual=$(sipweave help --scdoc)
  [[ -n $limits ]]
  for limit in $limits; do
    assert_contains "$text" "$limit"
    assert_contains "$manual" "*$limit*="
  done
}

@test "bash completes commands and each command's options" {
  source <(sipweave help --bash)
  complete_at() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _sipweave; printf '%s\n' "${COMPREPLY[@]}" | sort | paste -s -d ' '; }
  assert_equal "$(complete_at sipweave mess)" "messages"
  assert_equal "$(complete_at sipweave export --hep)" "--hep --hep-id --hep-key --hep-name --hep-rate"
  assert_equal "$(complete_at sipweave help ex)" "explain export"
  assert_equal "$(complete_at sipweave help lim)" "limits"
  assert_equal "$(complete_at sipweave lim)" ""
  assert_equal "$(complete_at sipweave calls trace)" ""
  for command in calls check export; do
    assert_equal "$(complete_at sipweave "$command" --)" \
      "$({ echo --help; sipweave help "$command" | grep -o '^ *\(-., \)\?--[a-z-]*' | grep -o -- '--.*'; } | sort | paste -s -d ' ')"
  done
}

@test "bash completes the values of options that take words" {
  source <(sipweave help --bash)
  complete_at() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _sipweave; printf '%s\n' "${COMPREPLY[@]}" | sort | paste -s -d ' '; }
  assert_equal "$(complete_at sipweave check -T "")" "json junit sarif tap text"
  assert_equal "$(complete_at sipweave calls --format = c)" "csv"
  assert_equal "$(complete_at sipweave calls --color =)" "always auto never"
  assert_equal "$(complete_at sipweave check --fail-on S)" "SHOULD"
  assert_equal "$(complete_at sipweave calls --limit mess)" "message-marks= message-size="
  assert_equal "$(complete_at sipweave calls --match mess)" ""
}

@test "zsh takes its completion" {
  command -v zsh || skip "there is no zsh"
  zsh -n <(sipweave help --zsh)
}

@test "zsh completes the values of options that take words" {
  command -v zsh || skip "there is no zsh"
  local specs
  sipweave help --zsh >"$BATS_TEST_TMPDIR/_sipweave"
  specs=$(zsh -f -c '_arguments() { print -rl -- "$@" }
                     words=(sipweave check "") CURRENT=3
                     source "$1"' zsh "$BATS_TEST_TMPDIR/_sipweave")
  grep -x '\*-T+\[.*\]:FORMAT:(text json junit sarif tap)' <<<"$specs"
  grep -x '\*--format=\[.*\]:FORMAT:(text json junit sarif tap)' <<<"$specs"
  grep -x '\*--fail-on=\[.*\]:LEVEL:(LINT SHOULD MUST never)' <<<"$specs"
  grep -x '\*--limit=\[.*\]:NAME=VALUE:compadd -S "" head-size= .*' <<<"$specs"
  grep -x '\*-q\[.*\]' <<<"$specs"
}

@test "scdoc makes a man page of it" {
  command -v scdoc || skip "there is no scdoc"
  sipweave help --scdoc | scdoc >"$BATS_TEST_TMPDIR/sipweave.1"
  assert_contains "$(cat "$BATS_TEST_TMPDIR/sipweave.1")" "fail"
}
