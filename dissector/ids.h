/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The numbers under which Wireshark knows our fields, those of its own dissectors that we fill in, our subtrees and
 * expert infos. One table of fields makes the enumeration and the registration.
 */
#ifndef WEAVE_IDS_H
#define WEAVE_IDS_H

#include "compat.h"

#include "sipweave/rules.h"

#define WEAVE_REQUEST  FRAMENUM_TYPE(FT_FRAMENUM_REQUEST)
#define WEAVE_RESPONSE FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE)
#define WEAVE_RETRANS  FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_PREV)
#define WEAVE_YES_NO   TFS(&tfs_yes_no)

/* id, title, filter name below "sipweave.", type, display, strings, help */
#define WEAVE_FIELDS(F)                                                                                                \
    F(CONNECTION, "WebSocket connection", "connection", FT_UINT32, BASE_DEC, NULL,                                     \
      "WebSocket connections, counted from 1 in the order of their upgrade requests")                                  \
    F(OPENED_IN, "Opened in", "opened_in", FT_FRAMENUM, BASE_NONE, NULL, "The packet that completed the handshake")    \
    F(MIDSTREAM, "Seen from its middle", "midstream", FT_BOOLEAN, BASE_NONE, WEAVE_YES_NO,                             \
      "The handshake isn't in the capture")                                                                            \
    F(TARGET, "Request target", "target", FT_STRING, BASE_NONE, NULL, "Of the upgrade request")                        \
    F(HOST, "Host", "host", FT_STRING, BASE_NONE, NULL, "Of the upgrade request")                                      \
    F(ORIGIN, "Origin", "origin", FT_STRING, BASE_NONE, NULL, "Of the upgrade request")                                \
    F(OFFERED, "Subprotocols offered", "subprotocol.offered", FT_STRING, BASE_NONE, NULL, "By the client")             \
    F(SUBPROTOCOL, "Subprotocol", "subprotocol", FT_STRING, BASE_NONE, NULL, "That the server chose")                  \
    F(DEFLATE, "permessage-deflate", "deflate", FT_BOOLEAN, BASE_NONE, WEAVE_YES_NO, "RFC 7692 was agreed on")         \
    F(CLIENT_BITS, "Client's window bits", "deflate.client_window_bits", FT_UINT8, BASE_DEC, NULL, NULL)               \
    F(SERVER_BITS, "Server's window bits", "deflate.server_window_bits", FT_UINT8, BASE_DEC, NULL, NULL)               \
    F(CLIENT_TAKEOVER, "Client keeps its context", "deflate.client_takeover", FT_BOOLEAN, BASE_NONE, WEAVE_YES_NO,     \
      NULL)                                                                                                            \
    F(SERVER_TAKEOVER, "Server keeps its context", "deflate.server_takeover", FT_BOOLEAN, BASE_NONE, WEAVE_YES_NO,     \
      NULL)                                                                                                            \
    F(CLOSED_IN, "Closed in", "closed_in", FT_FRAMENUM, BASE_NONE, NULL, "The packet with the first Close frame")      \
    F(CLOSE_BY, "Closed by", "close.by", FT_STRING, BASE_NONE, NULL, "The side that sent the first Close frame")       \
    F(CLOSE_CODE, "Close code", "close.code", FT_UINT16, BASE_DEC, NULL,                                               \
      "Of the first Close frame; 1005: it has none")                                                                   \
    F(FROM, "Sent by", "from", FT_STRING, BASE_NONE, NULL, "client or server")                                         \
    F(FRAME, "Frame number", "frame", FT_UINT32, BASE_DEC, NULL, "Within this direction of the connection")            \
    F(MESSAGE, "Message number", "message", FT_UINT32, BASE_DEC, NULL, "Within the connection, both directions")       \
    F(MESSAGE_SIZE, "Message size", "message.size", FT_UINT64, BASE_DEC, NULL, "Unmasked and inflated, in bytes")      \
    F(WIRE_SIZE, "Size on the wire", "message.wire_size", FT_UINT64, BASE_DEC, NULL,                                   \
      "Payload bytes as they were sent, without frame headers; where permessage-deflate was agreed on")                \
    F(COMPRESSED, "Compressed", "message.compressed", FT_BOOLEAN, BASE_NONE, WEAVE_YES_NO, NULL)                       \
    F(FRAGMENTS, "Fragments", "message.fragments", FT_UINT32, BASE_DEC, NULL, "Frames that carried the message")       \
    F(FRAGMENT, "Fragment", "message.fragment", FT_FRAMENUM, BASE_NONE, NULL, "A packet that carried a part of it")    \
    F(BEGINS_IN, "Message begins in", "message.begins_in", FT_FRAMENUM, BASE_NONE, NULL,                               \
      "Where that is another packet")                                                                                  \
    F(COMPLETE_IN, "Message complete in", "message.complete_in", FT_FRAMENUM, BASE_NONE, NULL, NULL)                   \
    F(SIP_COUNT, "SIP messages", "message.sip_count", FT_UINT32, BASE_DEC, NULL,                                       \
      "SIP messages in this WebSocket message, where there are several; RFC 7118 5 allows one")                        \
    F(PING_TIME, "Ping answered after", "ping.time", FT_RELATIVE_TIME, BASE_NONE, NULL, NULL)                          \
    F(PING_IN, "Ping in", "ping.in", FT_FRAMENUM, BASE_NONE, WEAVE_REQUEST, NULL)                                      \
    F(PONG_IN, "Pong in", "ping.pong_in", FT_FRAMENUM, BASE_NONE, WEAVE_RESPONSE, NULL)                                \
    F(CALL, "Call", "call", FT_UINT32, BASE_DEC, NULL,                                                                 \
      "Calls, registrations, subscriptions ..., counted from 1 in the order of their first messages")                  \
    F(DIALOG_STATE, "Dialog state", "dialog.state", FT_STRING, BASE_NONE, NULL,                                        \
      "After this message: trying, proceeding, early, confirmed, terminated (RFC 4235 3.7.1)")                         \
    F(REQUEST_IN, "Request in", "request_in", FT_FRAMENUM, BASE_NONE, WEAVE_REQUEST,                                   \
      "The packet with the request that this answers, acknowledges or cancels")                                        \
    F(RESPONSE_IN, "Response in", "response_in", FT_FRAMENUM, BASE_NONE, WEAVE_RESPONSE,                               \
      "The packet with the final response, once that is known")                                                        \
    F(RESPONSE_TIME, "Response time", "response_time", FT_RELATIVE_TIME, BASE_NONE, NULL, "Since the request")         \
    F(RETRANSMISSION_OF, "Retransmission of", "retransmission_of", FT_FRAMENUM, BASE_NONE, WEAVE_RETRANS, NULL)        \
    F(RETRANSMISSION, "Retransmission", "retransmission", FT_BOOLEAN, BASE_NONE, WEAVE_YES_NO, NULL)                   \
    F(SIP_START, "Start line", "sip.start_line", FT_STRING, BASE_NONE, NULL,                                           \
      "Of SIP that Wireshark's own dissector refuses")                                                                 \
    F(SIP_METHOD, "Method", "sip.method", FT_STRING, BASE_NONE, NULL, "Of such a request")                             \
    F(SIP_STATUS, "Status", "sip.status", FT_UINT16, BASE_DEC, NULL, "Of such a response")                             \
    F(SIP_CALL_ID, "Call-ID", "sip.call_id", FT_STRING, BASE_NONE, NULL, "Of such a message")                          \
    F(SIP_CSEQ, "CSeq", "sip.cseq", FT_STRING, BASE_NONE, NULL, "Of such a message")                                   \
    F(LOST, "Bytes not decoded", "lost", FT_UINT64, BASE_DEC, NULL, NULL)                                              \
    F(RULE, "Broken rule", "rule", FT_STRING, BASE_NONE, NULL, "Its id; sipweave check --explain ID tells more")       \
    F(RULE_BESIDE, "See packet", "rule.beside", FT_FRAMENUM, BASE_NONE, NULL,                                          \
      "Another packet that shows that the rule was broken")

#define WEAVE_ID(id, ...) WEAVE_##id,
enum weave_field { WEAVE_FIELDS(WEAVE_ID) WEAVE_FIELD_COUNT };
#undef WEAVE_ID

/* Fields of Wireshark's own dissectors: those that its WebSocket dissector fills in, and those that we read. */
#define WEAVE_STOCK_FIELDS(F)                                                                                          \
    F(FIN, "websocket.fin")                                                                                            \
    F(RSV, "websocket.rsv")                                                                                            \
    F(PMC, "websocket.pmc")                                                                                            \
    F(OPCODE, "websocket.opcode")                                                                                      \
    F(MASK, "websocket.mask")                                                                                          \
    F(LENGTH, "websocket.payload_length")                                                                              \
    F(LENGTH_16, "websocket.payload_length_ext_16")                                                                    \
    F(LENGTH_64, "websocket.payload_length_ext_64")                                                                    \
    F(MASKING_KEY, "websocket.masking_key")                                                                            \
    F(PAYLOAD, "websocket.payload")                                                                                    \
    F(MASKED_PAYLOAD, "websocket.masked_payload")                                                                      \
    F(CONTINUE, "websocket.payload.continue")                                                                          \
    F(TEXT, "websocket.payload.text")                                                                                  \
    F(CLOSE, "websocket.payload.close")                                                                                \
    F(CLOSE_STATUS, "websocket.payload.close.status_code")                                                             \
    F(CLOSE_REASON, "websocket.payload.close.reason")                                                                  \
    F(PING, "websocket.payload.ping")                                                                                  \
    F(PONG, "websocket.payload.pong")                                                                                  \
    F(UNKNOWN, "websocket.payload.unknown")                                                                            \
    F(WS_FRAGMENTS, "websocket.fragments")                                                                             \
    F(WS_FRAGMENT, "websocket.fragment")                                                                               \
    F(WS_FRAGMENT_COUNT, "websocket.fragment.count")                                                                   \
    F(WS_REASSEMBLED, "websocket.reassembled.length")                                                                  \
    F(TCP_PAYLOAD, "tcp.payload")                                                                                      \
    F(TCP_SYN, "tcp.connection.syn")                                                                                   \
    F(TCP_SYN_ACK, "tcp.connection.synack")                                                                            \
    F(IP_FRAGMENTS, "ip.fragment.count")                                                                               \
    F(IP6_FRAGMENTS, "ipv6.fragment.count")                                                                            \
    F(TCP_FIN, "tcp.connection.fin")                                                                                   \
    F(TCP_RST, "tcp.connection.rst")                                                                                   \
    F(TCP_LOST, "tcp.analysis.lost_segment")                                                                           \
    F(TCP_UNSEEN, "tcp.analysis.ack_lost_segment")                                                                     \
    F(TCP_OUT_OF_ORDER, "tcp.analysis.out_of_order")                                                                   \
    F(TCP_AGAIN, "tcp.analysis.retransmission")                                                                        \
    F(TCP_FAST, "tcp.analysis.fast_retransmission")                                                                    \
    F(HTTP, "http")                                                                                                    \
    F(SIP, "sip")                                                                                                      \
    F(WEBSOCKET, "websocket")

#define WEAVE_ID(id, name) STOCK_##id,
enum weave_stock_field { WEAVE_STOCK_FIELDS(WEAVE_ID) STOCK_FIELD_COUNT };
#undef WEAVE_ID

enum weave_subtree {
    SUBTREE_FRAME,
    SUBTREE_PAYLOAD,
    SUBTREE_CLOSE,
    SUBTREE_FRAGMENTS,
    SUBTREE_WEAVE,
    SUBTREE_CONNECTION,
    SUBTREE_MESSAGE,
    SUBTREE_SIP,
    SUBTREE_RULE,
    SUBTREE_COUNT
};

struct weave_ids {
    int protocol;
    int tap;
    int expert; /* Wireshark's protocol of expert infos, and the tap for who collects them */
    int expert_tap;
    int field[WEAVE_FIELD_COUNT];
    int stock[STOCK_FIELD_COUNT];
    int subtree[SUBTREE_COUNT];
    expert_field loss[SW_REASON_COUNT];
    expert_field rule[SW_RULE_COUNT];
    expert_field unknown_opcode;
    expert_field several_sip;
};
extern struct weave_ids weave_ids;

void weave_ids_register(int protocol);
/* Once all dissectors have registered: where Wireshark's own fields are. */
void weave_ids_find_stock(void);
/* When a capture is opened: expert infos are registered after all dissectors. */
void weave_ids_find_expert(void);

static inline int weave_hf(enum weave_field field)
{
    return weave_ids.field[field];
}

static inline int weave_stock(enum weave_stock_field field)
{
    return weave_ids.stock[field];
}

/* Adds a field of Wireshark's own; NULL where nobody looks at it: neither a window, nor a filter, column or colour
 * rule. An item that isn't made costs nothing, and most aren't looked at in most passes over a capture. */
proto_item *weave_stock_add(proto_tree *tree, enum weave_stock_field field, tvbuff_t *tvb, int offset, int size,
                            guint encoding);

#endif
