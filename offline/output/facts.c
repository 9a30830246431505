/* SPDX-License-Identifier: MIT
 *
 * What several forms of output say about a record in the same way.
 */
#include "output/facts.h"

#include <string.h>

#include "output/text.h"

bool call_delay(const struct sw_call *call, int64_t *span)
{
    int64_t until = call->answered;
    if (until == SW_NO_TIME && call->status >= 300)
        until = call->end;
    if (call->start == SW_NO_TIME || until == SW_NO_TIME || until < call->start)
        return false;
    *span = until - call->start;
    return true;
}

bool call_duration(const struct sw_call *call, int64_t *span)
{
    bool lasts = call->kind == SW_CALL_CALL || call->kind == SW_CALL_REGISTRATION || call->kind == SW_CALL_SUBSCRIPTION;
    if (!lasts || call->answered == SW_NO_TIME || call->end == SW_NO_TIME || call->end < call->answered)
        return false;
    *span = call->end - call->answered;
    return true;
}

void transports_append(GString *to, unsigned transports, const char *separator)
{
    static const enum sw_transport order[] = {SW_TRANSPORT_WS,  SW_TRANSPORT_WSS, SW_TRANSPORT_UDP,
                                              SW_TRANSPORT_TCP, SW_TRANSPORT_TLS, SW_TRANSPORT_SCTP};
    const char *before = "";
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        if ((transports >> order[i] & 1) == 0)
            continue;
        g_string_append(to, before);
        g_string_append(to, sw_transport_name(order[i]));
        before = separator;
    }
}

static struct sw_slice address_of(const struct sw_uri *parts, struct sw_slice uri)
{
    struct sw_slice first = parts->user.size > 0 ? parts->user : parts->host;
    struct sw_slice last = parts->host.size > 0 ? parts->host : first;
    if (first.size == 0 || last.data < first.data)
        return uri;
    return (struct sw_slice){first.data, (size_t)(last.data - first.data) + last.size};
}

struct uri_names uri_names(struct sw_slice uri)
{
    struct sw_uri parts;
    if (sw_uri_parse(uri, &parts) != SW_OK)
        return (struct uri_names){.address = uri, .user = uri};
    if (!parts.sip)
        return (struct uri_names){.address = parts.opaque.size > 0 ? parts.opaque : uri, .user = parts.opaque};
    return (struct uri_names){
        .address = address_of(&parts, uri),
        .user = parts.user.size > 0 ? parts.user : parts.host,
    };
}

struct sw_slice uri_address(struct sw_slice uri)
{
    return uri_names(uri).address;
}

struct sw_slice uri_user(struct sw_slice uri)
{
    return uri_names(uri).user;
}

static size_t find_any(struct sw_slice text, size_t at, const char *stops)
{
    while (at < text.size && strchr(stops, text.data[at]) == NULL) /* NUL is a stop too */
        at++;
    return at;
}

char *product_name(struct sw_slice header)
{
    GString *to = g_string_new(NULL);
    size_t comment = find_any(header, 0, "(");
    struct sw_slice name = sw_slice_trim((struct sw_slice){header.data, comment == 0 ? header.size : comment});
    text_escape(to, name, true);
    size_t start = comment + 1;
    if (comment > 0 && start < header.size && g_ascii_isdigit(header.data[start])) { /* the version, in a comment */
        g_string_append_c(to, ' ');
        size_t end = find_any(header, start, " ()");
        text_escape(to, (struct sw_slice){header.data + start, end - start}, true);
    }
    return g_string_free(to, FALSE);
}

struct sw_slice sip_field(const struct sw_sip *sip, enum sw_sip_field field)
{
    return sip->first[field];
}

struct sw_slice sip_branch(const struct sw_sip *sip)
{
    return sw_sip_top_via(sip).branch;
}

bool sip_cseq(const struct sw_sip *sip, struct sw_cseq *cseq)
{
    *cseq = (struct sw_cseq){0};
    struct sw_slice value = sip->first[SW_SIP_CSEQ];
    return value.size > 0 && sw_cseq_parse(value, cseq) == SW_OK;
}

bool contact_is_at(const struct sw_sip *sip, const struct sw_endpoint *address)
{
    struct sw_name_addr contact;
    const struct sw_slice value = sip->first[SW_SIP_CONTACT];
    char host[56];
    if (value.size == 0)
        return false;
    struct sw_endpoint without_port = *address;
    without_port.port = 0;
    sw_endpoint_format(&without_port, host, sizeof host);
    char *colon = strrchr(host, ':');
    const size_t size = colon == NULL ? 0 : (size_t)(colon - host);
    if (size == 0 || memmem(value.data, value.size, host, size) == NULL || /* as mostly: then it needn't be parsed */
        sw_name_addr_parse(value, &contact) != SW_OK)
        return false;
    const struct sw_slice name = contact.uri_parts.host;
    struct sw_param gruu;
    return name.size == size && memcmp(name.data, host, size) == 0 &&
           !sw_param_find(contact.uri_parts.params, SW_SLICE("gr"), &gruu);
}

bool method_is_of_hop(struct sw_slice method)
{
    return sw_slice_equal(method, SW_SLICE("ACK")) || sw_slice_equal(method, SW_SLICE("CANCEL"));
}

guint endpoint_hash(gconstpointer key)
{
    const struct sw_endpoint *endpoint = key;
    uint32_t hash = 2166136261u ^ endpoint->port;
    size_t size = endpoint->family == 4 ? 4 : sizeof endpoint->address; /* what sw_endpoint_equal looks at */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ endpoint->address[i]) * 16777619u;
    return hash;
}

gboolean endpoint_equal(gconstpointer a, gconstpointer b)
{
    return sw_endpoint_equal(a, b);
}

int endpoint_compare(const struct sw_endpoint *a, const struct sw_endpoint *b)
{
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    int address = memcmp(a->address, b->address, a->family == 4 ? 4 : sizeof a->address);
    if (address != 0 || a->port != b->port)
        return address != 0 ? address : (int)a->port - (int)b->port;
    return (a->stream > b->stream) - (a->stream < b->stream);
}

bool was_refused(const struct connection_record *connection)
{
    const struct sw_handshake *handshake = connection->handshake;
    if (handshake == NULL || !handshake->answered)
        return false;
    return connection->stream != 0 ? handshake->status / 100 != 2 : handshake->status != 101;
}

const char *close_code_name(unsigned code)
{
    static const char *const names[] = {
        "normal closure",       "going away",     "protocol error",       "unsupported data", NULL,
        "no status received",   "abnormal close", "invalid payload data", "policy violation", "message too big",
        "extension missing",    "internal error", "service restart",      "try again later",  "bad gateway",
        "TLS handshake failed",
    };
    return code >= 1000 && code - 1000 < G_N_ELEMENTS(names) ? names[code - 1000] : NULL;
}

unsigned first_close(const struct connection_record *connection, struct sw_slice *reason)
{
    const unsigned *codes = connection->close.codes;
    *reason = connection->close.reason;
    if (!connection->close.by_known || codes[connection->close.by] == 0)
        return connection->close.code;
    *reason = connection->close.reasons[connection->close.by];
    return codes[connection->close.by];
}

const char *direction_name(enum sw_direction direction)
{
    return direction == SW_CLIENT ? "client" : "server";
}

const char *tcp_ending_name(enum tcp_ending ending)
{
    static const char *const names[] = {
        [TCP_OPEN] = "open", [TCP_FIN] = "fin", [TCP_RST] = "rst", [TCP_REUSED] = "reused", [TCP_EVICTED] = "evicted"};
    return names[ending];
}

const char *opcode_name(unsigned opcode)
{
    return opcode == SW_OPCODE_TEXT ? "text" : opcode == SW_OPCODE_BINARY ? "binary" : "continuation";
}
