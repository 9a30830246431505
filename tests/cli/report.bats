#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The page that report writes holds what the other commands print, and nothing that ends its scripts early.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR"
}

# data KIND: what the page on standard input holds of it, as NDJSON.
data() {
  python3 -c '
import base64, json, re, sys, zlib
for first, chunk in re.findall(r"<script type=\"application/json\" class=\"%s\"([^>]*)>(.*?)</script>" % sys.argv[1], sys.stdin.read(), re.S):
    assert "<" not in chunk
    value = json.loads(chunk)
    if isinstance(value, str):
        lines = zlib.decompress(base64.b64decode(value)).decode()
        assert first == " data-first=\"%d\"" % json.loads(lines.split("\n")[0])["id"]
        print(lines, end="")
    else:
        print(*(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in value), sep="\n")
' "$1"
}

@test "its data are those of the other commands" {
  for capture in "$call" "$PCAPS/11-reconnect-failures.pcap"; do
    run_sipweave 0 report --output page.html "$capture"
    assert_equal "$output" ""
    data rows <page.html >rows
    run_sipweave 0 calls -T json "$capture"
    assert_equal "$(jq -cS 'select(.type == "call")' rows)" "$(jq -cS . <<<"$output")"
    run_sipweave 0 connections -T json "$capture"
    assert_equal "$(jq -cS 'select(.type == "connection")' rows)" "$(jq -cS . <<<"$output")"
    run_sipweave 0 explain -T json "$capture"
    assert_equal "$(jq -cS 'select(.type == "ledger")' rows)" "$(jq -cS . <<<"$output")"
    run_sipweave 0 messages --raw -T json "$capture"
    assert_equal "$(data messages <page.html)" "$output"
    run -1 --separate-stderr sipweave check -T json "$capture"
    assert_equal "$(jq -s 'map(select(.type == "group") | .count) | add' rows)" "${#lines[@]}"
  done
}

@test "a ladder for each call, with an arrow a message" {
  run_sipweave 0 report "$call"
  data ladders <<<"$output" | jq -c '[.id, (.steps | map(select(.message).message))]' >ladders
  run_sipweave 0 calls -T json "$call"
  assert_equal "$(cat ladders)" "$(jq -c '[.id, .messages]' <<<"$output")"
}

@test "one call of many" {
  run_sipweave 0 report --call 9 "$call"
  assert_equal "$(data rows <<<"$output" | jq -r 'select(.type == "call").id')" 9
  assert_equal "$(data messages <<<"$output" | jq -r .call | sort -u)" 9
}

@test "each style and script is named by its hash, and there is no other" {
  run_sipweave 0 report "$call"
  python3 -c '
import base64, hashlib, re, sys
page = sys.stdin.read()
allowed = set(re.findall(r"\x27(sha256-[^\x27]+)\x27", page.split("<title>")[0]))
parts = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.S)
hashes = {"sha256-" + base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in parts}
assert hashes == allowed and len(parts) > 2, (hashes, allowed)
assert not re.search(r"https?://(?!www\.w3\.org)|<link|<img|<iframe", re.sub(r"<script type=.*?</script>", "", page, flags=re.S))
' <<<"$output"
}

@test "a damaged capture, a capture of nothing, a closed pipe, a full disk" {
  head -c 100000 "$call" >cut.pcap
  run_sipweave 3 report --output cut.html cut.pcap
  assert_equal "$(tail -n 1 cut.html)" "</html>"
  head -c 24 "$call" >nothing.pcap
  run_sipweave 0 report nothing.pcap
  assert_equal "${lines[-1]}" "</html>"
  run -0 --separate-stderr bash -c '"$SIPWEAVE" report "$1" | head -n 1' - "$call"
  assert_equal "$output" "<!DOCTYPE html>"
  run ! --separate-stderr bash -c '"$SIPWEAVE" report "$1" >/dev/full' - "$call"
  [[ -n $stderr ]]
}

@test "the same input gives the same page" {
  run_sipweave 0 report --output first.html "$call"
  run_sipweave 0 report --output second.html "$call"
  cmp first.html second.html
}
