#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# README.md and CONTRIBUTING.md show what the program prints, and name files and functions that are there.

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

@test "the finding in CONTRIBUTING.md is as it is printed, and its way goes through functions that are there" {
  local guide="$PCAPS/../CONTRIBUTING.md" steps
  cd "$PCAPS/.."
  COLUMNS=120 run_sipweave 1 check --rules SIP-ACK-CREDENTIALS pcaps/01-jssip-ws-kamailio.pcap
  assert_contains "$(sed 's/^    //' "$guide")" "${output%%$'\n\n'*}"
  steps=$(sed -n 's/^    \([a-z_]*\)  *\(\(core\|offline\)[^ ]*\.c\) .*/\1 \2/p' "$guide")
  [[ $(wc -l <<<"$steps") -gt 10 ]]
  while read -r function file; do
    grep -qE "^[a-z].*\b$function\(" "$file" || { echo "CONTRIBUTING.md: no $function in $file"; return 1; }
  done <<<"$steps"
}

@test "each command is in README.md" {
  run_sipweave 0 --help
  for command in $(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' <<<"$output"); do
    assert_contains "$(cat "$readme")" "| \`$command\` |"
  done
}
