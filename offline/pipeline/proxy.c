/* SPDX-License-Identifier: MIT
 *
 * What stands before the bytes of a connection that proxies have passed on?
 */
#include "pipeline/proxy.h"

#include <arpa/inet.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipweave/http.h"

/* --- the PROXY protocol ------------------------------------------------------------------------------------------ */

static bool endpoint_of_text(const char *address, const char *port, struct sw_endpoint *endpoint)
{
    char *end;
    unsigned long number = strtoul(port, &end, 10);
    if (number > 65535 || *end != '\0')
        return false;
    if (inet_pton(AF_INET, address, endpoint->address) == 1)
        endpoint->family = 4;
    else if (inet_pton(AF_INET6, address, endpoint->address) == 1)
        endpoint->family = 6;
    else
        return false;
    endpoint->port = (uint16_t)number;
    return true;
}

/* "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", at most 107 bytes. */
static void client_of_text(struct sw_slice preamble, struct sw_endpoint *client)
{
    char line[108] = {0};
    char protocol[8], source[64], destination[64], source_port[8], destination_port[8];
    memcpy(line, preamble.data, MIN(preamble.size, sizeof line - 1));
    if (sscanf(line, "PROXY %7s %63s %63s %7s %7s", protocol, source, destination, source_port, destination_port) == 5)
        endpoint_of_text(source, source_port, client);
}

/* 12 bytes of signature, version and command, family, a 16-bit length, then source, destination and their ports. */
static void client_of_binary(struct sw_slice preamble, struct sw_endpoint *client)
{
    enum { FIXED = 16, TCP4 = 0x11, TCP6 = 0x21 };
    bool proxied = (preamble.data[12] & 0xf) == 1;
    size_t address = preamble.data[13] == TCP4 ? 4 : preamble.data[13] == TCP6 ? 16 : 0;
    if (!proxied || address == 0 || preamble.size - FIXED < 2 * address + 4)
        return;
    const uint8_t *port = preamble.data + FIXED + 2 * address;
    client->family = address == 4 ? 4 : 6;
    memcpy(client->address, preamble.data + FIXED, address);
    client->port = (uint16_t)(port[0] << 8 | port[1]);
}

enum sw_result proxy_header(struct sw_slice bytes, size_t *size, struct sw_endpoint *client)
{
    *client = (struct sw_endpoint){0};
    enum sw_result result = sw_proxy_preamble(bytes, size);
    if (result != SW_OK)
        return result;
    const struct sw_slice preamble = {.data = bytes.data, .size = *size};
    if (preamble.data[0] == 'P')
        client_of_text(preamble, client);
    else
        client_of_binary(preamble, client);
    return SW_OK;
}

/* --- what is read of both sides ---------------------------------------------------------------------------------- */

struct sides {
    struct sw_slice rest[2]; /* by enum sw_direction */
    bool over;               /* more was asked for than there is */
};

static void skip(struct sides *sides, enum sw_direction from, size_t size)
{
    struct sw_slice *rest = &sides->rest[from];
    sides->over |= size > rest->size;
    const size_t skipped = MIN(size, rest->size);
    if (skipped != 0)
        *rest = (struct sw_slice){rest->data + skipped, rest->size - skipped};
}

/* 0 where there is none. */
static uint8_t next(struct sides *sides, enum sw_direction from)
{
    const struct sw_slice rest = sides->rest[from];
    skip(sides, from, 1);
    return rest.size == 0 ? 0 : rest.data[0];
}

/* The next bytes are these, as far as they are there. */
static bool are(struct sides *sides, enum sw_direction from, struct sw_slice bytes)
{
    const struct sw_slice rest = sides->rest[from];
    const size_t size = MIN(rest.size, bytes.size);
    skip(sides, from, bytes.size);
    return size == 0 || memcmp(rest.data, bytes.data, size) == 0;
}

/* --- HTTP -------------------------------------------------------------------------------------------------------- */

static enum sw_result read_head(struct sides *sides, enum sw_direction from, struct sw_http_head *head)
{
    size_t scanned = 0;
    const enum sw_result result = sw_http_parse(sides->rest[from], &scanned, head);
    if (result == SW_OK)
        skip(sides, from, head->size);
    return result;
}

/* The final response. */
static enum sw_result read_response(struct sides *sides, struct sw_http_head *response)
{
    enum sw_result result;
    do
        result = read_head(sides, SW_SERVER, response);
    while (result == SW_OK && response->response && response->status / 100 == 1);
    return result != SW_OK || response->response ? result : SW_BAD;
}

/* What a refusal says: by its Content-Length, or nobody knows how much it is. */
static enum sw_result skip_body(struct sides *sides, const struct sw_http_head *response)
{
    struct sw_slice more = response->headers;
    struct sw_slice length;
    uint64_t size;
    if (!sw_http_header(&more, SW_SLICE("Content-Length"), &length) || !sw_slice_number(length, &size))
        return SW_BAD;
    skip(sides, SW_SERVER, size);
    return sides->over ? SW_MORE : SW_OK;
}

/* Credentials may be asked for first, again and again (RFC 9110 15.5.8). */
static enum sw_result read_connect(struct sides *sides)
{
    for (;;) {
        struct sw_http_head request, response;
        enum sw_result result = read_head(sides, SW_CLIENT, &request);
        if (result != SW_OK)
            return result;
        if (request.response || !sw_slice_equal(request.method, SW_SLICE("CONNECT")))
            return SW_BAD;
        result = read_response(sides, &response);
        if (result != SW_OK || response.status / 100 == 2)
            return result;
        result = skip_body(sides, &response);
        if (result != SW_OK)
            return result;
    }
}

/* --- SOCKS ------------------------------------------------------------------------------------------------------- */

/* Version, command, port, address, and a user's name with a 0 behind it; in 4a that of a host, too. The answer: 0, 90
 * where it is granted, and what means nothing. */
static enum sw_result read_socks4(struct sides *sides)
{
    enum { PORT_AND_ADDRESS = 6 };
    if (!are(sides, SW_CLIENT, SW_SLICE("\x04\x01")))
        return SW_BAD;
    skip(sides, SW_CLIENT, 2);
    const bool named = next(sides, SW_CLIENT) == 0; /* 0.0.0.x: a name follows (4a) */
    skip(sides, SW_CLIENT, 3);
    for (int texts = named ? 2 : 1; texts > 0; texts--)
        while (next(sides, SW_CLIENT) != 0)
            continue;
    if (!are(sides, SW_SERVER, SW_SLICE("\0\x5a")))
        return SW_BAD;
    skip(sides, SW_SERVER, PORT_AND_ADDRESS);
    return sides->over ? SW_MORE : SW_OK;
}

/* Version, command or reply, a reserved byte, an address and a port (RFC 1928 4, 6). */
static bool read_socks5_address(struct sides *sides, enum sw_direction from, struct sw_slice begin)
{
    enum { IPV4 = 1, NAME = 3, IPV6 = 4 };
    if (!are(sides, from, begin))
        return false;
    const uint8_t type = next(sides, from);
    if (sides->over)
        return true;
    if (type != IPV4 && type != NAME && type != IPV6)
        return false;
    skip(sides, from, (type == IPV4 ? 4U : type == IPV6 ? 16U : next(sides, from)) + 2U);
    return true;
}

/* RFC 1929. */
static bool read_password(struct sides *sides)
{
    if (!are(sides, SW_CLIENT, SW_SLICE("\x01")))
        return false;
    skip(sides, SW_CLIENT, next(sides, SW_CLIENT));
    skip(sides, SW_CLIENT, next(sides, SW_CLIENT));
    return are(sides, SW_SERVER, SW_SLICE("\x01\0"));
}

static enum sw_result read_socks5(struct sides *sides)
{
    enum { NO_AUTHENTICATION, PASSWORD = 2 };
    skip(sides, SW_CLIENT, 1);
    const uint8_t methods = next(sides, SW_CLIENT);
    if (methods == 0)
        return sides->over ? SW_MORE : SW_BAD;
    skip(sides, SW_CLIENT, methods);
    if (!are(sides, SW_SERVER, SW_SLICE("\x05")))
        return SW_BAD;
    const uint8_t method = next(sides, SW_SERVER);
    if (sides->over)
        return SW_MORE;
    if ((method != NO_AUTHENTICATION && method != PASSWORD) || (method == PASSWORD && !read_password(sides)) ||
        !read_socks5_address(sides, SW_CLIENT, SW_SLICE("\x05\x01\0")) ||
        !read_socks5_address(sides, SW_SERVER, SW_SLICE("\x05\0\0")))
        return SW_BAD;
    return sides->over ? SW_MORE : SW_OK;
}

enum sw_result proxy_tunnel(const struct sw_slice sides[2], size_t sizes[2])
{
    struct sides read = {.rest = {sides[SW_CLIENT], sides[SW_SERVER]}};
    const uint8_t first = sides[SW_CLIENT].size == 0 ? 0 : sides[SW_CLIENT].data[0];
    const enum sw_result result = first == 'C' ? read_connect(&read)
                                  : first == 4 ? read_socks4(&read)
                                  : first == 5 ? read_socks5(&read)
                                               : SW_BAD;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER && result == SW_OK; from++)
        sizes[from] = sides[from].size - read.rest[from].size;
    return result;
}
