/* SPDX-License-Identifier: MIT
 *
 * What does the page need to draw a ladder? Parties, arrows, notes and faults of a call, as every drawing has them, in
 * one line of JSON. Times are nanoseconds behind "start".
 */
#include "report/ladders.h"

#include "output/facts.h"
#include "output/flow.h"
#include "output/json.h"

static void key_filled(struct json *json, const char *key, const char *text)
{
    if (text != NULL && *text != 0)
        json_key_text(json, key, text);
}

static void begin_list(struct json *json, const char *key)
{
    json_key(json, key);
    json_begin_array(json);
}

static void put_addresses(struct json *json, const struct flow_call *flow, unsigned party)
{
    begin_list(json, "addresses");
    for (guint i = 0; i < flow->ends->len; i++) {
        const struct flow_end *end = flow->ends->pdata[i];
        char address[56];
        if (end->party != party || end->address.family == 0)
            continue;
        sw_endpoint_format(&end->address, address, sizeof address);
        json_put_text(json, address);
    }
    json_end_array(json);
}

static void put_parties(struct json *json, const struct flow_call *flow)
{
    begin_list(json, "parties");
    for (guint i = 0; i < flow->parties->len; i++) {
        const struct flow_party *party = &g_array_index(flow->parties, struct flow_party, i);
        json_begin_object(json);
        key_filled(json, "name", party->name);
        key_filled(json, "product", party->product);
        put_addresses(json, flow, i);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_arrow(struct json *json, const struct flow_arrow *arrow, int64_t start)
{
    json_begin_object(json);
    json_key_uint(json, "message", arrow->message);
    json_key_uint(json, "at", (uint64_t)arrow->time - (uint64_t)start);
    json_key_uint(json, "from", arrow->from);
    json_key_uint(json, "to", arrow->to);
    if (arrow->status != 0)
        json_key_uint(json, "status", arrow->status);
    key_filled(json, "title", arrow->title);
    key_filled(json, "phrase", arrow->phrase);
    key_filled(json, "method", arrow->method);
    key_filled(json, "target", arrow->target);
    key_filled(json, "extra", arrow->extra);
    key_filled(json, "media", arrow->media);
    key_filled(json, "mark", arrow->mark);
    json_key_mark(json, "again", arrow->retransmission);
    json_key_mark(json, "partial", arrow->partial);
    key_filled(json, "faults", arrow->faults);
    json_end_object(json);
}

static void put_note(struct json *json, const struct flow_note *note, int64_t start)
{
    static const char *const kinds[] = {[FLOW_OPENED] = "opened",
                                        [FLOW_REFUSED] = "refused",
                                        [FLOW_CLOSED] = "closed",
                                        [FLOW_LOST] = "lost",
                                        [FLOW_PING_LOST] = "ping lost"};
    json_begin_object(json);
    json_key_uint(json, "at", (uint64_t)note->time - (uint64_t)start);
    json_key_uint(json, "from", note->client);
    json_key_uint(json, "to", note->server);
    key_filled(json, "note", kinds[note->kind]);
    begin_list(json, "texts");
    for (unsigned i = 0; i < FLOW_NOTE_TEXTS; i++)
        json_put_text(json, note->texts[i]);
    json_end_array(json);
    json_end_object(json);
}

static void put_faults(struct json *json, const struct flow_call *flow)
{
    begin_list(json, "faults");
    for (guint i = 0; i < flow->faults->len; i++) {
        const struct flow_fault *fault = &g_array_index(flow->faults, struct flow_fault, i);
        json_begin_object(json);
        key_filled(json, "rule", sw_rule_info(fault->rule)->id);
        json_key_uint(json, "from", fault->from);
        json_key_uint(json, "count", fault->count);
        json_key_uint(json, "file", mark_file(fault->mark));
        json_key_uint(json, "packet", mark_number(fault->mark));
        key_filled(json, "evidence", fault->evidence);
        json_end_object(json);
    }
    json_end_array(json);
}

/* The earliest of all: captures of several places may disagree on the order. */
static int64_t earliest(const struct flow_call *flow)
{
    int64_t time = flow_first_time(flow);
    for (guint i = 1; i < flow->arrows->len; i++)
        time = MIN(time, g_array_index(flow->arrows, struct flow_arrow, i).time);
    return time;
}

static void put_steps(struct json *json, const struct flow_call *flow, int64_t start)
{
    struct flow_walk walk = {.call = flow};
    struct flow_step step;
    begin_list(json, "steps");
    while (flow_walk_next(&walk, &step)) {
        if (step.note != NULL)
            put_note(json, step.note, start);
        else
            put_arrow(json, step.arrow, start);
    }
    json_end_array(json);
}

static void draw_call(struct page *page, const struct sw_call *told, const struct flow_call *flow)
{
    if (flow->arrows->len == 0)
        return;
    struct json json = {0};
    GString *why = g_string_new(NULL);
    int64_t start = earliest(flow);
    flow_why(why, told, flow);
    json_begin_object(&json);
    json_key_uint(&json, "id", told->id);
    key_filled(&json, "why", why->str);
    json_key(&json, "start");
    json_put_time(&json, start);
    put_parties(&json, flow);
    put_steps(&json, flow, start);
    put_faults(&json, flow);
    if (flow->not_shown > 0)
        json_key_uint(&json, "more", flow->not_shown);
    json_end_object(&json);
    g_string_append_len(page->text, (const char *)json.data, (gssize)json.size);
    page_line(page);
    json_free(&json);
    g_string_free(why, TRUE);
}

struct sink ladders_sink(const struct output_options *options)
{
    return flow_sink(options, (struct flow_form){.draw = draw_call});
}
