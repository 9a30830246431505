/* SPDX-License-Identifier: MIT
 *
 * Packets for the tests of offline/net, built from the payload outwards, and a sink that writes down what it is told.
 */
#ifndef TESTS_PACKETS_H
#define TESTS_PACKETS_H

#include "harness.h"

#include "net/net.h"

#include <glib.h>
#include <stdio.h>

/* A packet grows towards the front: data + start is its first byte. */
struct wire {
    uint8_t data[1 << 17];
    size_t start;
};

static inline void wire_put(struct wire *wire, const void *bytes, size_t size)
{
    assert_true(size <= wire->start);
    wire->start -= size;
    if (size != 0)
        memcpy(wire->data + wire->start, bytes, size);
}

static inline void wire_payload(struct wire *wire, const char *payload)
{
    wire->start = sizeof wire->data;
    wire_put(wire, payload, strlen(payload));
}

static inline size_t wire_size(const struct wire *wire)
{
    return sizeof wire->data - wire->start;
}

static inline struct sw_slice wire_bytes(const struct wire *wire)
{
    return (struct sw_slice){wire->data + wire->start, wire_size(wire)};
}

static inline void wire_put16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void wire_put32(uint8_t *at, uint32_t value)
{
    wire_put16(at, value >> 16);
    wire_put16(at + 2, value & 0xffff);
}

/* "08 00 45": spaces don't matter. */
static inline void wire_hex(struct wire *wire, const char *hex)
{
    uint8_t bytes[256];
    size_t digits = 0;
    for (; *hex != '\0'; hex++) {
        if (*hex == ' ')
            continue;
        assert_true(g_ascii_isxdigit(*hex) && digits / 2 < sizeof bytes);
        uint8_t value = (uint8_t)g_ascii_xdigit_value(*hex);
        bytes[digits / 2] = (uint8_t)(digits % 2 == 0 ? value << 4 : bytes[digits / 2] | value);
        digits++;
    }
    wire_put(wire, bytes, digits / 2);
}

static inline void wire_udp(struct wire *wire, uint16_t source, uint16_t destination)
{
    uint8_t header[8] = {0};
    wire_put16(header, source);
    wire_put16(header + 2, destination);
    wire_put16(header + 4, wire_size(wire) + sizeof header);
    wire_put(wire, header, sizeof header);
}

/* From 10.0.0.a to 10.0.0.b. */
static inline void wire_ipv4(struct wire *wire, uint8_t protocol, uint8_t a, uint8_t b)
{
    uint8_t header[20] = {0x45, [8] = 64, [9] = protocol, [12] = 10, [15] = a, [16] = 10, [19] = b};
    wire_put16(header + 2, wire_size(wire) + sizeof header);
    wire_put(wire, header, sizeof header);
}

/* From 2001:db8::a to 2001:db8::b. */
static inline void wire_ipv6(struct wire *wire, uint8_t next, uint8_t a, uint8_t b)
{
    uint8_t header[40] = {
        0x60, [6] = next, [7] = 64, [8] = 0x20, 0x01, 0x0d, 0xb8, [23] = a, 0x20, 0x01, 0x0d, 0xb8, [39] = b};
    wire_put16(header + 4, wire_size(wire));
    wire_put(wire, header, sizeof header);
}

#define ETHERNET "020000000002 020000000001"

static inline void wire_ethernet_ipv4(struct wire *wire)
{
    wire_hex(wire, ETHERNET "0800");
}

/* --- the sink that writes down ----------------------------------------------------------------------------------- */

struct witness {
    GString *text;
    struct net *net;
    uint64_t packets;
    int64_t time;
    uint64_t ignore_after; /* data calls after which a stream is ignored; 0: never */
    uint64_t data_calls;
};

static inline void say_bytes(GString *text, struct sw_slice bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        g_string_append_c(text, g_ascii_isgraph((char)bytes.data[i]) ? (char)bytes.data[i] : '.');
}

static inline void say_endpoint(GString *text, const struct sw_endpoint *endpoint)
{
    if (endpoint->family == 4)
        g_string_append_printf(text, "%u.%u:%u", endpoint->address[0], endpoint->address[3], endpoint->port);
    else
        g_string_append_printf(text, "[%02x%02x::%x]:%u", endpoint->address[0], endpoint->address[1],
                               endpoint->address[15], endpoint->port);
}

static inline void hear_datagram(void *context, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                                 struct sw_slice bytes, uint32_t missing, const struct sw_mark *marks,
                                 size_t mark_count)
{
    struct witness *witness = context;
    say_endpoint(witness->text, source);
    g_string_append_c(witness->text, '>');
    say_endpoint(witness->text, destination);
    g_string_append_c(witness->text, ' ');
    say_bytes(witness->text, bytes);
    if (missing != 0)
        g_string_append_printf(witness->text, " missing %u", missing);
    for (size_t i = 0; i < mark_count; i++)
        g_string_append_printf(witness->text, "%s%" G_GUINT64_FORMAT, i == 0 ? " @" : ",", marks[i].packet);
    g_string_append_c(witness->text, '\n');
}

/* The sides of the connection from port 1000 are A and B, of that from 1001 C and D. */
static inline char side_letter(const struct net_stream *stream, enum net_side from)
{
    uint16_t client = MIN(stream->ends[0].port, stream->ends[1].port);
    return (char)((client == 1001 ? 'C' : 'A') + (stream->ends[from].port == client ? 0 : 1));
}

static inline enum net_interest hear_data(void *context, struct net_stream *stream, enum net_side from,
                                          struct sw_slice bytes, struct sw_mark mark)
{
    struct witness *witness = context;
    assert_true(bytes.size != 0);
    g_string_append_printf(witness->text, "%c ", side_letter(stream, from));
    say_bytes(witness->text, bytes);
    g_string_append_printf(witness->text, " @%" G_GUINT64_FORMAT "\n", mark.packet);
    stream->user = witness;
    witness->data_calls++;
    return witness->ignore_after != 0 && witness->data_calls >= witness->ignore_after ? NET_IGNORE : NET_WANT;
}

static inline enum net_interest hear_gap(void *context, struct net_stream *stream, enum net_side from, uint64_t size,
                                         enum sw_reason reason, struct sw_mark mark)
{
    struct witness *witness = context;
    assert_true(size != 0);
    stream->user = witness;
    g_string_append_printf(witness->text, "%c gap %" G_GUINT64_FORMAT " %s @%" G_GUINT64_FORMAT "\n",
                           side_letter(stream, from), size, reason == SW_REASON_SNAPLEN_CUT ? "cut" : "lost",
                           mark.packet);
    return NET_WANT;
}

static inline void hear_end(void *context, struct net_stream *stream, enum net_side from, enum net_end how,
                            struct sw_mark mark)
{
    static const char *const names[] = {"fin", "rst", "capture-end", "reused", "evicted"};
    struct witness *witness = context;
    g_string_append_printf(witness->text, "%c %s @%" G_GUINT64_FORMAT "\n", side_letter(stream, from), names[how],
                           mark.packet);
}

static inline void hear_forget(void *context, struct net_stream *stream)
{
    struct witness *witness = context;
    assert_ptr_equal(stream->user, witness); /* once, and only for streams that were told */
    stream->user = NULL;
    g_string_append_printf(witness->text, "%c%c forget\n", side_letter(stream, NET_A), side_letter(stream, NET_B));
}

static inline void hear_conflict(void *context, struct net_stream *stream, enum net_side from, uint64_t bytes,
                                 struct sw_mark mark)
{
    struct witness *witness = context;
    g_string_append_printf(witness->text, "%c conflict %" G_GUINT64_FORMAT " @%" G_GUINT64_FORMAT "\n",
                           side_letter(stream, from), bytes, mark.packet);
}

static inline void witness_begin(struct witness *witness, const struct sw_limits *limits)
{
    const struct net_sink sink = {
        .context = witness,
        .datagram = hear_datagram,
        .data = hear_data,
        .gap = hear_gap,
        .end = hear_end,
        .forget = hear_forget,
        .conflict = hear_conflict,
    };
    *witness = (struct witness){.text = g_string_new(NULL)};
    witness->net = net_new(limits, &sink);
}

static inline void witness_end(struct witness *witness)
{
    net_free(witness->net);
    g_string_free(witness->text, TRUE);
}

/* A packet of which cut bytes at its end weren't captured, flush against the unreadable page. */
static inline void witness_packet(struct witness *witness, int link_type, struct sw_slice bytes, size_t cut)
{
    struct guarded g = guard((struct sw_slice){bytes.data, bytes.size - cut});
    struct packet packet = {
        .number = ++witness->packets,
        .time = witness->time,
        .link_type = link_type,
        .size = (uint32_t)g.bytes.size,
        .original_size = (uint32_t)bytes.size,
        .data = g.bytes.data,
    };
    net_packet(witness->net, &packet, (struct sw_mark){packet.number, packet.time});
    unguard(&g);
}

static inline void witness_finish(struct witness *witness)
{
    net_finish(witness->net, (struct sw_mark){witness->packets, witness->time});
}

#endif
