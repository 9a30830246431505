#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# check for CI systems: JUnit, SARIF and TAP, each read by another's program.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR"
  captures=("$PCAPS"/*.pcap "$PCAPS"/*.pcapng)
}

# How many findings of at least one MUST there are, a connection, rule and party each.
must_breaches() { # CAPTURE
  run_sipweave 0 check --fail-on never -T json "$1"
  jq -r 'select(.level | startswith("MUST")) | "\(.connection) \(.rule) \(if .connection then "" else .src end)"' \
    <<<"$output" | sort -u | wc -l
}

@test "JUnit keeps to its schema, with a failure for each rule broken in a connection" {
  command -v xmllint || skip "no xmllint here"
  for capture in "${captures[@]}"; do
    run --separate-stderr sipweave check -T junit --output junit.xml "$capture"
    xmllint --noout --schema "$BATS_TEST_DIRNAME/junit.xsd" junit.xml
    assert_equal "$(xmllint --xpath 'count(//failure)' junit.xml)" "$(must_breaches "$capture")"
    assert_equal "$(xmllint --xpath 'string(/testsuites/@failures)' junit.xml)" "$(xmllint --xpath 'count(//failure)' junit.xml)"
    assert_equal "$(xmllint --xpath 'sum(//testsuite/@tests)' junit.xml)" "$(xmllint --xpath 'count(//testcase)' junit.xml)"
  done
}

@test "JUnit: rules that were kept are there, and lesser findings are no failures unless --fail-on says so" {
  run_sipweave 1 check -T junit "$call"
  assert_contains "$output" '<testcase name="WS-MASK-CLIENT" classname="connection-1" time="0"/>'
  assert_contains "$output" '<failure message="server: Content-Length &quot;0&quot;" type="MUST NOT">'
  assert_contains "$output" '<system-out>SIP over WebSocket runs over TLS (RFC 7118 9.1, SHOULD)'
  run_sipweave 1 check -T junit --fail-on LINT "$call"
  [[ $output != *"<system-out>"* ]]
  run_sipweave 0 check -T junit --rules 'PMD-*' "$call"
  assert_contains "$output" 'failures="0"'
  [[ $output != *WS-MASK* ]]
}

@test "JUnit of a capture with nothing in it" {
  command -v xmllint || skip "no xmllint here"
  head -c 24 "$call" >nothing.pcap
  run_sipweave 0 check -T junit --output junit.xml nothing.pcap
  xmllint --noout --schema "$BATS_TEST_DIRNAME/junit.xsd" junit.xml
}

@test "TAP is read by prove, which counts the same failures" {
  command -v prove || skip "no prove here"
  for capture in "${captures[@]}"; do
    run --separate-stderr sipweave check -T tap --output check.tap "$capture"
    run prove --exec cat check.tap
    [[ $output != *"Parse errors"* ]]
    local expected
    expected=$(must_breaches "$capture")
    assert_equal "$(grep -c '^not ok' check.tap)" "$expected"
  done
}

@test "TAP tells what was found" {
  run_sipweave 1 check -T tap "$call"
  assert_equal "${lines[0]}" "TAP version 13"
  assert_contains "$output" '#   server: packet 6: Content-Length "0"'
}

@test "SARIF: results, their rules and captures" {
  run_sipweave 1 check -T sarif "$call" "$other"
  local log=$output
  assert_equal "$(jq -r '.version' <<<"$log")" "2.1.0"
  assert_equal "$(jq -c '[.runs[0] | .tool.driver.rules as $rules | .results[] | .ruleId == $rules[.ruleIndex].id] | all' <<<"$log")" true
  assert_equal "$(jq -c '[.runs[0] | .artifacts as $files | .results[].locations[0].physicalLocation.artifactLocation
    | .uri == $files[.index].location.uri] | all' <<<"$log")" true
  assert_equal "$(jq -r '.runs[0].artifacts | length' <<<"$log")" 2
  local findings
  findings=$(sipweave check -T json --fail-on never "$call" "$other" | wc -l)
  assert_equal "$(jq '[.runs[0].results[].occurrenceCount] | add' <<<"$log")" "$findings"
  run_sipweave 1 check -T sarif --all "$call" "$other"
  assert_equal "$(jq '.runs[0].results | length' <<<"$output")" "$findings"
}

@test "SARIF keeps to its schema" {
  command -v npm || skip "no npm here"
  mkdir -p "$SARIF_MODULES"
  cp "$BATS_TEST_DIRNAME/sarif/package.json" "$SARIF_MODULES"
  if [[ ! -d $SARIF_MODULES/node_modules/ajv-draft-04 ]]; then
    timeout 100 npm install --prefix "$SARIF_MODULES" --silent --no-audit --no-fund || skip "npm can't install the schema"
  fi
  for capture in "${captures[@]}"; do
    run --separate-stderr sipweave check -T sarif --output "$(basename "$capture").sarif" "$capture"
  done
  head -c 24 "$call" >nothing.pcap
  run_sipweave 0 check -T sarif --output nothing.sarif nothing.pcap
  run_sipweave 1 check -T sarif --all --output stdin.sarif - <"$call"
  node "$BATS_TEST_DIRNAME/sarif/validate.js" "$SARIF_MODULES/node_modules" ./*.sarif
}

@test "a damaged capture: what could be read is there in full, and the exit code tells" {
  head -c 100000 "$call" >cut.pcap
  for format in text json junit sarif tap; do
    run_sipweave 3 check -T "$format" --output "cut.$format" cut.pcap
    [[ -s cut.$format ]]
  done
  jq -e '.runs[0].results | length > 0' cut.sarif
  ! command -v xmllint || xmllint --noout --schema "$BATS_TEST_DIRNAME/junit.xsd" cut.junit
}

@test "a closed pipe ends each form quietly" {
  for format in text json junit tap; do
    run -0 --separate-stderr bash -c '"$SIPWEAVE" check -T "$1" "$2" | head -n 1' - "$format" "$call"
    assert_equal "${#lines[@]}" 1
    assert_equal "$stderr" ""
  done
}
