/* SPDX-License-Identifier: MIT
 *
 * How does a call to the weaver wait for its turn in another thread?
 *
 *     piece: kind, size | what the call had, slices and pointers in it pointing further on | marks, bytes ... |
 *
 * Flows go on writing to their connection's record while the weaver, some pieces behind, lets the sink read it. So its
 * thread has a record of its own for each connection, which says what the flow's said at the same point.
 */
#include "pipeline/relay.h"

#include <glib.h>
#include <string.h>

#include "pipeline/queue.h"

enum kind {
    PIECE_BEGIN,
    PIECE_CHANGED,
    PIECE_END,
    PIECE_MESSAGE,
    PIECE_LEDGER,
    PIECE_FINDING,
    PIECE_LOSS,
    PIECE_KEEPALIVE,
    PIECE_CAPTURE,
};

struct piece {
    _Alignas(16) enum kind kind;
    size_t size; /* of all of it */
};

struct connection_piece {
    struct piece piece;
    struct connection_record *record; /* the weaver's */
    struct connection_record *now;    /* CHANGED: a copy of what it says now, which the piece owns */
    struct sw_mark mark;              /* END, and how: */
    enum tcp_ending tcp;
};

/* Then its marks and its bytes. */
struct message_piece {
    struct piece piece;
    struct message_record message;
    struct sw_slice bytes;
    struct sw_sip sip; /* where message.sip isn't NULL */
};

struct ledger_piece {
    struct piece piece;
    struct ledger_record ledger;
};

/* Then its marks and its evidence. */
struct finding_piece {
    struct piece piece;
    struct finding_record finding;
};

struct loss_piece {
    struct piece piece;
    uint64_t connection;
    struct sw_endpoint source;
    struct sw_endpoint destination;
    int64_t time;
};

struct keepalive_piece {
    struct piece piece;
    struct sw_talk_keepalive keepalive;
};

/* Then the damage, the link types and the path. */
struct capture_piece {
    struct piece piece;
    struct capture_record capture;
    struct capture_info info;
};

struct relay {
    struct weaver *weaver;
    struct queue *queue; /* NULL: the weaver has no thread */
    bool connections;    /* the sink looks at their records */
    GPtrArray *changed;  /* records that say more than the weaver's own */
};

/* --- the weaver's thread ----------------------------------------------------------------------------------------- */

/* The record stays at its address, and keeps what the weaver has noted in it. */
static void renew(struct connection_record *record, struct connection_record *now)
{
    const struct connection_record before = *record;
    *record = *now;
    *now = before;
    record->sip_messages = before.sip_messages;
    memcpy(record->told, before.told, sizeof record->told);
    connection_record_unref(now);
}

static void take_connection(struct weaver *weaver, const struct connection_piece *piece)
{
    if (piece->piece.kind == PIECE_BEGIN) {
        weaver_begin(weaver, piece->record);
    } else if (piece->piece.kind == PIECE_CHANGED) {
        renew(piece->record, piece->now);
    } else {
        piece->record->close.tcp = piece->tcp;
        weaver_end(weaver, piece->record, piece->mark);
        connection_record_unref(piece->record);
    }
}

static void take(struct weaver *weaver, struct piece *piece)
{
    struct message_piece *message = (struct message_piece *)piece;
    const struct loss_piece *loss = (const struct loss_piece *)piece;
    switch (piece->kind) {
    case PIECE_BEGIN:
    case PIECE_CHANGED:
    case PIECE_END:
        take_connection(weaver, (const struct connection_piece *)piece);
        break;
    case PIECE_MESSAGE:
        weaver_message(weaver, &message->message, message->bytes);
        break;
    case PIECE_LEDGER:
        weaver_ledger(weaver, &((const struct ledger_piece *)piece)->ledger);
        break;
    case PIECE_FINDING:
        weaver_finding(weaver, &((struct finding_piece *)piece)->finding);
        break;
    case PIECE_LOSS:
        weaver_loss(weaver, loss->connection, &loss->source, &loss->destination, loss->time);
        break;
    case PIECE_KEEPALIVE:
        weaver_keepalive(weaver, &((const struct keepalive_piece *)piece)->keepalive);
        break;
    case PIECE_CAPTURE:
        weaver_capture(weaver, &((const struct capture_piece *)piece)->capture);
        break;
    }
}

static struct piece *piece_at(uint8_t *bytes)
{
    return (struct piece *)(void *)bytes;
}

static void take_all(void *context, uint8_t *bytes, size_t size)
{
    const struct relay *relay = context;
    for (size_t at = 0; at < size; at += piece_at(bytes + at)->size)
        take(relay->weaver, piece_at(bytes + at));
}

/* --- the flows' thread ------------------------------------------------------------------------------------------- */

/* Reads the messages that nobody has read yet. */
static void read_all(void *context, uint8_t *bytes, size_t size)
{
    (void)context;
    for (size_t at = 0; at < size; at += piece_at(bytes + at)->size) {
        struct message_piece *piece = (struct message_piece *)piece_at(bytes + at);
        if (piece->piece.kind != PIECE_MESSAGE || piece->message.sip != NULL)
            continue;
        if (sw_sip_parse(piece->bytes, &piece->sip) != SW_BAD)
            piece->message.sip = &piece->sip;
    }
}

/* more: bytes behind the piece's own struct. */
static void *append(const struct relay *relay, enum kind kind, size_t own, size_t more)
{
    const size_t unit = _Alignof(struct piece);
    const size_t size = (own + more + unit - 1) / unit * unit;
    struct piece *piece = queue_write(relay->queue, size);
    piece->kind = kind;
    piece->size = size;
    return piece;
}

static void pass_changes(struct relay *relay)
{
    for (guint i = 0; i < relay->changed->len; i++) {
        struct connection_record *record = g_ptr_array_index(relay->changed, i);
        struct connection_piece *piece = append(relay, PIECE_CHANGED, sizeof *piece, 0);
        record->changed = false;
        piece->record = record->woven;
        piece->now = connection_record_copy(record);
    }
    g_ptr_array_set_size(relay->changed, 0);
}

/* A piece that lets the sink look at records. */
static void *write_piece(struct relay *relay, enum kind kind, size_t own, size_t more)
{
    if (relay->changed->len != 0)
        pass_changes(relay);
    return append(relay, kind, own, more);
}

/* Copies bytes to *to, which moves behind them. */
static void *put(uint8_t **to, const void *bytes, size_t size)
{
    uint8_t *at = *to;
    if (size != 0)
        memcpy(at, bytes, size);
    *to += size;
    return at;
}

static const struct connection_record *weavers_own(const struct connection_record *record)
{
    return record != NULL ? record->woven : NULL;
}

/* What was read from the bytes at `from`, as if it had been read from their copy. */
static void copy_sip(struct sw_sip *copy, const struct sw_sip *sip, const uint8_t *from, const uint8_t *to)
{
    *copy = *sip;
    struct sw_slice *parts[] = {&copy->raw,     &copy->method,  &copy->uri,  &copy->reason,
                                &copy->version, &copy->headers, &copy->body, &copy->rest};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        if (parts[i]->data != NULL)
            parts[i]->data = to + (parts[i]->data - from);
    for (size_t i = 0; i < SW_SIP_FIELDS; i++)
        if (copy->first[i].data != NULL)
            copy->first[i].data = to + (copy->first[i].data - from);
}

/* --- the relay's calls ------------------------------------------------------------------------------------------- */

struct relay *relay_new(struct weaver *weaver, bool connections)
{
    struct relay *relay = g_new0(struct relay, 1);
    relay->weaver = weaver;
    relay->connections = connections;
    relay->changed = g_ptr_array_new();
    return relay;
}

void relay_free(struct relay *relay)
{
    if (relay == NULL)
        return;
    queue_free(relay->queue);
    g_ptr_array_free(relay->changed, TRUE);
    g_free(relay);
}

void relay_start(struct relay *relay)
{
    const struct queue_user user = {.context = relay, .use = take_all, .prepare = read_all};
    relay->queue = queue_new(&user);
}

bool relay_reads(const struct relay *relay)
{
    return relay->queue != NULL;
}

void relay_begin(struct relay *relay, struct connection_record *record)
{
    if (relay->queue == NULL) {
        weaver_begin(relay->weaver, record);
        return;
    }
    record->woven = connection_record_copy(record);
    struct connection_piece *piece = write_piece(relay, PIECE_BEGIN, sizeof *piece, 0);
    piece->record = record->woven;
}

void relay_changed(struct relay *relay, struct connection_record *record)
{
    if (!relay->connections || record->woven == NULL || record->changed)
        return;
    record->changed = true;
    g_ptr_array_add(relay->changed, record);
}

void relay_end(struct relay *relay, struct connection_record *record, struct sw_mark mark)
{
    if (relay->queue == NULL) {
        weaver_end(relay->weaver, record, mark);
        return;
    }
    struct connection_piece *piece = write_piece(relay, PIECE_END, sizeof *piece, 0);
    piece->record = record->woven;
    piece->mark = mark;
    piece->tcp = record->close.tcp;
}

void relay_message(struct relay *relay, struct message_record *message, struct sw_slice bytes)
{
    if (relay->queue == NULL) {
        weaver_message(relay->weaver, message, bytes);
        return;
    }
    const size_t marks = message->mark_count * sizeof *message->marks;
    struct message_piece *piece = write_piece(relay, PIECE_MESSAGE, sizeof *piece, marks + bytes.size);
    uint8_t *to = (uint8_t *)(piece + 1);
    piece->message = *message;
    piece->message.connection = weavers_own(message->connection);
    piece->message.marks = put(&to, message->marks, marks);
    piece->bytes = (struct sw_slice){put(&to, bytes.data, bytes.size), bytes.size};
    if (message->sip == NULL)
        return;
    copy_sip(&piece->sip, message->sip, bytes.data, piece->bytes.data);
    piece->message.sip = &piece->sip;
}

void relay_ledger(struct relay *relay, const struct ledger_record *ledger)
{
    if (relay->queue == NULL) {
        weaver_ledger(relay->weaver, ledger);
        return;
    }
    struct ledger_piece *piece = write_piece(relay, PIECE_LEDGER, sizeof *piece, 0);
    piece->ledger = *ledger;
    piece->ledger.connection = weavers_own(ledger->connection);
}

void relay_finding(struct relay *relay, struct finding_record *finding)
{
    if (relay->queue == NULL) {
        weaver_finding(relay->weaver, finding);
        return;
    }
    const size_t marks = finding->mark_count * sizeof *finding->marks;
    const size_t evidence = strlen(finding->evidence) + 1;
    struct finding_piece *piece = write_piece(relay, PIECE_FINDING, sizeof *piece, marks + evidence);
    uint8_t *to = (uint8_t *)(piece + 1);
    piece->finding = *finding;
    piece->finding.connection = weavers_own(finding->connection);
    piece->finding.marks = put(&to, finding->marks, marks);
    piece->finding.evidence = put(&to, finding->evidence, evidence);
}

void relay_keepalive(struct relay *relay, const struct sw_talk_keepalive *keepalive)
{
    if (relay->queue == NULL) {
        weaver_keepalive(relay->weaver, keepalive);
        return;
    }
    struct keepalive_piece *piece = write_piece(relay, PIECE_KEEPALIVE, sizeof *piece, 0);
    piece->keepalive = *keepalive;
}

void relay_loss(struct relay *relay, uint64_t connection, const struct sw_endpoint *source,
                const struct sw_endpoint *destination, int64_t time)
{
    if (relay->queue == NULL) {
        weaver_loss(relay->weaver, connection, source, destination, time);
        return;
    }
    struct loss_piece *piece = write_piece(relay, PIECE_LOSS, sizeof *piece, 0);
    piece->connection = connection;
    piece->source = *source;
    piece->destination = *destination;
    piece->time = time;
}

void relay_capture(struct relay *relay, const struct capture_record *capture)
{
    if (relay->queue == NULL) {
        weaver_capture(relay->weaver, capture);
        return;
    }
    const struct capture_info *info = capture->info;
    const size_t damage = info->damage_count * sizeof *info->damage;
    const size_t link_types = info->link_type_count * sizeof *info->link_types;
    const size_t path = strlen(info->path) + 1;
    struct capture_piece *piece = write_piece(relay, PIECE_CAPTURE, sizeof *piece, damage + link_types + path);
    uint8_t *to = (uint8_t *)(piece + 1);
    piece->capture = (struct capture_record){.file = capture->file, .info = &piece->info};
    piece->info = *info;
    piece->info.damage = put(&to, info->damage, damage);
    piece->info.link_types = put(&to, info->link_types, link_types);
    piece->info.path = put(&to, info->path, path);
}

void relay_flush(struct relay *relay)
{
    if (relay->queue != NULL)
        queue_flush(relay->queue);
}

void relay_finish(struct relay *relay)
{
    if (relay->queue != NULL)
        queue_end(relay->queue);
}
