/* SPDX-License-Identifier: MIT
 *
 * TCP (RFC 9293) with timestamps (RFC 7323), as far as a capture shows it. A segment's header is written when it
 * leaves, so that its acknowledgement says what had arrived by then.
 */
#include "tcp.h"

#include <string.h>

enum flag {
    FIN = 0x01,
    SYN = 0x02,
    RST = 0x04,
    PSH = 0x08,
    ACK = 0x10,
};

enum {
    TCP_SIZE = 20,
    OPTIONS_SIZE = 12,     /* timestamps */
    SYN_OPTIONS_SIZE = 20, /* MSS, SACK permitted, timestamps, window scale */
    MSS = 1460,
    HEAD_SIZE = ETHERNET_SIZE + IP_SIZE + TCP_SIZE + OPTIONS_SIZE,
    SERVER_ACK_DELAY = 15,
    DELAYED_ACK = 40 * MILLISECOND,
    RETRANSMISSION_TIMEOUT = 200 * MILLISECOND,
    SEGMENT_TIME = 12,
};

struct delivery {
    uint64_t end;
    sim_action *run;
    void *object;
};

static enum side other(enum side side)
{
    return side == FROM_CLIENT ? FROM_SERVER : FROM_CLIENT;
}

static void release(struct connection *c)
{
    if (--c->references != 0)
        return;
    for (int side = 0; side < 2; side++) {
        text_free(&c->direction[side].pending);
        g_array_free(c->direction[side].stretches, TRUE);
        g_array_free(c->direction[side].waiting, TRUE);
        g_array_free(c->direction[side].early, TRUE);
    }
    g_free(c);
}

/* ---- segments ---- */

static void segment_leaves(struct sim *sim, void *object);

static struct packet *new_segment(struct sim *sim, struct connection *c, enum side from, unsigned flags)
{
    struct direction *d = &c->direction[from];
    struct packet *packet = packet_new(sim);
    packet->connection = c;
    packet->from = from;
    packet->flags = flags;
    packet->offset = d->sent;
    packet->id = d->id++;
    c->references++;
    return packet;
}

/* When the direction's wire is free, at or after now. */
static int64_t take_turn(struct sim *sim, struct direction *d)
{
    const int64_t time = MAX(sim->now, d->free_at);
    d->free_at = time + SEGMENT_TIME;
    return time;
}

static void send_control(struct sim *sim, struct connection *c, enum side from, unsigned flags)
{
    struct direction *d = &c->direction[from];
    struct packet *packet = new_segment(sim, c, from, flags);
    if (flags & (SYN | FIN))
        d->sent++;
    sim_at(sim, take_turn(sim, d), segment_leaves, packet);
}

static void send_copy(struct sim *sim, const struct packet *original, int64_t time, bool same_id)
{
    struct connection *c = original->connection;
    struct packet *copy = packet_new(sim);
    memcpy(copy, original, offsetof(struct packet, bytes) + HEAD_SIZE + original->payload);
    copy->fate = FATE_COPY;
    copy->record_count = 0;
    if (!same_id)
        copy->id = c->direction[original->from].id++;
    c->references++;
    sim_at(sim, time, segment_leaves, copy);
}

/* A segment of data on its way: in its turn, or as the mix has it. */
static void send_data(struct sim *sim, struct packet *packet, int64_t time)
{
    const struct mix *mix = sim->mix;
    struct random *random = &sim->random;
    if (packet->connection->disturbed) {
        if (random_permille(random, mix->reordered))
            time += random_between(random, 30, 3 * MILLISECOND);
        if (random_permille(random, mix->retransmitted))
            time += RETRANSMISSION_TIMEOUT + random_below(random, 30 * MILLISECOND);
        if (random_permille(random, mix->unseen))
            packet->fate = FATE_UNSEEN;
        if (packet->fate == FATE_SEEN && random_permille(random, mix->duplicated)) {
            const bool again = random_permille(random, 500);
            send_copy(sim, packet, time + (again ? RETRANSMISSION_TIMEOUT : random_between(random, 2, 2000)), !again);
        }
    }
    sim_at(sim, time, segment_leaves, packet);
}

/* Room for one more segment's bytes from offset at on: at most the segment size, fewer where the packet can't name all
 * the messages in it. */
static size_t fill_segment(struct packet *packet, const struct direction *d, size_t at, size_t most, guint *stretch)
{
    size_t size = MIN(d->pending.size - at, most);
    const uint64_t from = packet->offset;
    for (; *stretch < d->stretches->len; ++*stretch) {
        const struct stretch *s = &g_array_index(d->stretches, struct stretch, *stretch);
        if (s->from >= from + size)
            break;
        if (!packet_carries(packet, s->record)) {
            size = (size_t)(s->from - from);
            break;
        }
        if (s->to > from + size)
            break;
    }
    memcpy(packet->bytes + HEAD_SIZE, d->pending.data + at, size);
    packet->payload = (uint16_t)size;
    return size;
}

static void seal_records(struct sim *sim, struct direction *d)
{
    struct record *last = NULL;
    for (guint i = 0; i < d->stretches->len; i++) {
        struct record *record = g_array_index(d->stretches, struct stretch, i).record;
        if (record != last)
            record_seal(sim->truth, record);
        last = record;
    }
    g_array_set_size(d->stretches, 0);
}

void tcp_flush(struct sim *sim, struct connection *c, enum side from)
{
    struct direction *d = &c->direction[from];
    d->flush_planned = false;
    guint stretch = 0;
    for (size_t at = 0; at < d->pending.size;) {
        struct packet *packet = new_segment(sim, c, from, ACK);
        at += fill_segment(packet, d, at, c->mss, &stretch);
        if (at == d->pending.size)
            packet->flags |= PSH;
        d->sent += packet->payload;
        send_data(sim, packet, take_turn(sim, d));
    }
    text_clear(&d->pending);
    seal_records(sim, d);
}

static void flush_from_client(struct sim *sim, void *object)
{
    tcp_flush(sim, object, FROM_CLIENT);
    release(object);
}

static void flush_from_server(struct sim *sim, void *object)
{
    tcp_flush(sim, object, FROM_SERVER);
    release(object);
}

void tcp_flush_soon(struct sim *sim, struct connection *c, enum side from, uint32_t delay)
{
    if (c->direction[from].flush_planned)
        return;
    c->direction[from].flush_planned = true;
    c->references++;
    sim_at(sim, sim->now + delay, from == FROM_CLIENT ? flush_from_client : flush_from_server, c);
}

/* ---- headers ---- */

static void put_options(struct sim *sim, struct packet *packet, uint8_t *at, const struct direction *back)
{
    struct direction *d = &packet->connection->direction[packet->from];
    const bool syn = packet->flags & SYN;
    static const uint8_t syn_options[SYN_OPTIONS_SIZE] = {2, 4, MSS >> 8, MSS & 0xff, 4, 2, 8, 10, [16] = 1, 3, 3, 7};
    static const uint8_t options[OPTIONS_SIZE] = {1, 1, 8, 10};
    memcpy(at, syn ? syn_options : options, syn ? SYN_OPTIONS_SIZE : OPTIONS_SIZE);
    uint8_t *stamp = at + (syn ? 8 : 4);
    d->last_stamp = (uint32_t)(sim->now / MILLISECOND) + d->clock_offset;
    put32(stamp, d->last_stamp);
    put32(stamp + 4, back->last_stamp);
}

/* A copy's acknowledgement may be older than the original's would be now; that is what copies look like anyway. */
static void put_head(struct sim *sim, struct packet *packet)
{
    const struct connection *c = packet->connection;
    const struct direction *d = &c->direction[packet->from];
    const struct direction *back = &c->direction[other(packet->from)];
    const struct host source = c->host[packet->from];
    const struct host destination = c->host[other(packet->from)];
    const size_t head = TCP_SIZE + (packet->flags & SYN ? SYN_OPTIONS_SIZE : OPTIONS_SIZE);
    uint8_t *tcp = packet->bytes + ETHERNET_SIZE + IP_SIZE;
    put16(tcp, source.port);
    put16(tcp + 2, destination.port);
    put32(tcp + 4, d->first + (uint32_t)packet->offset);
    put32(tcp + 8, packet->flags & ACK ? back->first + (uint32_t)back->arrived : 0);
    tcp[12] = (uint8_t)(head / 4 << 4);
    tcp[13] = (uint8_t)packet->flags;
    put16(tcp + 14, packet->flags & SYN ? 64240 : 501);
    put32(tcp + 16, 0);
    put_options(sim, packet, tcp + TCP_SIZE, back);
    const uint16_t sum =
        checksum_transport(source.address, destination.address, PROTOCOL_TCP, tcp, head + packet->payload);
    memcpy(tcp + 16, &sum, sizeof sum);
    put_ip(packet->bytes, source.address, destination.address, PROTOCOL_TCP, IP_SIZE + head + packet->payload,
           packet->id, 0x4000);
    packet->size = (uint16_t)(ETHERNET_SIZE + IP_SIZE + head + packet->payload);
}

/* ---- arrival ---- */

static void acknowledge(struct sim *sim, struct connection *c, enum side from)
{
    const struct direction *data = &c->direction[other(from)];
    if (!c->reset && data->acked < data->arrived)
        send_control(sim, c, from, ACK);
    release(c);
}

static void acknowledge_from_client(struct sim *sim, void *object)
{
    acknowledge(sim, object, FROM_CLIENT);
}

static void acknowledge_from_server(struct sim *sim, void *object)
{
    acknowledge(sim, object, FROM_SERVER);
}

uint32_t tcp_travel(const struct connection *c, enum side from)
{
    return from == c->far ? c->round_trip : SERVER_ACK_DELAY;
}

/* An acknowledgement by the receiver of what came from that side: at once for every second segment, for the ends and
 * where something is missing, else with RFC 9293's delay, unless data carries it before. The client's SYN has its own
 * answer. */
static void plan_acknowledgement(struct sim *sim, struct connection *c, const struct packet *packet)
{
    struct direction *d = &c->direction[packet->from];
    const enum side receiver = other(packet->from);
    if (packet->flags == SYN)
        return;
    const bool at_once = ++d->unacked >= 2 || (packet->flags & FIN) || (packet->flags & SYN) || d->early->len != 0;
    const int64_t delay = tcp_travel(c, receiver) + (at_once ? 0 : DELAYED_ACK);
    if (at_once)
        d->unacked = 0;
    c->references++;
    sim_at(sim, sim->now + delay, receiver == FROM_CLIENT ? acknowledge_from_client : acknowledge_from_server, c);
}

static void hold_early(struct direction *d, uint64_t from, uint64_t to)
{
    const struct stretch stretch = {.from = from, .to = to};
    g_array_append_val(d->early, stretch);
}

static void take_early(struct direction *d)
{
    for (guint i = 0; i < d->early->len;) {
        const struct stretch *early = &g_array_index(d->early, struct stretch, i);
        if (early->from > d->arrived) {
            i++;
            continue;
        }
        d->arrived = MAX(d->arrived, early->to);
        g_array_remove_index_fast(d->early, i);
        i = 0;
    }
}

static void close_in_answer(struct sim *sim, void *object)
{
    struct connection *c = object;
    for (int side = 0; side < 2; side++) {
        struct direction *d = &c->direction[side];
        if (d->end == 0 && !c->reset) {
            d->end = d->sent + 1;
            send_control(sim, c, (enum side)side, FIN | ACK);
        }
    }
    release(c);
}

static void deliver(struct sim *sim, struct direction *d)
{
    while (d->waiting->len != 0) {
        const struct delivery first = g_array_index(d->waiting, struct delivery, 0);
        if (first.end > d->arrived)
            return;
        g_array_remove_index(d->waiting, 0);
        first.run(sim, first.object);
    }
}

static void arrive(struct sim *sim, struct packet *packet)
{
    struct connection *c = packet->connection;
    struct direction *d = &c->direction[packet->from];
    const uint64_t end = packet->offset + packet->payload + ((packet->flags & (SYN | FIN)) != 0);
    if (end == packet->offset)
        return;
    if (packet->offset > d->arrived)
        hold_early(d, packet->offset, end);
    else
        d->arrived = MAX(d->arrived, end);
    take_early(d);
    plan_acknowledgement(sim, c, packet);
    if (d->end != 0 && d->arrived == d->end && c->direction[other(packet->from)].end == 0) {
        c->references++;
        sim_at(sim, sim->now + tcp_travel(c, other(packet->from)) + 200, close_in_answer, c);
    }
    deliver(sim, d);
}

static void segment_leaves(struct sim *sim, void *object)
{
    struct packet *packet = object;
    struct connection *c = packet->connection;
    struct direction *back = &c->direction[other(packet->from)];
    put_head(sim, packet);
    packet_write(sim, packet);
    back->acked = back->arrived;
    back->unacked = 0;
    if (packet->flags & RST)
        c->reset = true;
    else
        arrive(sim, packet);
    packet_free(sim, packet);
    release(c);
}

/* ---- the public calls ---- */

static void answer_syn(struct sim *sim, void *object)
{
    struct connection *c = object;
    c->direction[FROM_SERVER].free_at = sim->now + tcp_travel(c, FROM_SERVER);
    send_control(sim, c, FROM_SERVER, SYN | ACK);
}

static void begin_direction(struct sim *sim, struct direction *d)
{
    d->first = (uint32_t)random_next(&sim->random);
    d->clock_offset = (uint32_t)random_next(&sim->random);
    d->id = (uint16_t)random_next(&sim->random);
    d->stretches = g_array_new(FALSE, FALSE, sizeof(struct stretch));
    d->waiting = g_array_new(FALSE, FALSE, sizeof(struct delivery));
    d->early = g_array_new(FALSE, FALSE, sizeof(struct stretch));
}

struct connection *tcp_open(struct sim *sim, struct host client, struct host server, enum side far,
                            sim_action *established, void *object)
{
    const struct mix *mix = sim->mix;
    struct connection *c = g_new0(struct connection, 1);
    c->host[FROM_CLIENT] = client;
    c->host[FROM_SERVER] = server;
    c->references = 1;
    c->far = far;
    c->round_trip = random_between(&sim->random, 4, 60) * MILLISECOND;
    c->mss = MSS - OPTIONS_SIZE;
    if (mix->mss_low != 0)
        c->mss = (uint16_t)random_between(&sim->random, mix->mss_low, mix->mss_high);
    begin_direction(sim, &c->direction[FROM_CLIENT]);
    begin_direction(sim, &c->direction[FROM_SERVER]);
    send_control(sim, c, FROM_CLIENT, SYN);
    tcp_when_arrived(c, FROM_CLIENT, answer_syn, c);
    const struct delivery ready = {.end = 1, .run = established, .object = object};
    g_array_append_val(c->direction[FROM_SERVER].waiting, ready);
    return c;
}

void tcp_write(struct connection *c, enum side from, const void *bytes, size_t size, struct record *record)
{
    struct direction *d = &c->direction[from];
    const uint64_t start = d->sent + d->pending.size;
    text_bytes(&d->pending, bytes, size);
    if (record == NULL)
        return;
    const struct stretch stretch = {.from = start, .to = start + size, .record = record};
    g_array_append_val(d->stretches, stretch);
}

void tcp_when_arrived(struct connection *c, enum side from, sim_action *run, void *object)
{
    struct direction *d = &c->direction[from];
    const struct delivery delivery = {.end = d->sent + d->pending.size, .run = run, .object = object};
    g_array_append_val(d->waiting, delivery);
}

void tcp_close(struct sim *sim, struct connection *c, enum side from)
{
    struct direction *d = &c->direction[from];
    tcp_flush(sim, c, FROM_CLIENT);
    tcp_flush(sim, c, FROM_SERVER);
    if (d->end == 0) {
        d->end = d->sent + 1;
        send_control(sim, c, from, FIN | ACK);
    }
    release(c);
}

void tcp_reset(struct sim *sim, struct connection *c, enum side from)
{
    send_control(sim, c, from, RST | ACK);
    release(c);
}

void tcp_lone_syn(struct sim *sim, int64_t time, struct host source, struct host destination)
{
    struct packet *packet = packet_new(sim);
    uint8_t *tcp = packet->bytes + ETHERNET_SIZE + IP_SIZE;
    memset(tcp, 0, TCP_SIZE);
    put16(tcp, source.port);
    put16(tcp + 2, destination.port);
    put32(tcp + 4, (uint32_t)random_next(&sim->random));
    tcp[12] = TCP_SIZE / 4 << 4;
    tcp[13] = SYN;
    put16(tcp + 14, 1024);
    const uint16_t sum = checksum_transport(source.address, destination.address, PROTOCOL_TCP, tcp, TCP_SIZE);
    memcpy(tcp + 16, &sum, sizeof sum);
    put_ip(packet->bytes, source.address, destination.address, PROTOCOL_TCP, IP_SIZE + TCP_SIZE,
           (uint16_t)random_next(&sim->random), 0);
    packet->size = ETHERNET_SIZE + IP_SIZE + TCP_SIZE;
    packet_send(sim, time, packet);
}
