#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# README.md shows what the program prints, and names files that are there.

load helper

readme="$PCAPS/../README.md"

@test "the ladder in README.md is as it is drawn" {
  cd "$PCAPS/.."
  COLUMNS=80 run_sipweave 0 flow --call 9 pcaps/01-jssip-ws-kamailio.pcap
  assert_contains "$(cat "$readme")" "$output"
}

@test "each file that README.md names is there" {
  local named
  named=$(grep -oE '`(core|offline|scripts|pcaps|tests)/[^` *]+`' "$readme" | tr -d '`')
  [[ -n $named ]]
  for file in $named; do
    [[ -e "$PCAPS/../$file" ]] || { echo "README.md names $file"; return 1; }
  done
}

@test "each command is in README.md" {
  run_sipweave 0 --help
  for command in $(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' <<<"$output"); do
    assert_contains "$(cat "$readme")" "| \`$command\` |"
  done
}
