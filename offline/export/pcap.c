/* SPDX-License-Identifier: MIT
 *
 * export --pcap: SIP messages as if each had come alone over UDP, for tools that know nothing of WebSockets or TLS.
 *
 * Classic pcap, in the byte order that every reader takes, with nanoseconds, on Ethernet: sngrep, sipp, Wireshark and
 * tcpdump read it, and nothing of the times is lost.
 */
#include <glib.h>

#include "export/datagram.h"
#include "export/sinks.h"

enum { LINKTYPE_ETHERNET = 1, SNAP_LENGTH = 262144, SECOND = 1000000000 };

struct pcap {
    const struct export_options *options;
    struct export_result *result;
    FILE *file;
    uint16_t identification;
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

static void on_message(void *context, const struct message_record *message)
{
    struct pcap *pcap = context;
    uint8_t headers[DATAGRAM_HEADERS_MOST];
    const struct sw_slice payload = datagram_payload(message->sip);
    const size_t size =
        datagram_headers(headers, &message->source, &message->destination, payload, pcap->identification++);
    if (size == 0)
        pcap->too_long++;
    else
        write_packet(pcap->file, message->marks[0].time, headers, size, payload);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct pcap *pcap = context;
    (void)totals;
    export_close_file(pcap->file, pcap->options, pcap->result);
    pcap->file = NULL;
    if (pcap->too_long != 0)
        pcap->result->loss =
            g_strdup_printf("%" G_GUINT64_FORMAT " message%s longer than a UDP packet can be, left out", pcap->too_long,
                            pcap->too_long == 1 ? "" : "s");
}

static void on_free(void *context)
{
    struct pcap *pcap = context;
    if (pcap->file != NULL)
        export_close_file(pcap->file, pcap->options, pcap->result);
    g_free(pcap);
}

struct sink export_pcap(const struct export_options *options, struct export_result *result)
{
    FILE *file = export_open_file(options, result);
    if (file == NULL)
        return (struct sink){.context = NULL};
    struct pcap *pcap = g_new(struct pcap, 1);
    *pcap = (struct pcap){.options = options, .result = result, .file = file};
    write_file_header(file);
    return (struct sink){.context = pcap, .message = on_message, .finish = on_finish, .free = on_free};
}
