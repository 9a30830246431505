/* SPDX-License-Identifier: MIT
 *
 * A small language for conversations, for tests of calls. A line is a message or the end of a connection:
 *
 *   "0 ap INVITE 1 x"              at 0 ms, from a to p: INVITE with CSeq 1 and branch x
 *   "9 pa 180 INVITE 1 x t:b ^1"   a response; To tag b; belongs to the request of line 1
 *   "9 END 7"                      connection 7 ends
 *
 * Options of a message: f:TAG From tag (a), t:TAG To tag (none), i:ID Call-ID (one), c:N connection (0), k:NAME
 * transport (UDP; WS with c:), v:N Via lines (1), o: no magic cookie, "| Header: value" up to the next bar, several
 * times. Expected placement: ! retransmission, ^N request of line N, @ within a dialog, #N call N (1).
 */
#ifndef TESTS_SIP_CONVERSATION_H
#define TESTS_SIP_CONVERSATION_H

#include <stdio.h>

#include "harness.h"
#include "sipweave/call.h"

#define MILLISECOND INT64_C(1000000)
#define EPOCH       (INT64_C(1700000000) * 1000 * MILLISECOND)

struct line {
    int64_t time;
    uint64_t end; /* of this connection; 0: a message */
    char text[4096];
    size_t size;
    struct sw_sip_record record;
    struct sw_placement placement; /* expected; request is a line number, from 1 */
};

static inline struct sw_endpoint endpoint_named(char name)
{
    return (struct sw_endpoint){.family = 4, .port = 5060, .address = {10, 0, 0, (uint8_t)name}};
}

/* What the options of a line gather before the text is written. */
struct draft {
    char start[128];
    char method[32];
    char cseq[32];
    char branch[64];
    char from_tag[64];
    char to_tag[64];
    char call_id[64];
    const char *cookie;
    int vias;
    char headers[1024];
};

static inline enum sw_transport transport_named(const char *name)
{
    for (unsigned i = 0; i <= SW_TRANSPORT_WSS; i++)
        if (strcmp(sw_transport_name(i), name) == 0)
            return i;
    fail_msg("no transport is called %s", name);
    return SW_TRANSPORT_UDP;
}

static inline void option_read(struct line *line, struct draft *draft, const char *word)
{
    const char *value = word + 2;
    switch (word[0]) {
    case 'f':
        snprintf(draft->from_tag, sizeof draft->from_tag, "%s", value);
        break;
    case 't':
        snprintf(draft->to_tag, sizeof draft->to_tag, ";tag=%s", value);
        break;
    case 'i':
        snprintf(draft->call_id, sizeof draft->call_id, "%s", value);
        break;
    case 'c':
        line->record.connection = strtoull(value, NULL, 10);
        line->record.transport = SW_TRANSPORT_WS;
        break;
    case 'k':
        line->record.transport = transport_named(value);
        break;
    case 'v':
        draft->vias = atoi(value);
        break;
    case 'o':
        draft->cookie = "";
        break;
    case '!':
        line->placement.retransmission = true;
        break;
    case '@':
        line->placement.in_dialog = true;
        break;
    case '^':
        line->placement.request = strtoull(word + 1, NULL, 10);
        break;
    case '#':
        line->placement.call = strtoull(word + 1, NULL, 10);
        break;
    default:
        fail_msg("no such option: %s", word);
    }
}

static inline void text_write(struct line *line, const struct draft *draft)
{
    int size = snprintf(line->text, sizeof line->text, "%s\r\n", draft->start);
    for (int i = 0; i < draft->vias; i++)
        size += snprintf(line->text + size, sizeof line->text - (size_t)size,
                         "Via: SIP/2.0/UDP host%d.test:5060;branch=%s%s\r\n", i, draft->cookie, draft->branch);
    size += snprintf(line->text + size, sizeof line->text - (size_t)size,
                     "From: \"A\" <sip:alice@a.test;x=y>;tag=%s\r\nTo: <sip:bob@b.test>%s\r\nCall-ID: %s\r\n"
                     "CSeq: %s %s\r\n%sContent-Length: 0\r\n\r\n",
                     draft->from_tag, draft->to_tag, draft->call_id, draft->cseq, draft->method, draft->headers);
    line->size = (size_t)size;
}

static inline void headers_cut(char *source, struct draft *draft)
{
    char *bar = strchr(source, '|');
    if (bar == NULL)
        return;
    *bar = '\0';
    char *save;
    for (char *header = strtok_r(bar + 1, "|", &save); header != NULL; header = strtok_r(NULL, "|", &save)) {
        const size_t used = strlen(draft->headers);
        snprintf(draft->headers + used, sizeof draft->headers - used, "%s\r\n", header + strspn(header, " "));
    }
}

static inline void message_read(struct line *line, const char *ends, char **save, struct draft *draft)
{
    const char *what = strtok_r(NULL, " ", save);
    line->record.source = endpoint_named(ends[0]);
    line->record.destination = endpoint_named(ends[1]);
    if (what[0] >= '0' && what[0] <= '9') {
        snprintf(draft->start, sizeof draft->start, "SIP/2.0 %s Reason", what);
        what = strtok_r(NULL, " ", save);
    } else {
        snprintf(draft->start, sizeof draft->start, "%s sip:bob@b.test SIP/2.0", what);
    }
    snprintf(draft->method, sizeof draft->method, "%s", what);
    snprintf(draft->cseq, sizeof draft->cseq, "%s", strtok_r(NULL, " ", save));
    snprintf(draft->branch, sizeof draft->branch, "%s", strtok_r(NULL, " ", save));
    for (const char *word = strtok_r(NULL, " ", save); word != NULL; word = strtok_r(NULL, " ", save))
        option_read(line, draft, word);
    text_write(line, draft);
}

static inline void line_read(struct line *line, const char *source, uint64_t id)
{
    char copy[1024];
    char *save;
    struct draft draft = {.from_tag = "a", .call_id = "one", .cookie = "z9hG4bK", .vias = 1};
    snprintf(copy, sizeof copy, "%s", source);
    *line = (struct line){.placement = {.call = 1}};
    headers_cut(copy, &draft);
    line->time = EPOCH + strtoll(strtok_r(copy, " ", &save), NULL, 10) * MILLISECOND;
    const char *ends = strtok_r(NULL, " ", &save);
    if (strcmp(ends, "END") == 0) {
        line->end = strtoull(strtok_r(NULL, " ", &save), NULL, 10);
        return;
    }
    line->record = (struct sw_sip_record){.id = id, .time = line->time};
    message_read(line, ends, &save, &draft);
}

static inline void line_play(struct sw_call_tracker *tracker, const struct line *line, struct sw_placement *placement)
{
    *placement = (struct sw_placement){0};
    if (line->end != 0) {
        sw_call_tracker_connection_end(tracker, line->end, line->time);
        return;
    }
    struct guarded g = guard((struct sw_slice){(const uint8_t *)line->text, line->size});
    struct sw_sip sip;
    struct sw_sip_record record = line->record;
    record.sip = &sip;
    assert_int_equal(sw_sip_parse(g.bytes, &sip), SW_OK);
    sw_call_tracker_add(tracker, &record, placement);
    unguard(&g);
}

#endif
