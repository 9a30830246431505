/* SPDX-License-Identifier: MIT
 *
 * export --hep: how do messages get to a collector, over UDP or TCP, and not too fast for it?
 */
#include <errno.h>
#include <glib.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "export/hep.h"
#include "export/sinks.h"

enum { UDP_MOST = 65507 /* bytes in a datagram over IPv4 */, SECOND = 1000000 /* microseconds */ };

struct hep {
    struct export_result *result;
    struct hep_node node;
    unsigned rate; /* messages a second; 0: as fast as it goes */
    bool tcp;
    int socket;
    int64_t started; /* microseconds, monotonic */
    GByteArray *packet;
    uint64_t sent;
    uint64_t too_long;
    uint64_t failed;
    int reason; /* errno of the first */
};

/* --- where to ---------------------------------------------------------------------------------------------------- */

/* "udp:host:9060", "[::1]:9060": without the transport, cut in two at the last colon. */
static bool split_target(const char *target, bool *tcp, char **host, char **port)
{
    *tcp = g_str_has_prefix(target, "tcp:");
    if (*tcp || g_str_has_prefix(target, "udp:"))
        target += 4;
    const char *colon = strrchr(target, ':');
    if (colon == NULL || colon == target || colon[1] == '\0')
        return false;
    const bool bracketed = *target == '[' && colon[-1] == ']';
    *host = bracketed ? g_strndup(target + 1, (gsize)(colon - target) - 2) : g_strndup(target, (gsize)(colon - target));
    *port = g_strdup(colon + 1);
    return true;
}

/* A connected socket, or -1 with errno. */
static int connect_any(const struct addrinfo *addresses)
{
    for (const struct addrinfo *at = addresses; at != NULL; at = at->ai_next) {
        const int made = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
        if (made < 0)
            continue;
        if (connect(made, at->ai_addr, at->ai_addrlen) == 0)
            return made;
        const int reason = errno;
        close(made);
        errno = reason;
    }
    return -1;
}

static int open_socket(const char *host, const char *port, bool tcp, char **error)
{
    const struct addrinfo hints = {.ai_socktype = tcp ? SOCK_STREAM : SOCK_DGRAM};
    struct addrinfo *addresses = NULL;
    const int failed = getaddrinfo(host, port, &hints, &addresses);
    if (failed != 0) {
        *error = g_strdup(gai_strerror(failed));
        return -1;
    }
    const int made = connect_any(addresses);
    if (made < 0)
        *error = g_strdup(g_strerror(errno));
    freeaddrinfo(addresses);
    return made;
}

/* --- sending ----------------------------------------------------------------------------------------------------- */

/* Waits until this message is due. */
static void pace(const struct hep *hep)
{
    if (hep->rate == 0)
        return;
    const int64_t due = hep->started + (int64_t)(hep->sent * SECOND / hep->rate);
    const int64_t now = g_get_monotonic_time();
    if (due > now)
        g_usleep((gulong)(due - now));
}

static bool send_all(int to, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t sent = send(to, bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static void note_failure(struct hep *hep)
{
    if (hep->failed++ == 0)
        hep->reason = errno;
}

static void on_message(void *context, const struct message_record *message)
{
    struct hep *hep = context;
    if (hep->tcp && hep->failed != 0) { /* after half a packet nobody understands more */
        hep->failed++;
        return;
    }
    if (!hep_packet(hep->packet, message, &hep->node, hep->tcp ? UINT16_MAX : UDP_MOST)) {
        hep->too_long++;
        return;
    }
    pace(hep);
    bool good = send_all(hep->socket, hep->packet->data, hep->packet->len);
    if (!good && errno == ECONNREFUSED && !hep->tcp) { /* so it was with one before; this one isn't sent yet */
        note_failure(hep);
        good = send_all(hep->socket, hep->packet->data, hep->packet->len);
    }
    if (!good)
        note_failure(hep);
    hep->sent++;
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct hep *hep = context;
    (void)totals;
    if (hep->failed != 0)
        hep->result->error = g_strdup_printf("%" G_GUINT64_FORMAT " messages did not get there: %s", hep->failed,
                                             g_strerror(hep->reason));
    if (hep->too_long != 0)
        hep->result->loss = g_strdup_printf("%" G_GUINT64_FORMAT " message%s longer than a HEP packet can be, left out",
                                            hep->too_long, hep->too_long == 1 ? "" : "s");
}

static void on_free(void *context)
{
    struct hep *hep = context;
    close(hep->socket);
    g_byte_array_free(hep->packet, TRUE);
    g_free(hep);
}

struct sink export_hep(const struct export_options *options, struct export_result *result)
{
    bool tcp;
    char *host = NULL;
    char *port = NULL;
    int made = -1;
    if (split_target(options->target, &tcp, &host, &port))
        made = open_socket(host, port, tcp, &result->error);
    else
        result->error = g_strdup("not HOST:PORT, nor tcp:HOST:PORT");
    g_free(host);
    g_free(port);
    if (made < 0)
        return (struct sink){.context = NULL};
    struct hep *hep = g_new(struct hep, 1);
    *hep = (struct hep){
        .result = result,
        .node = {options->hep_id, options->hep_name, options->hep_key},
        .rate = options->hep_rate,
        .tcp = tcp,
        .socket = made,
        .started = g_get_monotonic_time(),
        .packet = g_byte_array_new(),
    };
    return (struct sink){.context = hep, .message = on_message, .finish = on_finish, .free = on_free};
}
