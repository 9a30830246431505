/* SPDX-License-Identifier: MIT
 *
 * How do messages and connections get their numbers and their calls: in the order of first packets, here.
 */
#include "pipeline/delivery.h"

#include "sipweave/offer_answer.h"
#include "sipweave/sip_check.h"
#include "sipweave/talk.h"

#include <glib.h>
#include <string.h>

enum item_kind { ITEM_BEGIN, ITEM_MESSAGE, ITEM_LEDGER, ITEM_FINDING, ITEM_LOSS, ITEM_END };

/* Something that waits in the order for its turn. A message brings its marks and bytes with it, in one block. */
struct item {
    enum item_kind kind;
    struct connection_record *connection; /* a reference, or NULL */
    struct sw_mark mark;                  /* END, LOSS */
    struct message_record message;        /* MESSAGE, and its bytes; of LOSS the ends: */
    struct sw_slice raw;
    struct ledger_record *ledger;   /* LEDGER */
    struct finding_record *finding; /* FINDING */
};

struct delivery {
    const struct sink *sink;
    struct order *order;
    struct sw_call_tracker *tracker;
    struct sw_sip_checker *checker; /* NULL: no findings are wanted */
    struct sw_offers *offers;       /* the same */
    uint64_t message_ids;
    uint64_t connection_ids;
    uint64_t messages[SW_TRANSPORT_WSS + 1];
    uint64_t messages_long; /* with marks_max marks: maybe more were left out */
    size_t marks_max;
    struct sw_talks *talks; /* NULL: no findings are wanted */
    GHashTable *live;       /* connections by id, for findings about what didn't come */
    int64_t now;
};

static void on_talk_breach(void *context, const struct sw_talk_breach *breach);

struct delivery *delivery_new(const struct sw_limits *limits, const struct sink *sink)
{
    struct delivery *delivery = g_new0(struct delivery, 1);
    const struct sw_talk_judgement judgement = {delivery, on_talk_breach};
    delivery->sink = sink;
    delivery->order = order_new(limits);
    delivery->tracker = sw_call_tracker_new(limits);
    if (sink->finding != NULL)
        delivery->checker = sw_sip_checker_new();
    if (sink->finding != NULL)
        delivery->offers = sw_offers_new(delivery->checker);
    delivery->talks = sink->finding != NULL ? sw_talks_new(&judgement) : NULL;
    delivery->live = g_hash_table_new(g_int64_hash, g_int64_equal);
    delivery->now = SW_NO_TIME;
    delivery->marks_max = MAX(limits->message_marks, 1);
    return delivery;
}

void delivery_free(struct delivery *delivery)
{
    if (delivery == NULL)
        return;
    order_free(delivery->order);
    sw_call_tracker_free(delivery->tracker);
    sw_sip_checker_free(delivery->checker);
    sw_offers_free(delivery->offers);
    sw_talks_free(delivery->talks);
    g_hash_table_destroy(delivery->live);
    g_free(delivery);
}

struct order *delivery_order(struct delivery *delivery)
{
    return delivery->order;
}

const uint64_t *delivery_messages(const struct delivery *delivery)
{
    return delivery->messages;
}

uint64_t delivery_connections(const struct delivery *delivery)
{
    return delivery->connection_ids;
}

void delivery_count_limited(const struct delivery *delivery, struct totals_record *totals)
{
    totals->calls_put_out = sw_call_tracker_put_out(delivery->tracker);
    totals->items_hurried = order_hurried(delivery->order);
    totals->messages_long = delivery->messages_long;
}

/* --- connection records ------------------------------------------------------------------------------------------ */

struct connection_record *connection_record_new(void)
{
    static const struct sw_handshake none;
    struct connection_record *record = g_new0(struct connection_record, 1);
    record->references = 1;
    record->opened = record->closed = SW_NO_TIME;
    record->handshake = &none;
    return record;
}

/* Records are the pipeline's own; sinks see them const. */
static struct connection_record *record_ref(const struct connection_record *record)
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

/* --- what is due ------------------------------------------------------------------------------------------------- */

static void hand_out_calls(struct delivery *delivery)
{
    const struct sw_call *call;
    while ((call = sw_call_tracker_next(delivery->tracker)) != NULL)
        if (delivery->sink->call != NULL)
            delivery->sink->call(delivery->sink->context, call);
}

static void emit_begin(struct delivery *delivery, struct connection_record *record)
{
    record->id = ++delivery->connection_ids;
    if (delivery->talks != NULL)
        g_hash_table_insert(delivery->live, &record->id, record);
    if (delivery->sink->connection_begin != NULL)
        delivery->sink->connection_begin(delivery->sink->context, record);
}

static void emit_end(struct delivery *delivery, struct connection_record *record, struct sw_mark mark)
{
    if (record->close.tcp != TCP_OPEN)
        sw_call_tracker_connection_end(delivery->tracker, record->id, mark.time);
    if (delivery->talks != NULL) {
        sw_talks_connection_end(delivery->talks, record->id, mark.time, record->close.tcp == TCP_FIN);
        g_hash_table_remove(delivery->live, &record->id);
    }
    if (delivery->sink->connection_end != NULL)
        delivery->sink->connection_end(delivery->sink->context, record);
}

/* For findings about this message. */
static void note_told(const struct message_record *message)
{
    struct connection_record *own = (struct connection_record *)(uintptr_t)message->connection;
    own->told[message->direction].ordinal = message->ordinal;
    own->told[message->direction].message = message->id;
    own->told[message->direction].call = message->placement.call;
}

static void emit_finding(struct delivery *delivery, struct finding_record *finding)
{
    const struct connection_record *connection = finding->connection;
    if (connection != NULL && finding->ordinal != 0 &&
        connection->told[finding->direction].ordinal == finding->ordinal) {
        finding->message = connection->told[finding->direction].message;
        finding->call = connection->told[finding->direction].call;
    }
    delivery->sink->finding(delivery->sink->context, finding);
}

/* What the findings of one message are about. */
struct checked {
    struct delivery *delivery;
    const struct message_record *message;
};

static struct finding_record finding_of(const struct message_record *message, enum sw_rule rule, const char *evidence)
{
    return (struct finding_record){
        .rule = rule,
        .party = message->connection == NULL       ? "sender"
                 : message->direction == SW_CLIENT ? "client"
                                                   : "server",
        .marks = message->marks,
        .mark_count = message->mark_count,
        .connection = message->connection,
        .direction = message->direction,
        .message = message->id,
        .call = message->placement.call,
        .source = message->source,
        .destination = message->destination,
        .evidence = evidence,
    };
}

static void on_sip_finding(void *context, enum sw_rule rule, const char *evidence)
{
    const struct checked *checked = context;
    const struct finding_record finding = finding_of(checked->message, rule, evidence);
    checked->delivery->sink->finding(checked->delivery->sink->context, &finding);
}

/* A breach that it took several messages to see. */
static void on_talk_breach(void *context, const struct sw_talk_breach *breach)
{
    struct delivery *delivery = context;
    const struct connection_record *connection = g_hash_table_lookup(delivery->live, &breach->connection);
    const struct finding_record finding = {
        .rule = breach->rule,
        .party = connection == NULL  ? "sender"
                 : breach->by_client ? "client"
                                     : "server",
        .marks = breach->marks,
        .mark_count = breach->mark_count,
        .connection = connection,
        .direction = breach->by_client ? SW_CLIENT : SW_SERVER,
        .message = breach->message,
        .call = breach->call,
        .source = breach->source,
        .destination = breach->destination,
        .evidence = breach->evidence,
    };
    delivery->sink->finding(delivery->sink->context, &finding);
}

static void check_talk(struct delivery *delivery, const struct message_record *message,
                       const struct sw_sip_record *record)
{
    const struct connection_record *connection = message->connection;
    const struct sw_talk_message said = {
        .record = record,
        .signal = message->placement.signal,
        .call = message->placement.call,
        .mark = message->marks[0],
        .ordinal = message->ordinal,
        .whole = !message->partial,
        .from_client = connection != NULL && message->direction == SW_CLIENT,
        .from_start = connection != NULL && !connection->midstream,
    };
    sw_talks_message(delivery->talks, &said);
}

/* What it must be seen beside is shown first. */
static void on_offer_finding(void *context, enum sw_rule rule, const char *evidence, const struct sw_mark *earlier)
{
    const struct checked *checked = context;
    const struct message_record *message = checked->message;
    struct finding_record finding = finding_of(message, rule, evidence);
    struct sw_mark *marks = NULL;
    if (earlier != NULL) {
        marks = g_new(struct sw_mark, message->mark_count + 1);
        marks[0] = *earlier;
        memcpy(marks + 1, message->marks, message->mark_count * sizeof *marks);
        finding.marks = marks;
        finding.mark_count++;
    }
    checked->delivery->sink->finding(checked->delivery->sink->context, &finding);
    g_free(marks);
}

static void check_message(struct delivery *delivery, const struct message_record *message,
                          const struct sw_sip_record *record)
{
    struct checked checked = {delivery, message};
    const bool whole = !message->partial && !message->inferred;
    const struct sw_sip_judgement judgement = {&checked, on_sip_finding};
    const struct sw_offers_judgement offers_judgement = {&checked, on_offer_finding};
    sw_sip_check(delivery->checker, message->sip, message->transport, whole, &judgement);
    sw_offers_add(delivery->offers, record, &message->placement, message->marks[0], whole, &offers_judgement);
}

static void emit_message(struct delivery *delivery, struct message_record *message)
{
    message->id = ++delivery->message_ids;
    delivery->messages[message->transport]++;
    delivery->messages_long += message->mark_count >= delivery->marks_max;
    const struct sw_sip_record record = {
        .id = message->id,
        .time = message->marks[0].time,
        .transport = message->transport,
        .connection = message->connection != NULL ? message->connection->id : 0,
        .source = message->source,
        .destination = message->destination,
        .sip = message->sip,
    };
    sw_call_tracker_add(delivery->tracker, &record, &message->placement);
    if (delivery->sink->message != NULL)
        delivery->sink->message(delivery->sink->context, message);
    if (delivery->sink->finding != NULL) {
        if (message->connection != NULL)
            note_told(message);
        if (!message->unjudged) {
            check_message(delivery, message, &record);
            check_talk(delivery, message, &record);
        }
    }
    hand_out_calls(delivery);
}

static void emit_held_message(struct delivery *delivery, struct item *item)
{
    struct sw_sip sip;
    if (sw_sip_parse(item->raw, &sip) != SW_BAD) {
        item->message.sip = &sip;
        emit_message(delivery, &item->message);
    }
}

static void emit_item(struct delivery *delivery, struct item *item)
{
    switch (item->kind) {
    case ITEM_BEGIN:
        emit_begin(delivery, item->connection);
        break;
    case ITEM_MESSAGE:
        emit_held_message(delivery, item);
        break;
    case ITEM_LEDGER:
        delivery->sink->ledger(delivery->sink->context, item->ledger);
        break;
    case ITEM_FINDING:
        emit_finding(delivery, item->finding);
        break;
    case ITEM_LOSS:
        sw_talks_loss(delivery->talks, item->connection != NULL ? item->connection->id : 0, &item->message.source,
                      &item->message.destination, item->mark.time);
        break;
    case ITEM_END:
        emit_end(delivery, item->connection, item->mark);
        break;
    }
    connection_record_unref(item->connection);
    g_free(item->ledger);
    g_free(item->finding);
    g_free(item);
}

static void emit_due(struct delivery *delivery, bool all)
{
    struct item *item;
    while ((item = order_pop(delivery->order, all)) != NULL)
        emit_item(delivery, item);
}

void delivery_advance(struct delivery *delivery, struct sw_mark now, struct order_bound outside)
{
    delivery->now = now.time;
    order_advance(delivery->order, now, outside);
    emit_due(delivery, false);
}

void delivery_finish(struct delivery *delivery)
{
    emit_due(delivery, true);
    if (delivery->talks != NULL)
        sw_talks_finish(delivery->talks, delivery->now);
    sw_call_tracker_finish(delivery->tracker);
    hand_out_calls(delivery);
}

/* --- what flows bring -------------------------------------------------------------------------------------------- */

/* Where the clock of a capture is set back, marks alone would put the end of a connection before its beginning. So no
 * item of a connection stands before the first, and none behind the end. */
static void push_of_connection(struct delivery *delivery, struct item *item, const struct connection_record *connection,
                               struct sw_mark mark)
{
    struct connection_record *record = record_ref(connection);
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

void delivery_connection_end(struct delivery *delivery, struct connection_record *record, struct sw_mark mark)
{
    struct item *item = g_new0(struct item, 1);
    item->kind = ITEM_END;
    item->connection = record;
    item->mark = mark;
    order_push(delivery->order, mark_later(record->latest, mark), item);
}

/* A copy in one block: the item, then the marks, then the bytes. */
static struct item *hold_message(const struct message_record *message)
{
    size_t marks = message->mark_count * sizeof *message->marks;
    struct sw_slice raw = message->sip->raw;
    struct item *item = g_malloc0(sizeof *item + marks + raw.size);
    struct sw_mark *held_marks = (struct sw_mark *)(item + 1);
    uint8_t *held_raw = (uint8_t *)held_marks + marks;
    memcpy(held_marks, message->marks, marks);
    memcpy(held_raw, raw.data, raw.size);
    item->kind = ITEM_MESSAGE;
    item->message = *message;
    item->message.marks = held_marks;
    item->raw = (struct sw_slice){.data = held_raw, .size = raw.size};
    return item;
}

void delivery_message(struct delivery *delivery, struct message_record *message)
{
    if (order_passes(delivery->order, message->marks[0]) &&
        (message->connection == NULL || message->connection->id != 0)) {
        emit_message(delivery, message);
        return;
    }
    struct item *item = hold_message(message);
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

/* A copy in one block: the record, then the marks, then the evidence. */
static struct finding_record *copy_finding(const struct finding_record *finding)
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

void delivery_finding(struct delivery *delivery, const struct finding_record *finding)
{
    if (finding->connection != NULL && finding->connection->id != 0 &&
        order_passes(delivery->order, finding->marks[finding->mark_count - 1])) {
        struct finding_record own = *finding;
        emit_finding(delivery, &own);
        return;
    }
    struct item *item = g_new0(struct item, 1);
    item->kind = ITEM_FINDING;
    item->finding = copy_finding(finding);
    push_of_connection(delivery, item, finding->connection, finding->marks[finding->mark_count - 1]);
}

void delivery_loss(struct delivery *delivery, const struct connection_record *connection,
                   const struct sw_endpoint *source, const struct sw_endpoint *destination, struct sw_mark mark)
{
    if (delivery->talks == NULL)
        return;
    struct item *item = g_new0(struct item, 1);
    item->kind = ITEM_LOSS;
    item->mark = mark;
    item->message.source = *source;
    item->message.destination = *destination;
    push_of_connection(delivery, item, connection, mark);
}
