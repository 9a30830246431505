#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the plugin shows doesn't depend on how often a packet was dissected; and hides nothing that tshark shows without it.

usage: passes.py PLUGIN once|stock|preference CAPTURE...

once:       one pass shows what two passes show, but for what only later packets can tell. That appears in the second.
stock:      Wireshark's own fields (websocket.*, sip.*, sdp.*, and what stands in them) are there with the same values. Where
            they aren't stands in known.txt, with the reason.
preference: with the preference sipweave.stock the output is that of tshark without the plugin, byte for byte.
"""
import collections
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

from plugged import options_for, tshark_with

LATER = {f'sipweave.{name}' for name in '''response_in message.complete_in ping.pong_in closed_in close.by close.code opened_in
         subprotocol deflate deflate.client_window_bits deflate.server_window_bits deflate.client_takeover
         deflate.server_takeover'''.split()}
# The same of broken rules: what should have come, and what a later message proves. They stand with the earlier one.
LATER_RULES = {f'sipweave.rule.{name}' for name in '''sip_cancel_unanswered sip_noninvite_unanswered sip_cancel_487 sip_ack_missing
               sip_2xx_retrans sip_resp_no_request prack_missing evt_notify_immediate refer_notify sesstimer_no_refresh
               sip_cancel_before_1xx sip_via_transport_match ob_crlf_pong ob_flow_timer sip_clen_body'''.split()}
NOT_OURS = {'sip.call_id_generated'} # Wireshark's SIP dissector shows it on the first pass only, or on all others only
OF_STOCK = {'websocket', 'sip', 'sdp', 'json', 'xml', 'data', 'data-text-lines', 'fake-field-wrapper'}

Field = collections.namedtuple('Field', 'packet proto name show value')


def fields_of(pdml, protos):
    """Every field in and below these protocols."""
    found = collections.Counter()
    for packet in xml.fromstring(pdml):
        number = packet.find("proto[@name='geninfo']/field[@name='num']").get('show')
        for proto in packet:
            if proto.get('name') in protos:
                found.update(Field(number, proto.get('name'), f.get('name'), f.get('show'), f.get('value'))
                             for f in proto.iter() if f.get('name') not in NOT_OURS)
    return found


def is_later(field, packets):
    return field.name in LATER or (field.packet in packets and re.match(r'sipweave\.rule|_ws\.expert', field.name))


def check_once(tshark, capture):
    one, two = (fields_of(tshark.out(capture, *passes, *options_for(capture), '-T', 'pdml'), OF_STOCK | {'sipweave'})
                for passes in ([], ['-2']))
    later = {field.packet for field in two if field.name in LATER_RULES}
    first, second = (collections.Counter({field: count for field, count in fields.items() if not is_later(field, later)})
                     for fields in (one, two))
    yield from (f'only in one pass: {field}' for field in (first - second).elements())
    yield from (f'only in two passes: {field}' for field in (second - first).elements())
    yield from (f'known in one pass, but not in two: {field}' for field in (one - two).elements())


def known_packets(capture):
    """How many packets may differ."""
    lines = (Path(__file__).parent / 'known.txt').read_text(encoding='utf-8').splitlines()
    known = {name: int(packets) for name, packets, _ in (line.split(None, 2) for line in lines if line[:1] not in ('', '#'))}
    return known.get(capture.name.split('.')[0], 0)


def options_for_stock(capture):
    """Those that tshark understands without the plugin."""
    return [option for option in options_for(capture) if 'sipweave' not in option and option != '-d']


def check_stock(tshark, capture):
    options = options_for_stock(capture)
    stock, ours = (fields_of(tshark.out(capture, *options, '-T', 'pdml', plugged=plugged), OF_STOCK)
                   for plugged in (False, True))
    missing = list((stock - ours).elements())
    packets = {field.packet for field in missing}
    known = known_packets(capture)
    if len(packets) != known:
        yield f'{len(packets)} packets lack fields that tshark has, {known} are known'
        yield from (f'lacks {field}' for field in missing)


def without_time_of_making(output):
    return re.sub(rb'(<pdml[^>]*) time="[^"]*"', rb'\1', output)


def check_preference(tshark, capture):
    for kind in (['-V'], ['-2', '-T', 'pdml'], ['-T', 'json'], ['-T', 'fields', '-e', '_ws.col.Info', '-e', 'frame.protocols']):
        options = [*options_for_stock(capture), *kind]
        stock = tshark.out(capture, *options, plugged=False)
        ours = tshark.out(capture, '-o', 'sipweave.stock:TRUE', *options)
        if without_time_of_making(stock) != without_time_of_making(ours):
            yield f'differs with {" ".join(kind)}'


CHECKS = {'once': check_once, 'stock': check_stock, 'preference': check_preference}


def main():
    plugin, kind, *captures = sys.argv[1:]
    sound = True
    with tshark_with(plugin) as tshark:
        for capture in map(Path, captures):
            problems = list(CHECKS[kind](tshark, capture))
            print(f'{capture.name}: {len(problems)} differences', *problems[:10], sep='\n  ')
            sound &= not problems
    sys.exit(0 if sound else 1)


main()
