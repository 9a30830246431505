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

#define NAME(member, name, text, reached, told)                                                                        \
    {                                                                                                                  \
        name, offsetof(struct sw_limits, member), text, reached, told                                                  \
    }

const struct sw_limit_name sw_limits_names[] = {
    NAME(head_size, "head-size", "bytes of an HTTP head, or of the headers of a SIP message in a TCP stream",
         "the head is skipped; what follows is read again from the next message or frame that can be made out",
         "reason limit"),
    NAME(message_size, "message-size", "bytes of one message, after inflating",
         "the message is cut there, and its rest skipped; what follows is read", "reason limit"),
    NAME(
        inflate_ratio, "inflate-ratio", "bytes that one deflated byte may become, in messages above 64 KiB",
        "the message is cut there, and its rest skipped; what follows is read, as far as it does not refer to the rest",
        "reason limit"),
    NAME(inflate_history, "inflate-history", "bytes of deflate windows kept for idle connections, in all",
         "the window that was idle for longest goes: messages that refer to it can't be read", "reason limit"),
    NAME(pending_handshake, "pending-handshake", "bytes of one side that wait for the other side's handshake",
         "they are read as if that handshake had not been captured", "reason no-handshake; of TLS, no-key"),
    NAME(message_marks, "message-marks", "packets remembered for one message",
         "further packets of the message are not listed; the message is whole", "explain counts such messages"),
    NAME(stream_pending, "stream-pending", "bytes out of order held for one direction of a TCP connection",
         "the first hole among them is given up: it stays missing should it come later", "reason segment-missing"),
    NAME(streams_pending, "streams-pending", "bytes out of order held in all",
         "the hole that has been waited for longest is given up: it stays missing should it come later",
         "reason segment-missing"),
    NAME(streams, "streams", "TCP connections followed at once",
         "the one that was silent for longest is given up, those that are over first; what it still says is another",
         "explain counts them; connections shows which"),
    NAME(http2_streams, "http2-streams", "streams of one HTTP/2 connection that may be WebSockets, at once",
         "further ones are not read; those that are open go on", "reason limit"),
    NAME(datagram_flows, "datagram-flows", "UDP flows that explain tells of",
         "messages of further flows are read and told like others, but no ledger counts their bytes",
         "explain counts such messages"),
    NAME(fragments, "fragments", "IP datagrams in reassembly at once",
         "the incomplete datagram that began first is given up", "explain counts its fragments"),
    NAME(calls, "calls", "calls, registrations and so on in progress at once",
         "the one that was quiet for longest is told as it stands; its next message begins another",
         "explain counts them"),
    NAME(call_messages, "call-messages", "messages remembered for one call",
         "further ones are read, judged and counted, but the call doesn't list them",
         "messages_seen of calls -T json is more than it lists"),
    NAME(keylog_sessions, "keylog-sessions", "TLS sessions whose secrets are kept",
         "the secrets that came first go: what they would decrypt stays closed", "reason no-key; explain counts them"),
    NAME(order_pending, "order-pending", "messages held until earlier ones are complete",
         "the earliest held is told at once: the earlier one comes after it", "explain counts them"),
    {NULL, 0, NULL, NULL, NULL},
};
