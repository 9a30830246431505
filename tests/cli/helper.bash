# SPDX-License-Identifier: MIT
#
# What the tests of the command line share. ctest sets SIPWEAVE (the program) and PCAPS (the folder of captures).

bats_require_minimum_version 1.5.0

export LC_ALL=C.UTF-8
unset COLUMNS NO_COLOR

call="$PCAPS/01-jssip-ws-kamailio.pcap"
other="$PCAPS/03-sipjs-ws-kamailio.pcap"

sipweave() { # ARGUMENT...: standard input is empty unless it is redirected
  "$SIPWEAVE" "$@"
}

# run_sipweave STATUS ARGUMENT...: runs it, fails unless it exits so; then $output and $stderr hold what it printed.
run_sipweave() {
  local status=$1
  shift
  run "-$status" --separate-stderr sipweave "$@"
}

# The one line on standard error that a bad input gets: it names the file.
assert_one_complaint() { # NAME
  if [[ ${#stderr_lines[@]} -ne 1 || $stderr != *"$1"* ]]; then
    printf 'expected one line about %s on standard error, got:\n%s\n' "$1" "$stderr"
    return 1
  fi
}

assert_contains() { # TEXT PART
  if [[ $1 != *"$2"* ]]; then
    printf 'expected "%s" in:\n%s\n' "$2" "$1"
    return 1
  fi
}

assert_equal() { # TEXT EXPECTED
  if [[ $1 != "$2" ]]; then
    printf 'expected:\n%s\ngot:\n%s\n' "$2" "$1"
    return 1
  fi
}
