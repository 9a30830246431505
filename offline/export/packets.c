/* SPDX-License-Identifier: MIT
 *
 * export --packets: the packets that carried the chosen calls, as they were captured; with --whole-streams all of their
 * TCP connections.
 *
 * Which packets these are is known when all has been read; they are then read a second time. A TCP packet is told by
 * its IP header, wherever that stands behind link layer, tags and tunnels: addresses and ports are known, and don't
 * stand side by side by chance.
 */
#include <glib.h>
#include <string.h>

#include "export/again.h"
#include "export/ends.h"
#include "export/sinks.h"

enum { TCP = 6, IPV4_LEAST = 20, IPV6_SIZE = 40, LOOKED_AT = 256 /* bytes of a packet */ };

struct packets {
    const struct export_options *options;
    struct export_result *result;
    FILE *file;
    GArray *marks;       /* uint64_t; sorted at the finish */
    GHashTable *streams; /* of struct ends, both ways; NULL: packets of messages alone */
};

static gint compare_marks(gconstpointer a, gconstpointer b)
{
    const uint64_t one = *(const uint64_t *)a;
    const uint64_t other = *(const uint64_t *)b;
    return one < other ? -1 : one > other;
}

/* --- the first reading ------------------------------------------------------------------------------------------- */

static void add_stream(GHashTable *streams, const struct sw_endpoint *source, const struct sw_endpoint *destination)
{
    const struct ends ends = ends_of(source, destination);
    if (!g_hash_table_contains(streams, &ends))
        g_hash_table_add(streams, g_memdup2(&ends, sizeof ends));
}

static void on_message(void *context, const struct message_record *message)
{
    const struct packets *packets = context;
    for (size_t i = 0; i < message->mark_count; i++)
        g_array_append_val(packets->marks, message->marks[i].packet);
    if (packets->streams == NULL || message->transport == SW_TRANSPORT_UDP)
        return;
    add_stream(packets->streams, &message->source, &message->destination);
    add_stream(packets->streams, &message->destination, &message->source);
}

/* --- the second -------------------------------------------------------------------------------------------------- */

/* The ends that a TCP header names whose IP header begins here; false: there is none. */
static bool read_ends(const uint8_t *ip, size_t size, struct ends *ends)
{
    const bool v6 = ip[0] >> 4 == 6;
    const size_t header = v6 ? IPV6_SIZE : (size_t)(ip[0] & 0xf) * 4;
    if ((!v6 && ip[0] >> 4 != 4) || header < IPV4_LEAST || size < header + ENDS_PORTS_SIZE || ip[v6 ? 6 : 9] != TCP)
        return false;
    memset(ends, 0, sizeof *ends);
    memcpy(ends->source, ip + (v6 ? 8 : 12), v6 ? 16 : 4);
    memcpy(ends->destination, ip + (v6 ? 24 : 16), v6 ? 16 : 4);
    memcpy(ends->ports, ip + header, ENDS_PORTS_SIZE);
    return true;
}

static bool is_of_stream(GHashTable *streams, const struct packet *packet)
{
    struct ends ends;
    for (size_t at = 0; at < MIN(packet->size, (uint32_t)LOOKED_AT); at++)
        if (read_ends(packet->data + at, packet->size - at, &ends) && g_hash_table_contains(streams, &ends))
            return true;
    return false;
}

static bool is_wanted(const void *context, uint64_t mark, const struct packet *packet)
{
    const struct packets *packets = context;
    return g_array_binary_search(packets->marks, &mark, compare_marks, NULL) ||
           (packets->streams != NULL && is_of_stream(packets->streams, packet));
}

static void close_file(struct packets *packets)
{
    if (packets->file != NULL)
        export_close_file(packets->file, packets->options, packets->result);
    packets->file = NULL;
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct packets *packets = context;
    (void)totals;
    g_array_sort(packets->marks, compare_marks);
    again_begin(packets->file, NULL);
    again_copy(packets->options, packets->file, is_wanted, packets);
    close_file(packets);
}

static void on_free(void *context)
{
    struct packets *packets = context;
    close_file(packets);
    g_array_free(packets->marks, TRUE);
    g_clear_pointer(&packets->streams, g_hash_table_destroy);
    g_free(packets);
}

struct sink export_packets(const struct export_options *options, struct export_result *result)
{
    FILE *file = again_open(options, result);
    if (file == NULL)
        return (struct sink){.context = NULL};
    struct packets *packets = g_new(struct packets, 1);
    *packets = (struct packets){
        .options = options, .result = result, .file = file, .marks = g_array_new(FALSE, FALSE, sizeof(uint64_t))};
    if (options->whole_streams)
        packets->streams = g_hash_table_new_full(ends_hash, ends_equal, g_free, NULL);
    return (struct sink){.context = packets, .message = on_message, .finish = on_finish, .free = on_free};
}
