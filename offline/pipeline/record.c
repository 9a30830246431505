/* SPDX-License-Identifier: MIT
 *
 * Who owns what a connection record points to?
 */
#include "pipeline/record.h"

#include <glib.h>
#include <string.h>

bool sink_shows_connections(const struct sink *sink)
{
    return sink->connection_begin != NULL || sink->connection_end != NULL || sink->message != NULL ||
           sink->finding != NULL || sink->ledger != NULL;
}

struct connection_record *connection_record_new(void)
{
    static const struct sw_handshake none;
    struct connection_record *record = g_new(struct connection_record, 1);
    *record =
        (struct connection_record){.references = 1, .opened = SW_NO_TIME, .closed = SW_NO_TIME, .handshake = &none};
    return record;
}

struct connection_record *connection_record_ref(const struct connection_record *record)
{
    struct connection_record *own = (struct connection_record *)(uintptr_t)record;
    if (own != NULL)
        own->references++;
    return own;
}

void connection_record_unref(struct connection_record *record)
{
    if (record == NULL || --record->references != 0)
        return;
    g_free(record->user); /* the handshake's copy */
    for (int side = 0; side < 2; side++)
        g_free((void *)(uintptr_t)record->close.reasons[side].data);
    tls_facts_free(record->tls);
    g_free(record);
}

void connection_record_handshake(struct connection_record *record, const struct sw_handshake *handshake)
{
    const struct sw_slice parts[] = {handshake->target,     handshake->host,   handshake->origin,
                                     handshake->user_agent, handshake->server, handshake->offered,
                                     handshake->subprotocol};
    size_t size = sizeof *handshake;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        size += parts[i].size;

    struct sw_handshake *copy = g_malloc(size);
    *copy = *handshake;
    uint8_t *to = (uint8_t *)(copy + 1);
    struct sw_slice *copies[] = {&copy->target, &copy->host,    &copy->origin,     &copy->user_agent,
                                 &copy->server, &copy->offered, &copy->subprotocol};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (parts[i].size != 0)
            memcpy(to, parts[i].data, parts[i].size);
        copies[i]->data = to;
        to += parts[i].size;
    }
    g_free(record->user);
    record->user = copy;
    record->handshake = copy;
}

struct connection_record *connection_record_copy(const struct connection_record *record)
{
    struct connection_record *copy = g_memdup2(record, sizeof *record);
    copy->references = 1;
    copy->woven = NULL;
    copy->changed = false;
    copy->user = NULL;
    if (record->user != NULL)
        connection_record_handshake(copy, record->handshake);
    for (int side = 0; side < 2; side++) {
        const struct sw_slice reason = record->close.reasons[side];
        copy->close.reasons[side].data = g_memdup2(reason.data, reason.size);
        if (record->close.reason.data == reason.data)
            copy->close.reason = copy->close.reasons[side];
    }
    if (record->tls != NULL)
        copy->tls = tls_facts_copy(record->tls);
    return copy;
}

struct finding_record *finding_record_copy(const struct finding_record *finding)
{
    size_t marks = finding->mark_count * sizeof *finding->marks;
    size_t evidence = strlen(finding->evidence) + 1;
    struct finding_record *copy = g_malloc(sizeof *copy + marks + evidence);
    struct sw_mark *own_marks = (struct sw_mark *)(copy + 1);
    char *own_evidence = (char *)own_marks + marks;
    *copy = *finding;
    memcpy(own_marks, finding->marks, marks);
    memcpy(own_evidence, finding->evidence, evidence);
    copy->marks = own_marks;
    copy->evidence = own_evidence;
    return copy;
}
