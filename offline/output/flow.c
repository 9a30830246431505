/* SPDX-License-Identifier: MIT
 *
 * Collects the messages of calls in progress, and the connections they travel on, and has each call drawn when it ends.
 */
#include "output/flow.h"

#include <string.h>

#include "output/facts.h"
#include "output/findings.h"

enum { REFUSED_KEPT = 64 };

struct flow {
    struct page page;
    struct flow_form form;
    uint64_t *found;    /* how many calls were drawn, for the caller; or NULL */
    GHashTable *calls;  /* number to struct flow_call */
    GHashTable *links;  /* number to struct flow_link */
    GPtrArray *refused; /* of struct flow_link: the latest attempts at a connection that failed */
    uint64_t drawn;
    struct findings *findings; /* NULL: nothing is checked */
};

static void end_free(gpointer data)
{
    struct flow_end *end = data;
    flow_identity_free(&end->who);
    g_free(end);
}

static struct flow_call *call_new(bool unicode)
{
    struct flow_call *call = g_new(struct flow_call, 1);
    *call = (struct flow_call){
        .unicode = unicode,
        .strings = g_string_chunk_new(1024),
        .arrows = g_array_new(FALSE, FALSE, sizeof(struct flow_arrow)),
        .ends = g_ptr_array_new_with_free_func(end_free),
        .end_of = g_hash_table_new(endpoint_hash, endpoint_equal),
        .receivers = g_hash_table_new(NULL, NULL),
        .links = g_ptr_array_new(),
        .parties = g_array_new(FALSE, FALSE, sizeof(struct flow_party)),
        .notes = g_array_new(FALSE, FALSE, sizeof(struct flow_note)),
        .faults = g_array_new(FALSE, FALSE, sizeof(struct flow_fault)),
        .scratch = g_string_new(NULL),
    };
    return call;
}

static void call_free(struct flow_call *call)
{
    g_string_chunk_free(call->strings);
    g_array_free(call->arrows, TRUE);
    g_hash_table_destroy(call->end_of);
    g_ptr_array_free(call->ends, TRUE);
    g_hash_table_destroy(call->receivers);
    g_ptr_array_free(call->links, TRUE);
    g_array_free(call->parties, TRUE);
    g_array_free(call->notes, TRUE);
    g_array_free(call->faults, TRUE);
    g_string_free(call->scratch, TRUE);
    g_free(call);
}

const char *flow_keep(struct flow_call *call, const char *text)
{
    return g_string_chunk_insert_const(call->strings, text);
}

const char *flow_keep_slice(struct flow_call *call, struct sw_slice text)
{
    g_string_truncate(call->scratch, 0);
    text_escape(call->scratch, text, call->unicode);
    return flow_keep(call, call->scratch->str);
}

const char *flow_keep_escaped(struct flow_call *call, const char *text)
{
    return flow_keep_slice(call, (struct sw_slice){(const uint8_t *)text, strlen(text)});
}

static struct flow_call *call_of(struct flow *flow, const struct message_record *message)
{
    gpointer key = GSIZE_TO_POINTER((gsize)message->placement.call);
    struct flow_call *call = g_hash_table_lookup(flow->calls, key);
    if (call != NULL || message->placement.call == 0)
        return call;
    call = call_new(flow->page.unicode);
    g_hash_table_insert(flow->calls, key, call);
    return call;
}

/* ---- connections ---- */

static struct flow_link *link_new(const struct connection_record *connection)
{
    struct flow_link *link = g_new(struct flow_link, 1);
    *link = (struct flow_link){.id = connection->id, .live = connection};
    flow_link_read(link);
    return link;
}

static struct flow_link *link_of(struct flow *flow, const struct connection_record *connection)
{
    gpointer key = GSIZE_TO_POINTER((gsize)connection->id);
    struct flow_link *link = g_hash_table_lookup(flow->links, key);
    if (link == NULL) {
        link = link_new(connection);
        g_hash_table_insert(flow->links, key, link);
    }
    return link;
}

static void forget_link(struct flow *flow, struct flow_link *link)
{
    if (link->calls > 0 || link->live != NULL)
        return;
    g_hash_table_remove(flow->links, GSIZE_TO_POINTER((gsize)link->id));
}

static bool uses(const struct flow_call *call, const struct flow_link *link)
{
    for (guint i = call->links->len; i > 0; i--)
        if (call->links->pdata[i - 1] == link)
            return true;
    return false;
}

static void note_link(struct flow *flow, struct flow_call *call, const struct message_record *message, unsigned from,
                      unsigned to)
{
    struct flow_link *link = link_of(flow, message->connection);
    struct flow_end *source = call->ends->pdata[from];
    struct flow_end *destination = call->ends->pdata[to];
    if (!uses(call, link)) {
        if (call->links->len == FLOW_LINKS_MAX)
            return;
        g_ptr_array_add(call->links, link);
        link->calls++;
    }
    source->link = destination->link = link;
    source->client = message->direction == SW_CLIENT;
    destination->client = !source->client;
}

static void on_connection_end(void *context, const struct connection_record *connection)
{
    struct flow *flow = context;
    struct flow_link *link = g_hash_table_lookup(flow->links, GSIZE_TO_POINTER((gsize)connection->id));
    if (flow->findings != NULL)
        findings_connection_end(flow->findings, connection);
    if (link != NULL) {
        flow_link_read(link);
        link->live = NULL;
        forget_link(flow, link);
    } else if (was_refused(connection)) {
        link = link_new(connection);
        link->live = NULL;
        if (flow->refused->len == REFUSED_KEPT)
            g_ptr_array_remove_index(flow->refused, 0);
        g_ptr_array_add(flow->refused, link);
    }
}

/* ---- messages and calls ---- */

/* Who a client is, what it sends in other calls tells as well. */
static void on_aside(void *context, const struct message_record *message)
{
    struct flow *flow = context;
    if (message->connection != NULL && message->direction == SW_CLIENT)
        flow_learn_client(&link_of(flow, message->connection)->client_is, message->sip);
}

static void on_message(void *context, const struct message_record *message)
{
    struct flow *flow = context;
    struct flow_call *call = call_of(flow, message);
    on_aside(flow, message);
    if (call == NULL)
        return;
    if (call->arrows->len == FLOW_ARROWS_MAX) {
        call->not_shown++;
        return;
    }
    unsigned from = flow_end_index(call, &message->source);
    unsigned to = flow_end_index(call, &message->destination);
    if (message->connection != NULL)
        note_link(flow, call, message, from, to);
    flow_learn(call, message, from, to);
    struct flow_arrow arrow = {
        .message = message->id,
        .time = message->marks[0].time,
        .packet = message->marks[0].packet,
        .from = from,
        .to = to,
        .status = message->sip->response ? MAX(message->sip->status, 1u) : 0,
        .retransmission = message->placement.retransmission,
        .partial = message->partial,
    };
    flow_label(call, &arrow, message);
    g_array_append_val(call->arrows, arrow);
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct flow *flow = context;
    struct told told;
    struct flow_call *call = g_hash_table_lookup(flow->calls, GSIZE_TO_POINTER((gsize)finding->call));
    if (call != NULL && finding->message != 0 && findings_take(flow->findings, finding, &told))
        flow_fault(call, finding);
}

/* From here on arrows name parties, not ends. */
static void settle(struct flow *flow, struct flow_call *call, const struct sw_call *told)
{
    for (guint i = 0; i < call->links->len; i++)
        flow_link_read(call->links->pdata[i]);
    flow_settle_parties(call);
    flow_settle_notes(call, told, flow->refused);
    for (guint i = 0; i < call->arrows->len; i++) {
        struct flow_arrow *arrow = &g_array_index(call->arrows, struct flow_arrow, i);
        arrow->from = ((struct flow_end *)call->ends->pdata[arrow->from])->party;
        arrow->to = ((struct flow_end *)call->ends->pdata[arrow->to])->party;
    }
    for (guint i = 0; i < call->faults->len; i++) {
        struct flow_fault *fault = &g_array_index(call->faults, struct flow_fault, i);
        fault->from = ((struct flow_end *)call->ends->pdata[fault->from])->party;
    }
}

static void on_call(void *context, const struct sw_call *told)
{
    struct flow *flow = context;
    gpointer key = GSIZE_TO_POINTER((gsize)told->id);
    struct flow_call *call = g_hash_table_lookup(flow->calls, key);
    if (call == NULL)
        return;
    if (flow->drawn == 0 || !flow->form.single) {
        settle(flow, call, told);
        if (flow->drawn > 0)
            page_line(&flow->page);
        flow->form.draw(&flow->page, told, call);
    }
    flow->drawn++;
    if (flow->found != NULL)
        ++*flow->found;
    for (guint i = 0; i < call->links->len; i++) {
        struct flow_link *link = call->links->pdata[i];
        link->calls--;
        forget_link(flow, link);
    }
    g_hash_table_remove(flow->calls, key);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct flow *flow = context;
    (void)totals;
    page_flush(&flow->page);
}

static void call_destroy(gpointer call)
{
    call_free(call);
}

static void link_destroy(gpointer link)
{
    flow_link_free(link);
}

static void on_free(void *context)
{
    struct flow *flow = context;
    g_hash_table_destroy(flow->calls);
    g_hash_table_destroy(flow->links);
    g_ptr_array_free(flow->refused, TRUE);
    findings_free(flow->findings);
    page_close(&flow->page);
    g_free(flow);
}

struct sink flow_sink(const struct output_options *options, struct flow_form form)
{
    struct flow *flow = g_new(struct flow, 1);
    *flow = (struct flow){
        .form = form,
        .found = options->found,
        .findings = options->check ? findings_new(options) : NULL,
        .calls = g_hash_table_new_full(NULL, NULL, NULL, call_destroy),
        .links = g_hash_table_new_full(NULL, NULL, NULL, link_destroy),
        .refused = g_ptr_array_new_with_free_func(link_destroy),
    };
    page_open(&flow->page, options);
    return (struct sink){
        .context = flow,
        .message = on_message,
        .aside = on_aside,
        .connection_end = on_connection_end,
        .call = on_call,
        .finding = options->check ? on_finding : NULL,
        .finish = on_finish,
        .free = on_free,
    };
}
