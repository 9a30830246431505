/* SPDX-License-Identifier: MIT
 *
 * How are the two ends of a message named and compared? IPv6 as RFC 5952 4 writes it.
 */
#include "sipweave/call.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { IPV4_SIZE = 4, IPV6_SIZE = 16, GROUPS = IPV6_SIZE / 2 };
enum { IPV4_TEXT = sizeof "255.255.255.255:65535" };

static const char *const transport_names[] = {
    [SW_TRANSPORT_UDP] = "UDP",   [SW_TRANSPORT_TCP] = "TCP", [SW_TRANSPORT_TLS] = "TLS",
    [SW_TRANSPORT_SCTP] = "SCTP", [SW_TRANSPORT_WS] = "WS",   [SW_TRANSPORT_WSS] = "WSS",
};

const char *sw_transport_name(enum sw_transport transport)
{
    return transport < sizeof transport_names / sizeof *transport_names ? transport_names[transport] : "unknown";
}

bool sw_endpoint_equal(const struct sw_endpoint *a, const struct sw_endpoint *b)
{
    return a->port == b->port && a->stream == b->stream && sw_endpoint_same_host(a, b);
}

bool sw_endpoint_same_host(const struct sw_endpoint *a, const struct sw_endpoint *b)
{
    return a->family == b->family && memcmp(a->address, b->address, a->family == 4 ? IPV4_SIZE : IPV6_SIZE) == 0;
}

/* The longest run of two or more zero groups, the first of equals, is what "::" stands for (RFC 5952 4.2). */
static int zero_run(const unsigned *groups, int *length)
{
    int best = -1;
    int start = 0;
    *length = 1;
    for (int i = 0; i < GROUPS; i++) {
        if (groups[i] != 0)
            start = i + 1;
        else if (i + 1 - start > *length) {
            best = start;
            *length = i + 1 - start;
        }
    }
    return best;
}

static void ipv6_format(const uint8_t *address, char text[40])
{
    unsigned groups[GROUPS];
    for (size_t i = 0; i < GROUPS; i++)
        groups[i] = (unsigned)address[2 * i] << 8 | address[2 * i + 1];
    int length;
    const int run = zero_run(groups, &length);
    int used = 0;
    for (int i = 0; i < GROUPS; i++) {
        if (i == run) {
            used += snprintf(text + used, 40 - (size_t)used, "::");
            i += length - 1;
            continue;
        }
        bool colon = i > 0 && (run < 0 || i != run + length);
        used += snprintf(text + used, 40 - (size_t)used, "%s%x", colon ? ":" : "", groups[i]);
    }
}

static char *put_number(char *to, unsigned value, char behind)
{
    for (unsigned part = 10000; part > 1; part /= 10)
        if (value >= part)
            *to++ = (char)('0' + value / part % 10);
    *to++ = (char)('0' + value % 10);
    *to++ = behind;
    return to;
}

/* It is asked for so often that printf would show. */
static void ipv4_format(const uint8_t *address, uint16_t port, char text[IPV4_TEXT])
{
    for (size_t i = 0; i < IPV4_SIZE; i++)
        text = put_number(text, address[i], i + 1 < IPV4_SIZE ? '.' : ':');
    put_number(text, port, 0);
}

void sw_endpoint_format(const struct sw_endpoint *endpoint, char *text, size_t size)
{
    const uint8_t *a = endpoint->address;
    char address[40];
    switch (endpoint->family) {
    case 4:
        ipv4_format(a, endpoint->port, address);
        g_strlcpy(text, address, size);
        break;
    case 6:
        ipv6_format(a, address);
        snprintf(text, size, "[%s]:%u", address, endpoint->port);
        break;
    default:
        snprintf(text, size, "unknown");
        break;
    }
}
