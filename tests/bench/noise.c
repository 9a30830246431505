/* SPDX-License-Identifier: MIT
 *
 * What else is on the wire beside calls: media, name lookups, web pages, downloads, ARP, ICMP, a VPN.
 */
#include <string.h>

#include "filler.h"
#include "places.h"

enum {
    RECORD_HEADER = 16, /* of pcap */
    RTP_SIZE = 12,
};

static struct host random_host(struct random *random, uint16_t port)
{
    return (struct host){OTHERS_ADDRESS + random_between(random, 1, HOSTS), port};
}

/* ---- RTP: RFC 3550 ---- */

static void begin_stream(struct random *random, struct stream *stream)
{
    const struct host relay = {RELAY_ADDRESS, (uint16_t)(random_between(random, 15000, 19999) * 2)};
    const struct host client = random_host(random, (uint16_t)(random_between(random, 25000, 29999) * 2));
    const bool outward = random_permille(random, 500);
    *stream = (struct stream){.source = outward ? relay : client,
                              .destination = outward ? client : relay,
                              .sequence = (uint16_t)random_next(random),
                              .timestamp = (uint32_t)random_next(random),
                              .ssrc = (uint32_t)random_next(random),
                              .left = random_between(random, 500, 3000),
                              .size = random_permille(random, 500) ? 160 : random_between(random, 60, 130)};
}

uint64_t noise_rtp(struct sim *sim, int64_t time)
{
    struct fillers *fillers = sim->fillers;
    struct stream *stream = &fillers->streams[fillers->turn++ % FILLER_STREAMS];
    if (stream->left == 0)
        begin_stream(&sim->random, stream);
    stream->left--;
    uint8_t packet[RTP_SIZE + 256];
    put16(packet, stream->size == 160 ? 0x8008 : 0x806f);
    put16(packet + 2, stream->sequence++);
    put32(packet + 4, stream->timestamp);
    put32(packet + 8, stream->ssrc);
    stream->timestamp += 960;
    memcpy(packet + RTP_SIZE, fillers->random_bytes + random_below(&sim->random, RANDOM_BYTES - 256), stream->size);
    udp_send(sim, time, stream->source, stream->destination, packet, RTP_SIZE + stream->size, NULL);
    return RECORD_HEADER + ETHERNET_SIZE + IP_SIZE + UDP_SIZE + RTP_SIZE + stream->size;
}

/* ---- DNS: RFC 1035 ---- */

static void put_question(struct text *text, uint32_t id, unsigned flags, unsigned answers, const char *label)
{
    uint8_t head[12];
    put16(head, id);
    put16(head + 2, flags);
    put16(head + 4, 1);
    put16(head + 6, answers);
    put32(head + 8, 0);
    text_clear(text);
    text_bytes(text, head, sizeof head);
    text_byte(text, (unsigned)strlen(label));
    text_add(text, label, "\007example\004test", NULL);
    text_bytes(text, "\0\0\001\0\001", 5);
}

uint64_t noise_dns(struct sim *sim, int64_t time)
{
    struct random *random = &sim->random;
    const struct host client = random_host(random, (uint16_t)random_between(random, 32768, 60999));
    const struct host resolver = {RESOLVER_ADDRESS, 53};
    const uint32_t id = (uint32_t)random_next(random) & 0xffff;
    struct text message = {0};
    char label[12];
    uint8_t answer[16] = {0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4};
    random_token(random, random_alnum, random_between(random, 3, 11), label);
    put_question(&message, id, 0x0100, 0, label);
    udp_send(sim, time, client, resolver, message.data, message.size, NULL);
    put_question(&message, id, 0x8180, 1, label);
    put32(answer + 12, random_host(random, 0).address);
    text_bytes(&message, answer, sizeof answer);
    udp_send(sim, time + random_between(random, 300, 20000), resolver, client, message.data, message.size, NULL);
    const uint64_t bytes = 2 * (RECORD_HEADER + ETHERNET_SIZE + IP_SIZE + UDP_SIZE + message.size);
    text_free(&message);
    return bytes;
}

/* ---- web pages (RFC 9112) and downloads (records of RFC 8446 5.2) ---- */

struct visit {
    struct connection *tcp;
    bool tls;
    unsigned rounds;
};

static void put_records(struct sim *sim, struct text *text, size_t size)
{
    static const uint8_t head[5] = {23, 3, 3, 0x10, 0x11};
    for (size_t at = 0; at < size; at += 0x1011) {
        text_bytes(text, head, sizeof head);
        text_bytes(text, sim->fillers->random_bytes + random_below(&sim->random, RANDOM_BYTES - 0x1011), 0x1011);
    }
}

static void put_page(struct sim *sim, struct text *text, const struct visit *visit)
{
    static const char line[] = "The quick brown fox jumps over the lazy dog, again and again.\r\n";
    const bool found = visit->tcp->host[FROM_SERVER].port == 80;
    const unsigned lines = found ? random_between(&sim->random, 1, 120) : 1;
    text_add(text, found ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found",
             "\r\nServer: example\r\nContent-Type: text/plain\r\nContent-Length: ", NULL);
    text_number(text, lines * (sizeof line - 1));
    text_add(text, "\r\n\r\n", NULL);
    for (unsigned i = 0; i < lines; i++)
        text_bytes(text, line, sizeof line - 1);
}

static void visit_ask(struct sim *sim, void *object);

static void visit_go_on(struct sim *sim, void *object)
{
    struct visit *visit = object;
    if (visit->rounds-- != 0) {
        visit_ask(sim, visit);
        return;
    }
    tcp_close(sim, visit->tcp, FROM_CLIENT);
    g_free(visit);
}

static void visit_answer(struct sim *sim, void *object)
{
    struct visit *visit = object;
    text_clear(&sim->text);
    if (visit->tls)
        put_records(sim, &sim->text, 60000);
    else
        put_page(sim, &sim->text, visit);
    tcp_write(visit->tcp, FROM_SERVER, sim->text.data, sim->text.size, NULL);
    tcp_when_arrived(visit->tcp, FROM_SERVER, visit_go_on, visit);
    tcp_flush(sim, visit->tcp, FROM_SERVER);
}

static void visit_ask(struct sim *sim, void *object)
{
    struct visit *visit = object;
    text_clear(&sim->text);
    if (visit->tls)
        put_records(sim, &sim->text, 1);
    else
        text_add(&sim->text, "GET /page", visit->rounds % 2 ? ".css" : ".html",
                 " HTTP/1.1\r\nHost: www.example.test\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n\r\n", NULL);
    tcp_write(visit->tcp, FROM_CLIENT, sim->text.data, sim->text.size, NULL);
    tcp_when_arrived(visit->tcp, FROM_CLIENT, visit_answer, visit);
    tcp_flush_soon(sim, visit->tcp, FROM_CLIENT, tcp_travel(visit->tcp, FROM_CLIENT));
}

static void begin_visit(struct sim *sim, struct host server, bool tls, unsigned rounds)
{
    struct visit *visit = g_new0(struct visit, 1);
    visit->tls = tls;
    visit->rounds = rounds;
    const struct host client = random_host(&sim->random, (uint16_t)random_between(&sim->random, 32768, 60999));
    visit->tcp = tcp_open(sim, client, server, FROM_CLIENT, visit_ask, visit);
}

uint64_t noise_http(struct sim *sim, int64_t time)
{
    (void)time;
    if (random_permille(&sim->random, 100)) {
        begin_visit(sim, (struct host){PROXY_ADDRESS, PROXY_WS_PORT}, false, 0);
        return 1200;
    }
    const unsigned rounds = random_below(&sim->random, 4);
    begin_visit(sim, (struct host){WEB_ADDRESS, 80}, false, rounds);
    return 900 + (rounds + 1) * 4600;
}

uint64_t noise_bulk(struct sim *sim, int64_t time)
{
    (void)time;
    const unsigned rounds = random_below(&sim->random, 8);
    begin_visit(sim, (struct host){WEB_ADDRESS + 1 + random_below(&sim->random, 8), 443}, true, rounds);
    return 900 + (rounds + 1) * UINT64_C(72000);
}

/* ---- ARP (RFC 826), ICMP (RFC 792), ESP in UDP (RFC 3948) ---- */

static uint64_t send_arp(struct sim *sim, int64_t time)
{
    struct packet *packet = packet_new(sim);
    static const uint8_t request[28] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0,    0, 0, 0x01, 0x08, 0x06,
                                        0,    1,    0x08, 0,    6,    4,    0,    1, 0x02, 0, 0, 0,    0,    0x01};
    memset(packet->bytes, 0, 60);
    memcpy(packet->bytes, request, sizeof request);
    put32(packet->bytes + 28, RELAY_ADDRESS);
    put32(packet->bytes + 38, RELAY_ADDRESS + random_below(&sim->random, 100));
    packet->size = 60;
    packet_send(sim, time, packet);
    return RECORD_HEADER + 60;
}

static uint64_t send_echo(struct sim *sim, int64_t time)
{
    struct packet *packet = packet_new(sim);
    uint8_t *icmp = packet->bytes + ETHERNET_SIZE + IP_SIZE;
    memset(icmp, 0x55, 64);
    put32(icmp, 0x08000000);
    put16(icmp + 4, 77);
    put16(icmp + 6, (uint32_t)random_next(&sim->random));
    const uint16_t sum = checksum_end(checksum_add(0, icmp, 64));
    memcpy(icmp + 2, &sum, sizeof sum);
    put_ip(packet->bytes, RELAY_ADDRESS, random_host(&sim->random, 0).address, PROTOCOL_ICMP, IP_SIZE + 64, 0, 0);
    packet->size = ETHERNET_SIZE + IP_SIZE + 64;
    packet_send(sim, time, packet);
    return RECORD_HEADER + ETHERNET_SIZE + IP_SIZE + 64;
}

static uint64_t send_esp(struct sim *sim, int64_t time)
{
    const size_t size = random_between(&sim->random, 80, 1400);
    uint8_t packet[1400];
    memcpy(packet, sim->fillers->random_bytes + random_below(&sim->random, RANDOM_BYTES - 1400), size);
    put32(packet, 0x12345678);
    const struct host client = random_host(&sim->random, 4500);
    udp_send(sim, time, client, (struct host){VPN_ADDRESS, 4500}, packet, size, NULL);
    return RECORD_HEADER + ETHERNET_SIZE + IP_SIZE + UDP_SIZE + size;
}

uint64_t noise_odds(struct sim *sim, int64_t time)
{
    static filler_send *const kinds[] = {send_arp, send_echo, send_esp};
    return kinds[random_below(&sim->random, 3)](sim, time);
}
