/* SPDX-License-Identifier: MIT
 *
 * In which order do results come out: in that of their first packets, which gives connections their numbers.
 */
#include "pipeline/delivery.h"

#include "pipeline/relay.h"

#include <glib.h>
#include <string.h>

enum item_kind { ITEM_BEGIN, ITEM_MESSAGE, ITEM_LEDGER, ITEM_FINDING, ITEM_LOSS, ITEM_KEEPALIVE, ITEM_END };

/* Something that waits in the order for its turn. A message brings its marks and bytes with it, in one block. */
struct item {
    enum item_kind kind;
    struct connection_record *connection; /* a reference, or NULL */
    struct sw_mark mark;                  /* END, LOSS */
    struct message_record message;        /* MESSAGE, and its bytes; of LOSS the ends: */
    struct sw_slice raw;
    struct ledger_record *ledger;        /* LEDGER */
    struct finding_record *finding;      /* FINDING */
    struct sw_talk_keepalive *keepalive; /* KEEPALIVE */
};

struct delivery {
    const struct sink *sink;
    struct order *order;
    struct weaver *weaver;
    struct relay *relay; /* to the weaver */
    uint64_t connection_ids;
    int64_t now;
};

struct delivery *delivery_new(const struct sw_limits *limits, const struct sink *sink)
{
    struct delivery *delivery = g_new0(struct delivery, 1);
    delivery->sink = sink;
    delivery->order = order_new(limits);
    delivery->weaver = weaver_new(limits, sink);
    delivery->relay = relay_new(delivery->weaver, sink_shows_connections(sink));
    delivery->now = SW_NO_TIME;
    return delivery;
}

void delivery_free(struct delivery *delivery)
{
    if (delivery == NULL)
        return;
    order_free(delivery->order);
    relay_free(delivery->relay);
    weaver_free(delivery->weaver);
    g_free(delivery);
}

void delivery_start_thread(struct delivery *delivery)
{
    relay_start(delivery->relay);
}

bool delivery_reads(const struct delivery *delivery)
{
    return relay_reads(delivery->relay);
}

bool delivery_recognise(const struct delivery *delivery, struct sw_slice bytes, bool expected, struct sw_sip *sip,
                        const struct sw_sip **read)
{
    if (relay_reads(delivery->relay)) {
        *read = NULL;
        return sw_sip_sniff(bytes) == SW_OK || sw_sip_recognise_odd(bytes, expected, sip);
    }
    *read = sip;
    return sw_sip_recognise(bytes, sip) || sw_sip_recognise_odd(bytes, expected, sip);
}

void delivery_flush(struct delivery *delivery)
{
    relay_flush(delivery->relay);
}

struct order *delivery_order(struct delivery *delivery)
{
    return delivery->order;
}

void delivery_count(const struct delivery *delivery, struct totals_record *totals)
{
    totals->connections = delivery->connection_ids;
    totals->items_hurried = order_hurried(delivery->order);
    weaver_count(delivery->weaver, totals);
}

/* --- what is due ------------------------------------------------------------------------------------------------- */

static void emit_begin(struct delivery *delivery, struct connection_record *record)
{
    record->id = ++delivery->connection_ids;
    relay_begin(delivery->relay, record);
}

static void emit_keepalive(const struct delivery *delivery, const struct connection_record *connection,
                           const struct sw_talk_keepalive *keepalive)
{
    struct sw_talk_keepalive own = *keepalive;
    own.connection = connection != NULL ? connection->id : 0;
    relay_keepalive(delivery->relay, &own);
}

static void emit_item(struct delivery *delivery, struct item *item)
{
    switch (item->kind) {
    case ITEM_BEGIN:
        emit_begin(delivery, item->connection);
        break;
    case ITEM_MESSAGE:
        relay_message(delivery->relay, &item->message, item->raw);
        break;
    case ITEM_LEDGER:
        relay_ledger(delivery->relay, item->ledger);
        break;
    case ITEM_FINDING:
        relay_finding(delivery->relay, item->finding);
        break;
    case ITEM_LOSS:
        relay_loss(delivery->relay, item->connection != NULL ? item->connection->id : 0, &item->message.source,
                   &item->message.destination, item->mark.time);
        break;
    case ITEM_KEEPALIVE:
        emit_keepalive(delivery, item->connection, item->keepalive);
        break;
    case ITEM_END:
        relay_end(delivery->relay, item->connection, item->mark);
        break;
    }
    connection_record_unref(item->connection);
    g_free(item->ledger);
    g_free(item->finding);
    g_free(item->keepalive);
    g_free(item);
}

static void emit_due(struct delivery *delivery, bool all)
{
    struct item *item;
    while ((item = order_pop(delivery->order, all)) != NULL)
        emit_item(delivery, item);
}

void delivery_advance(struct delivery *delivery, struct sw_mark now, const struct order_bound *outside)
{
    delivery->now = now.time;
    order_advance(delivery->order, now, outside);
    emit_due(delivery, false);
}

void delivery_finish(struct delivery *delivery)
{
    emit_due(delivery, true);
    relay_finish(delivery->relay);
    weaver_finish(delivery->weaver, delivery->now);
}

/* --- what flows bring -------------------------------------------------------------------------------------------- */

/* Where the clock of a capture is set back, marks alone would put the end of a connection before its beginning. So no
 * item of a connection stands before the first, and none behind the end. */
static void push_of_connection(struct delivery *delivery, struct item *item, const struct connection_record *connection,
                               struct sw_mark mark)
{
    struct connection_record *record = connection_record_ref(connection);
    if (record != NULL) {
        mark = mark_later(record->first, mark);
        record->latest = mark_later(record->latest, mark);
    }
    item->connection = record;
    order_push(delivery->order, mark, item);
}

void delivery_connection_begin(struct delivery *delivery, struct connection_record *record)
{
    if (order_passes(delivery->order, record->first)) {
        emit_begin(delivery, record);
        return;
    }
    struct item *item = g_new0(struct item, 1);
    item->kind = ITEM_BEGIN;
    push_of_connection(delivery, item, record, record->first);
}

void delivery_connection_changed(struct delivery *delivery, struct connection_record *record)
{
    relay_changed(delivery->relay, record);
}

void delivery_connection_end(struct delivery *delivery, struct connection_record *record, struct sw_mark mark)
{
    const struct sw_mark place = mark_later(record->latest, mark);
    if (record->id != 0 && order_passes(delivery->order, place)) {
        relay_end(delivery->relay, record, mark);
        connection_record_unref(record);
        return;
    }
    struct item *item = g_new0(struct item, 1);
    item->kind = ITEM_END;
    item->connection = record;
    item->mark = mark;
    order_push(delivery->order, place, item);
}

/* A copy in one block: the item, then the marks, then the bytes. */
static struct item *hold_message(const struct message_record *message, struct sw_slice raw)
{
    size_t marks = message->mark_count * sizeof *message->marks;
    struct item *item = g_malloc0(sizeof *item + marks + raw.size);
    struct sw_mark *held_marks = (struct sw_mark *)(item + 1);
    uint8_t *held_raw = (uint8_t *)held_marks + marks;
    memcpy(held_marks, message->marks, marks);
    memcpy(held_raw, raw.data, raw.size);
    item->kind = ITEM_MESSAGE;
    item->message = *message;
    item->message.marks = held_marks;
    item->message.sip = NULL;
    item->raw = (struct sw_slice){.data = held_raw, .size = raw.size};
    return item;
}

void delivery_message(struct delivery *delivery, struct message_record *message, struct sw_slice bytes)
{
    if (order_passes(delivery->order, message->marks[0]) &&
        (message->connection == NULL || message->connection->id != 0)) {
        relay_message(delivery->relay, message, bytes);
        return;
    }
    struct item *item = hold_message(message, bytes);
    push_of_connection(delivery, item, message->connection, message->marks[0]);
}

void delivery_ledger(struct delivery *delivery, const struct ledger_record *ledger, struct sw_mark mark)
{
    if (delivery->sink->ledger == NULL)
        return;
    struct item *item = g_new0(struct item, 1);
    item->kind = ITEM_LEDGER;
    item->ledger = g_memdup2(ledger, sizeof *ledger);
    push_of_connection(delivery, item, ledger->connection, mark);
}

void delivery_finding(struct delivery *delivery, const struct finding_record *finding)
{
    if (finding->connection != NULL && finding->connection->id != 0 &&
        order_passes(delivery->order, finding->marks[finding->mark_count - 1])) {
        struct finding_record own = *finding;
        relay_finding(delivery->relay, &own);
        return;
    }
    struct item *item = g_new0(struct item, 1);
    item->kind = ITEM_FINDING;
    item->finding = finding_record_copy(finding);
    push_of_connection(delivery, item, finding->connection, finding->marks[finding->mark_count - 1]);
}

void delivery_loss(struct delivery *delivery, const struct connection_record *connection,
                   const struct sw_endpoint *source, const struct sw_endpoint *destination, struct sw_mark mark)
{
    if (delivery->sink->finding == NULL)
        return;
    struct item *item = g_new0(struct item, 1);
    item->kind = ITEM_LOSS;
    item->mark = mark;
    item->message.source = *source;
    item->message.destination = *destination;
    push_of_connection(delivery, item, connection, mark);
}

void delivery_keepalive(struct delivery *delivery, const struct connection_record *connection,
                        const struct sw_talk_keepalive *keepalive)
{
    if (delivery->sink->finding == NULL)
        return;
    if (order_passes(delivery->order, keepalive->mark) && (connection == NULL || connection->id != 0)) {
        emit_keepalive(delivery, connection, keepalive);
        return;
    }
    struct item *item = g_new0(struct item, 1);
    item->kind = ITEM_KEEPALIVE;
    item->keepalive = g_memdup2(keepalive, sizeof *keepalive);
    push_of_connection(delivery, item, connection, keepalive->mark);
}

void delivery_capture(struct delivery *delivery, const struct capture_record *capture)
{
    relay_capture(delivery->relay, capture);
}
