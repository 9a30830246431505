#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# CSV holds what NDJSON holds, for a reader of RFC 4180.

load helper

same() { # COMMAND COLUMN=KEY...: reads both and compares those columns
  local command=$1
  shift
  sipweave "$command" -T json "$PCAPS/07-derived-merged.pcapng" >"$BATS_TEST_TMPDIR/json"
  sipweave "$command" -T csv "$PCAPS/07-derived-merged.pcapng" | python3 -c '
import csv, json, sys
rows = list(csv.DictReader(open(0, newline="", encoding="utf-8"), strict=True))
objects = [json.loads(line) for line in open(sys.argv[1])]
assert len(rows) == len(objects) > 0 and None not in rows[0]
for row, thing in zip(rows, objects):
    for pair in sys.argv[2:]:
        column, _, key = pair.partition("=")
        wanted = thing.get(key or column, "")
        wanted = wanted[0] if isinstance(wanted, list) else int(wanted) if isinstance(wanted, bool) else wanted
        assert row[column] == str(wanted), (row, column, wanted)
' "$BATS_TEST_TMPDIR/json" "$@"
}

@test "calls" {
  same calls id kind call_id=call_ids from to state status start ringing answered end ended_by
}

@test "messages" {
  same messages id file packet=frames time transport connection src dst method uri status reason call_id cseq cseq_method \
    from to branch call retransmission size
}

@test "lines end as RFC 4180 has it, and an empty table has its header" {
  sipweave calls -T csv "$call" >"$BATS_TEST_TMPDIR/csv"
  assert_equal "$(grep -c -v $'\r$' "$BATS_TEST_TMPDIR/csv")" 0
  run_sipweave 0 calls -T csv --call 999 "$call"
  assert_contains "$output" "id,kind,"
}
