/* SPDX-License-Identifier: MIT
 *
 * The default bounds and their names.
 */
#include "sipweave/limits.h"

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

const struct sw_limits sw_limits_default = {
    .head_size = 64 * KIB,
    .message_size = 16 * MIB,
    .inflate_ratio = 1000,
    .inflate_history = 256 * MIB,
    .pending_handshake = MIB,
    .message_marks = 65536,
    .stream_pending = MIB,
    .streams_pending = 32 * MIB,
    .streams = 400000,
    .http2_streams = 10000,
    .datagram_flows = 10000,
    .fragments = 4096,
    .calls = 100000,
    .call_messages = 100000,
    .keylog_sessions = 250000,
    .order_pending = 8192,
};

#define NAME(member, name, text)                                                                                       \
    {                                                                                                                  \
        name, offsetof(struct sw_limits, member), text                                                                 \
    }

const struct sw_limit_name sw_limits_names[] = {
    NAME(head_size, "head-size", "bytes of an HTTP head, or of the headers of a SIP message in a TCP stream"),
    NAME(message_size, "message-size", "bytes of one message, after inflating"),
    NAME(inflate_ratio, "inflate-ratio", "bytes that one deflated byte may become, in messages above 64 KiB"),
    NAME(inflate_history, "inflate-history", "bytes of deflate windows kept for idle connections, in all"),
    NAME(pending_handshake, "pending-handshake", "bytes of one side that wait for the other side's handshake"),
    NAME(message_marks, "message-marks", "packets remembered for one message"),
    NAME(stream_pending, "stream-pending", "bytes out of order held for one direction of a TCP connection"),
    NAME(streams_pending, "streams-pending", "bytes out of order held in all"),
    NAME(streams, "streams", "TCP connections followed at once"),
    NAME(http2_streams, "http2-streams", "streams of one HTTP/2 connection that may be WebSockets, at once"),
    NAME(datagram_flows, "datagram-flows", "UDP flows that explain tells of"),
    NAME(fragments, "fragments", "IP datagrams in reassembly at once"),
    NAME(calls, "calls", "calls, registrations and so on in progress at once"),
    NAME(call_messages, "call-messages", "messages remembered for one call"),
    NAME(keylog_sessions, "keylog-sessions", "TLS sessions whose secrets are kept"),
    NAME(order_pending, "order-pending", "messages held until earlier ones are complete"),
    {NULL, 0, NULL},
};
