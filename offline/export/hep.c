/* SPDX-License-Identifier: MIT
 *
 * Which chunks does a message become (HEP/EEP specification, revision 36)?
 *
 *     "HEP3" | length of all, 16 bits | chunks: vendor 16 | type 16 | length with these six bytes 16 | value
 */
#include "export/hep.h"

#include <string.h>

#include "export/envelope.h"

enum hep_chunk {
    HEP_FAMILY = 1,
    HEP_PROTOCOL = 2,
    HEP_IPV4_SOURCE = 3,
    HEP_IPV4_DESTINATION = 4,
    HEP_IPV6_SOURCE = 5,
    HEP_IPV6_DESTINATION = 6,
    HEP_SOURCE_PORT = 7,
    HEP_DESTINATION_PORT = 8,
    HEP_SECONDS = 9,
    HEP_MICROSECONDS = 10,
    HEP_TYPE = 11,
    HEP_NODE_ID = 12,
    HEP_KEY = 14,
    HEP_PAYLOAD = 15,
    HEP_CORRELATION = 17,
    HEP_NODE_NAME = 19,
};

enum { HEAD = 6, TYPE_SIP = 1, FAMILY_IPV4 = 2, FAMILY_IPV6 = 10, TCP = 6, UDP = 17, SCTP = 132 };

static void put_number(GByteArray *packet, uint64_t value, unsigned size)
{
    for (unsigned shift = 8 * size; shift > 0; shift -= 8) {
        const uint8_t byte = (uint8_t)(value >> (shift - 8));
        g_byte_array_append(packet, &byte, 1);
    }
}

static void put_bytes(GByteArray *packet, unsigned vendor, unsigned type, const void *bytes, size_t size)
{
    put_number(packet, vendor, 2);
    put_number(packet, type, 2);
    put_number(packet, HEAD + size, 2);
    g_byte_array_append(packet, bytes, (guint)size);
}

static void put_chunk(GByteArray *packet, enum hep_chunk type, uint64_t value, unsigned size)
{
    put_number(packet, 0, 2);
    put_number(packet, type, 2);
    put_number(packet, HEAD + size, 2);
    put_number(packet, value, size);
}

static void put_text(GByteArray *packet, enum hep_chunk type, const char *text)
{
    if (text != NULL && *text != '\0')
        put_bytes(packet, 0, type, text, strlen(text));
}

/* What IP says; that it was a WebSocket, or TLS, only the vendor's chunk does. */
static unsigned ip_protocol(enum sw_transport transport)
{
    return transport == SW_TRANSPORT_UDP ? UDP : transport == SW_TRANSPORT_SCTP ? SCTP : TCP;
}

static void put_addresses(GByteArray *packet, const struct message_record *message)
{
    const bool v6 = message->source.family == 6;
    const size_t size = v6 ? 16 : 4;
    put_chunk(packet, HEP_FAMILY, v6 ? FAMILY_IPV6 : FAMILY_IPV4, 1);
    put_chunk(packet, HEP_PROTOCOL, ip_protocol(message->transport), 1);
    put_bytes(packet, 0, v6 ? HEP_IPV6_SOURCE : HEP_IPV4_SOURCE, message->source.address, size);
    put_bytes(packet, 0, v6 ? HEP_IPV6_DESTINATION : HEP_IPV4_DESTINATION, message->destination.address, size);
    put_chunk(packet, HEP_SOURCE_PORT, message->source.port, 2);
    put_chunk(packet, HEP_DESTINATION_PORT, message->destination.port, 2);
}

bool hep_packet(GByteArray *packet, const struct message_record *message, const struct hep_node *node, size_t most)
{
    const struct sw_slice payload = envelope_payload(message->sip);
    const struct sw_slice call_id = message->sip->first[SW_SIP_CALL_ID];
    const char *transport = sw_transport_name(message->transport);
    const int64_t microseconds = MAX(message->marks[0].time, 0) / 1000;
    most = MIN(most, (size_t)UINT16_MAX);
    if (payload.size > most || call_id.size > most)
        return false;
    g_byte_array_set_size(packet, 0);
    g_byte_array_append(packet, (const guint8 *)"HEP3\0\0", HEAD);
    put_addresses(packet, message);
    put_chunk(packet, HEP_SECONDS, (uint64_t)microseconds / 1000000, 4);
    put_chunk(packet, HEP_MICROSECONDS, (uint64_t)microseconds % 1000000, 4);
    put_chunk(packet, HEP_TYPE, TYPE_SIP, 1);
    put_chunk(packet, HEP_NODE_ID, node->id, 4);
    put_text(packet, HEP_KEY, node->key);
    put_text(packet, HEP_NODE_NAME, node->name);
    put_bytes(packet, HEP_VENDOR, HEP_VENDOR_TRANSPORT, transport, strlen(transport));
    if (call_id.size != 0)
        put_bytes(packet, 0, HEP_CORRELATION, call_id.data, call_id.size);
    put_bytes(packet, 0, HEP_PAYLOAD, payload.data, payload.size);
    packet->data[4] = (uint8_t)(packet->len >> 8);
    packet->data[5] = (uint8_t)packet->len;
    return packet->len <= most;
}
