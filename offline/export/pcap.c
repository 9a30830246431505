/* SPDX-License-Identifier: MIT
 *
 * export --pcap: SIP messages as if each had come alone in a packet, for tools that know nothing of WebSockets or TLS.
 *
 * Over UDP, but for what came over TCP as plain SIP: that stays TCP, as tools take what a port is for from both.
 *
 * Classic pcap, in the byte order that every reader takes, with nanoseconds, on Ethernet: sngrep, sipp, Wireshark and
 * tcpdump read it, and nothing of the times is lost.
 */
#include <glib.h>

#include "export/ends.h"
#include "export/envelope.h"
#include "export/sinks.h"

enum { LINKTYPE_ETHERNET = 1, SNAP_LENGTH = 262144, SECOND = 1000000000 };
enum { FLOWS_MOST = 1 << 20 }; /* of TCP whose sequence numbers are kept; then all begin anew */

struct pcap {
    const struct export_options *options;
    struct export_result *result;
    FILE *file;
    uint16_t identification;
    GHashTable *sequences; /* struct ends -> the sequence number that is next; of TCP */
    uint64_t too_long;
};

static void write_u32(FILE *file, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
    fwrite(bytes, 1, sizeof bytes, file);
}

static void write_file_header(FILE *file)
{
    write_u32(file, 0xa1b23c4d);    /* times have nanoseconds */
    write_u32(file, 4u << 16 | 2u); /* version 2.4 */
    write_u32(file, 0);
    write_u32(file, 0);
    write_u32(file, SNAP_LENGTH);
    write_u32(file, LINKTYPE_ETHERNET);
}

static void write_packet(FILE *file, int64_t time, const uint8_t *headers, size_t headers_size, struct sw_slice payload)
{
    const uint32_t size = (uint32_t)(headers_size + payload.size);
    const int64_t since = MAX(time, 0); /* the format knows nothing before 1970 */
    write_u32(file, (uint32_t)(since / SECOND));
    write_u32(file, (uint32_t)(since % SECOND));
    write_u32(file, size);
    write_u32(file, size);
    fwrite(headers, 1, headers_size, file);
    fwrite(payload.data, 1, payload.size, file);
}

/* From 1 on. */
static uint32_t next_sequence(const struct pcap *pcap, const struct ends *ends)
{
    void *next = g_hash_table_lookup(pcap->sequences, ends);
    return next != NULL ? GPOINTER_TO_UINT(next) : 1;
}

static void count_sequence(struct pcap *pcap, const struct ends *ends, const struct envelope *envelope)
{
    const uint32_t next = envelope->sequence + (uint32_t)envelope->payload.size;
    if (g_hash_table_size(pcap->sequences) >= FLOWS_MOST)
        g_hash_table_remove_all(pcap->sequences);
    g_hash_table_insert(pcap->sequences, g_memdup2(ends, sizeof *ends), GUINT_TO_POINTER(next));
}

static void on_message(void *context, const struct message_record *message)
{
    struct pcap *pcap = context;
    uint8_t headers[ENVELOPE_MOST];
    struct envelope envelope = {
        .source = &message->source,
        .destination = &message->destination,
        .payload = envelope_payload(message->sip),
        .identification = pcap->identification++,
        .tcp = message->transport == SW_TRANSPORT_TCP,
    };
    const struct ends there = ends_of(envelope.source, envelope.destination);
    if (envelope.tcp) {
        const struct ends back = ends_of(envelope.destination, envelope.source);
        envelope.sequence = next_sequence(pcap, &there);
        envelope.acknowledged = next_sequence(pcap, &back);
    }
    const size_t size = envelope_headers(headers, &envelope);
    if (size == 0) {
        pcap->too_long++;
        return;
    }
    write_packet(pcap->file, message->marks[0].time, headers, size, envelope.payload);
    if (envelope.tcp)
        count_sequence(pcap, &there, &envelope);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct pcap *pcap = context;
    (void)totals;
    export_close_file(pcap->file, pcap->options, pcap->result);
    pcap->file = NULL;
    if (pcap->too_long != 0)
        pcap->result->loss = g_strdup_printf("%" G_GUINT64_FORMAT " message%s longer than a packet can be, left out",
                                             pcap->too_long, pcap->too_long == 1 ? "" : "s");
}

static void on_free(void *context)
{
    struct pcap *pcap = context;
    if (pcap->file != NULL)
        export_close_file(pcap->file, pcap->options, pcap->result);
    g_hash_table_destroy(pcap->sequences);
    g_free(pcap);
}

struct sink export_pcap(const struct export_options *options, struct export_result *result)
{
    FILE *file = export_open_file(options, result);
    if (file == NULL)
        return (struct sink){.context = NULL};
    struct pcap *pcap = g_new(struct pcap, 1);
    *pcap = (struct pcap){.options = options, .result = result, .file = file};
    pcap->sequences = g_hash_table_new_full(ends_hash, ends_equal, g_free, NULL);
    write_file_header(file);
    return (struct sink){.context = pcap, .message = on_message, .finish = on_finish, .free = on_free};
}
