/* SPDX-License-Identifier: MIT
 *
 * The mixes. Each hostile one has honest calls beside the attack, so that "it survived" can be told from "it still
 * works".
 */
#include "mix.h"

#include <string.h>

#define USUAL_CLIENTS .clients = 500, .calls_low = 3, .calls_high = 12
#define FEW_CLIENTS   .clients = 24, .calls_low = 2, .calls_high = 6

const struct mix mixes[] = {
    {.name = "plain", .text = "browsers and a WebSocket proxy, nothing unusual", USUAL_CLIENTS},
    {.name = "realistic",
     .text = "plain with some of everything: deflate, fragments, bursts, disorder, UDP and TCP legs, media, DNS, HTTP",
     USUAL_CLIENTS,
     .deflate = 150,
     .keep_history = 600,
     .fragments = 80,
     .coalesced = 200,
     .binary = 30,
     .reordered = 10,
     .duplicated = 5,
     .retransmitted = 3,
     .udp_legs = 250,
     .tcp_legs = 100,
     .filler = {[FILLER_RTP] = 200, [FILLER_DNS] = 10, [FILLER_HTTP] = 30}},
    {.name = "deflate",
     .text = "every connection permessage-deflate, two in three with context takeover",
     .clients = 200,
     .calls_low = 3,
     .calls_high = 12,
     .deflate = 1000,
     .keep_history = 667},
    {.name = "fragments",
     .text = "messages in several frames with pings between them, a quarter compressed",
     USUAL_CLIENTS,
     .fragments = 1000,
     .deflate = 250,
     .keep_history = 500},
    {.name = "tiny-segments", .text = "40 to 200 bytes a segment", USUAL_CLIENTS, .mss_low = 40, .mss_high = 200},
    {.name = "reorder",
     .text = "one segment in five late, doubled or sent again; none missing",
     USUAL_CLIENTS,
     .coalesced = 300,
     .reordered = 120,
     .duplicated = 40,
     .retransmitted = 40},
    {.name = "loss",
     .text = "one segment in fifty not captured; a fifth of the connections compressed",
     USUAL_CLIENTS,
     .deflate = 200,
     .keep_history = 500,
     .unseen = 20},
    {.name = "short-connections",
     .text = "one call a connection",
     .clients = 500,
     .calls_low = 1,
     .calls_high = 1,
     .one_call_each = true},
    {.name = "brief-connections", .text = "a handshake, one OPTIONS, and goodbye", .clients = 500, .brief = true},
    {.name = "one-long", .text = "one connection carries every call", .clients = 1, .one_long = true},
    {.name = "tls", .text = "plain in TLS 1.3; the secrets are written beside the capture", USUAL_CLIENTS, .tls = true},
    {.name = "noise",
     .text = "nine bytes in ten are RTP",
     USUAL_CLIENTS,
     .filler = {[FILLER_RTP] = 900, [FILLER_DNS] = 5}},
    {.name = "late-start",
     .text = "the capture begins when every connection is open: no handshakes",
     .clients = 500,
     .calls_low = 1000000,
     .calls_high = 1000000,
     .late_start = true},
    {.name = "half-open", .text = "a flood of SYNs", FEW_CLIENTS, .filler = {[FILLER_SYN] = 900}},
    {.name = "inflate-bomb",
     .text = "compressed messages of 64 MiB in 64 KiB",
     FEW_CLIENTS,
     .filler = {[FILLER_BOMB] = 900}},
    {.name = "huge-length", .text = "frames that announce 2^63-1 bytes", FEW_CLIENTS, .filler = {[FILLER_HUGE] = 800}},
    {.name = "headers", .text = "messages with 100,000 headers", FEW_CLIENTS, .filler = {[FILLER_HEADERS] = 900}},
    {.name = "bpf-less",
     .text = "captured without a filter: downloads, ARP, ICMP, ESP, DNS, HTTP, RTP, and a few calls",
     FEW_CLIENTS,
     .filler = {[FILLER_BULK] = 600, [FILLER_ODDS] = 50, [FILLER_DNS] = 20, [FILLER_HTTP] = 100, [FILLER_RTP] = 150}},
    {.name = NULL},
};

const struct mix *mix_find(const char *name)
{
    for (const struct mix *mix = mixes; mix->name != NULL; mix++)
        if (strcmp(mix->name, name) == 0)
            return mix;
    return NULL;
}
