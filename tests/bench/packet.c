/* SPDX-License-Identifier: MIT
 *
 * Ethernet, IPv4 and UDP around bytes, and the list of packets that wait to be used again.
 */
#include "packet.h"

#include <glib.h>
#include <string.h>

enum {
    MORE_FRAGMENTS = 0x2000,
    DO_NOT_FRAGMENT = 0x4000,
    FRAGMENT_PAYLOAD = (MTU - IP_SIZE) / 8 * 8,
    DATAGRAM_SIZE = 65535 - IP_SIZE,
};

struct packet *packet_new(struct sim *sim)
{
    struct packet *packet = sim->spare;
    if (packet == NULL)
        packet = g_malloc(sizeof *packet);
    else
        sim->spare = packet->next;
    memset(packet, 0, offsetof(struct packet, bytes));
    return packet;
}

void packet_free(struct sim *sim, struct packet *packet)
{
    packet->next = sim->spare;
    sim->spare = packet;
}

void packets_free(struct sim *sim)
{
    for (struct packet *packet; (packet = sim->spare) != NULL;) {
        sim->spare = packet->next;
        g_free(packet);
    }
}

bool packet_carries(struct packet *packet, struct record *record)
{
    if (record == NULL || (packet->record_count != 0 && packet->records[packet->record_count - 1] == record))
        return true;
    if (packet->record_count == PACKET_RECORDS)
        return false;
    packet->records[packet->record_count++] = record;
    record_packet(record);
    return true;
}

void packet_write(struct sim *sim, struct packet *packet)
{
    uint64_t number = 0;
    if (packet->fate != FATE_UNSEEN && sim->recording)
        number = capture_write(&sim->capture, sim->now, packet->bytes, packet->size);
    for (unsigned i = 0; i < packet->record_count; i++)
        record_written(sim->truth, packet->records[i], number, sim->now);
}

static void leave(struct sim *sim, void *object)
{
    packet_write(sim, object);
    packet_free(sim, object);
}

void packet_send(struct sim *sim, int64_t time, struct packet *packet)
{
    sim_at(sim, time, leave, packet);
}

void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t size)
{
    uint32_t word;
    for (; size >= sizeof word; size -= sizeof word, bytes += sizeof word) {
        memcpy(&word, bytes, sizeof word);
        sum += word;
    }
    if (size != 0) {
        word = 0;
        memcpy(&word, bytes, size);
        sum += word;
    }
    return sum;
}

uint16_t checksum_end(uint64_t sum)
{
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

uint16_t checksum_transport(uint32_t source, uint32_t destination, unsigned protocol, const uint8_t *segment,
                            size_t size)
{
    uint8_t pseudo[12] = {[9] = (uint8_t)protocol};
    put32(pseudo, source);
    put32(pseudo + 4, destination);
    put16(pseudo + 10, (uint32_t)size);
    return checksum_end(checksum_add(checksum_add(0, pseudo, sizeof pseudo), segment, size));
}

void put_ip(uint8_t *bytes, uint32_t source, uint32_t destination, unsigned protocol, size_t size, uint16_t id,
            uint16_t fragment)
{
    static const uint8_t macs[12] = {0x02, 0, 0, 0, 0, 0x01, 0x02, 0, 0, 0, 0, 0x02};
    memcpy(bytes, macs, sizeof macs);
    put16(bytes + 12, 0x0800);
    uint8_t *ip = bytes + ETHERNET_SIZE;
    put16(ip, 0x4500);
    put16(ip + 2, (uint32_t)size);
    put16(ip + 4, id);
    put16(ip + 6, fragment);
    ip[8] = 64;
    ip[9] = (uint8_t)protocol;
    put16(ip + 10, 0);
    put32(ip + 12, source);
    put32(ip + 16, destination);
    const uint16_t sum = checksum_end(checksum_add(0, ip, IP_SIZE));
    memcpy(ip + 10, &sum, sizeof sum);
}

struct datagram {
    struct host source;
    struct host destination;
    uint16_t id;
    size_t size;
    uint8_t bytes[DATAGRAM_SIZE];
};

static void fill_datagram(struct datagram *datagram, const void *bytes, size_t size)
{
    uint8_t *udp = datagram->bytes;
    datagram->size = UDP_SIZE + MIN(size, sizeof datagram->bytes - UDP_SIZE);
    put16(udp, datagram->source.port);
    put16(udp + 2, datagram->destination.port);
    put16(udp + 4, (uint32_t)datagram->size);
    put16(udp + 6, 0);
    memcpy(udp + UDP_SIZE, bytes, datagram->size - UDP_SIZE);
    uint16_t sum =
        checksum_transport(datagram->source.address, datagram->destination.address, PROTOCOL_UDP, udp, datagram->size);
    if (sum == 0)
        sum = 0xffff; /* 0 means: no checksum */
    memcpy(udp + 6, &sum, sizeof sum);
}

static struct packet *new_fragment(struct sim *sim, const struct datagram *datagram, size_t at)
{
    const size_t part = MIN(datagram->size - at, (size_t)FRAGMENT_PAYLOAD);
    const size_t more = at + part < datagram->size ? MORE_FRAGMENTS : 0;
    const uint16_t fragment = (uint16_t)(part == datagram->size ? DO_NOT_FRAGMENT : (more | at / 8));
    struct packet *packet = packet_new(sim);
    put_ip(packet->bytes, datagram->source.address, datagram->destination.address, PROTOCOL_UDP, IP_SIZE + part,
           datagram->id, fragment);
    memcpy(packet->bytes + ETHERNET_SIZE + IP_SIZE, datagram->bytes + at, part);
    packet->size = (uint16_t)(ETHERNET_SIZE + IP_SIZE + part);
    return packet;
}

int64_t udp_send(struct sim *sim, int64_t time, struct host source, struct host destination, const void *bytes,
                 size_t size, struct record *record)
{
    struct datagram datagram;
    datagram.source = source;
    datagram.destination = destination;
    datagram.id = (uint16_t)random_next(&sim->random);
    fill_datagram(&datagram, bytes, size);
    for (size_t at = 0; at < datagram.size; at += FRAGMENT_PAYLOAD) {
        struct packet *packet = new_fragment(sim, &datagram, at);
        packet_carries(packet, record);
        packet_send(sim, time, packet);
        if (at + FRAGMENT_PAYLOAD < datagram.size)
            time += 12;
    }
    if (record != NULL)
        record_seal(sim->truth, record);
    return time;
}
