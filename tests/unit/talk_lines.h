/* SPDX-License-Identifier: MIT
 *
 * A small language for what is said in SIP, for rules that take several messages. A line is a message:
 *
 *   "0 ab INVITE 1 x"          at 0 ms, from a to b: INVITE with CSeq 1 and branch x
 *   "9 ba 180 INVITE 1 x t:b"  a response; To tag b
 *
 * Endpoints are letters: a is 10.0.0.1:5060, b 10.0.0.2 and so on. Options of a message: f:TAG From tag (a), t:TAG To
 * tag (none), i:ID Call-ID (one), u:URI Request-URI, k:NAME transport (UDP), c:N in the WebSocket N, whose client comes
 * before p in the alphabet, n:N its number in that stream, o:1 in IP fragments, v:N Via lines (1), "| Header: value" up
 * to the next bar, in place of a header that would be there (without a value: none), "|| body". Other lines: "9 END 1"
 * connection 1 ends in order, "9 LOSS 1 ap" bytes of it are missing, "9 NOW" the capture ends. "9 PING 1
 * ap", PONG and ALIVE keep it alive; with 0 for 1 a TCP connection, which FIN and OVER end, and with u UDP.
 */
#ifndef TESTS_TALK_LINES_H
#define TESTS_TALK_LINES_H

#include "harness.h"

#include "sipweave/talk.h"

#include <glib.h>
#include <stdio.h>

struct talk_line {
    char start[256];
    const char *method;
    const char *cseq;
    const char *branch;
    const char *from_tag;
    const char *to_tag;
    const char *call_id;
    const char *headers;
    const char *body;
    int vias;
    struct sw_sip_record record;
    uint64_t ordinal;
    bool oversize;
    bool from_client;
};

static inline struct sw_endpoint talk_endpoint(char name)
{
    return (struct sw_endpoint){.family = 4, .port = 5060, .address = {10, 0, 0, (uint8_t)(name - 'a' + 1)}};
}

static inline void talk_option(struct talk_line *line, const char *word)
{
    const char *value = word + 2;
    switch (word[0]) {
    case 'f':
        line->from_tag = value;
        break;
    case 't':
        line->to_tag = value;
        break;
    case 'i':
        line->call_id = value;
        break;
    case 'u':
        break; /* read with the start line */
    case 'c':
        line->record.connection = strtoull(value, NULL, 10);
        line->record.transport = SW_TRANSPORT_WS;
        break;
    case 'n':
        line->ordinal = strtoull(value, NULL, 10);
        break;
    case 'o':
        line->oversize = true;
        break;
    case 'v':
        line->vias = atoi(value);
        break;
    case 'k':
        for (unsigned i = 0; i <= SW_TRANSPORT_WSS; i++)
            if (strcmp(sw_transport_name(i), value) == 0)
                line->record.transport = i;
        break;
    default:
        fail_msg("no such option: %s", word);
    }
}

static inline bool talk_has(const struct talk_line *line, const char *name)
{
    char **headers = g_strsplit(line->headers, "|", -1);
    bool has = false;
    for (char **one = headers; *one != NULL; one++)
        has |= g_str_has_prefix(g_strstrip(*one), name) && (*one)[strlen(name)] == ':';
    g_strfreev(headers);
    return has;
}

static inline void talk_header(GString *out, const struct talk_line *line, const char *name, const char *value)
{
    if (!talk_has(line, name))
        g_string_append_printf(out, "%s: %s\r\n", name, value);
}

static inline void talk_vias(GString *out, const struct talk_line *line, bool response)
{
    char host[56];
    sw_endpoint_format(response ? &line->record.destination : &line->record.source, host, sizeof host);
    for (int i = 0; i < line->vias && !talk_has(line, "Via"); i++)
        if (i == 0)
            g_string_append_printf(out, "Via: SIP/2.0/%s %s;branch=z9hG4bK%s\r\n",
                                   sw_transport_name(line->record.transport), host, line->branch);
        else
            g_string_append_printf(out, "Via: SIP/2.0/UDP 10.0.0.%d;branch=z9hG4bK%s-%d\r\n", 100 + i, line->branch, i);
}

/* What a 2xx to INVITE or OPTIONS is to tell. */
static inline void talk_abilities(GString *out, const struct talk_line *line)
{
    static const char *const names[] = {"Allow", "Supported", "Accept", "Accept-Encoding", "Accept-Language"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        talk_header(out, line, names[i], i == 0 ? "INVITE" : "");
}

static inline GString *talk_text(const struct talk_line *line, bool response)
{
    GString *out = g_string_new(line->start);
    char *from = g_strdup_printf("<sip:a@b.test>;tag=%s", line->from_tag);
    char *to = g_strdup_printf(*line->to_tag != 0 ? "<sip:b@b.test>;tag=%s" : "<sip:b@b.test>", line->to_tag);
    char *cseq = g_strdup_printf("%s %s", line->cseq, line->method);
    talk_vias(out, line, response);
    talk_header(out, line, "From", from);
    talk_header(out, line, "To", to);
    talk_header(out, line, "Call-ID", line->call_id);
    talk_header(out, line, "CSeq", cseq);
    if (!response)
        talk_header(out, line, "Max-Forwards", "70");
    if (g_str_has_prefix(line->start, "SIP/2.0 2"))
        talk_abilities(out, line);
    char **headers = g_strsplit(line->headers, "|", -1);
    for (char **one = headers; *one != NULL; one++)
        if (*g_strstrip(*one) != 0 && !g_str_has_suffix(*one, ":"))
            g_string_append_printf(out, "%s\r\n", *one);
    if (!talk_has(line, "Content-Length"))
        g_string_append_printf(out, "Content-Length: %zu\r\n", strlen(line->body));
    g_string_append_printf(out, "\r\n%s", line->body);
    g_strfreev(headers);
    g_free(from);
    g_free(to);
    g_free(cseq);
    return out;
}

/* The start line, CSeq and branch; *save goes on behind them. True: a response. */
static inline bool talk_start(struct talk_line *line, const char *uri, char **save)
{
    const char *what = strtok_r(NULL, " ", save);
    bool response = what[0] >= '0' && what[0] <= '9';
    if (response) {
        snprintf(line->start, sizeof line->start, "SIP/2.0 %s Reason\r\n", what);
        what = strtok_r(NULL, " ", save);
    } else {
        snprintf(line->start, sizeof line->start, "%s %.200s SIP/2.0\r\n", what, uri);
    }
    line->method = what;
    line->cseq = strtok_r(NULL, " ", save);
    line->branch = strtok_r(NULL, " ", save);
    return response;
}

static inline char *talk_uri(const char *options)
{
    const char *at = strstr(options, " u:");
    return at == NULL ? g_strdup("sip:b@b.test") : g_strndup(at + 3, strcspn(at + 3, " "));
}

static inline void talk_message(struct sw_talks *talks, struct talk_line *line, char *save)
{
    struct sw_sip sip;
    char *uri = talk_uri(save);
    bool response = talk_start(line, uri, &save);
    for (const char *word = strtok_r(NULL, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
        talk_option(line, word);
    GString *text = talk_text(line, response);
    struct guarded guarded = guard(sw_slice_of((const uint8_t *)text->str, text->len));
    assert_int_equal(sw_sip_parse(guarded.bytes, &sip), SW_OK);
    line->record.sip = &sip;
    const struct sw_talk_message message = {.record = &line->record,
                                            .call = 1,
                                            .mark = {.packet = line->record.id, .time = line->record.time},
                                            .ordinal = line->ordinal,
                                            .whole = true,
                                            .oversize = line->oversize,
                                            .from_client = line->record.connection != 0 && line->from_client,
                                            .from_start = line->record.connection != 0};
    sw_talks_message(talks, &message);
    unguard(&guarded);
    g_string_free(text, TRUE);
    g_free(uri);
}

/* False: it is no such line. */
static inline bool talk_keepalive(struct sw_talks *talks, const char *word, const char *more, uint64_t id, int64_t time)
{
    static const char *const words[] = {"PING", "PONG", "ALIVE", "FIN", "OVER"};
    struct sw_talk_keepalive keepalive = {.mark = {.packet = id, .time = time}};
    while (keepalive.kind < G_N_ELEMENTS(words) && strcmp(word, words[keepalive.kind]) != 0)
        keepalive.kind++;
    if (keepalive.kind == G_N_ELEMENTS(words))
        return false;
    keepalive.connection = strtoull(more, NULL, 10);
    keepalive.transport = *more == 'u'                ? SW_TRANSPORT_UDP
                          : keepalive.connection == 0 ? SW_TRANSPORT_TCP
                                                      : SW_TRANSPORT_WS;
    const char *ends = strchr(more, ' ') + 1;
    keepalive.source = talk_endpoint(ends[0]);
    keepalive.destination = talk_endpoint(ends[1]);
    keepalive.from_client = ends[0] < 'p' && *more != 'u';
    sw_talks_keepalive(talks, &keepalive);
    return true;
}

static inline void talk_say(struct sw_talks *talks, const char *source, uint64_t id)
{
    char *copy = g_strdup(source);
    char *body = strstr(copy, "||");
    char *save;
    struct talk_line line = {.from_tag = "a", .to_tag = "", .call_id = "one", .headers = "", .body = "", .vias = 1};
    if (body != NULL) {
        *body = 0;
        line.body = body + 2;
    }
    char *bar = strchr(copy, '|');
    if (bar != NULL) {
        *bar = 0;
        line.headers = bar + 1;
    }
    line.record.id = id;
    line.record.time = strtoll(strtok_r(copy, " ", &save), NULL, 10) * INT64_C(1000000);
    const char *ends = strtok_r(NULL, " ", &save);
    if (strcmp(ends, "END") == 0) {
        sw_talks_connection_end(talks, strtoull(save, NULL, 10), line.record.time, true);
    } else if (strcmp(ends, "LOSS") == 0) {
        struct sw_endpoint one = talk_endpoint(strchr(save, ' ')[1]);
        struct sw_endpoint other = talk_endpoint(strchr(save, ' ')[2]);
        sw_talks_loss(talks, strtoull(save, NULL, 10), &one, &other, line.record.time);
    } else if (strcmp(ends, "NOW") == 0) {
        sw_talks_finish(talks, line.record.time);
    } else if (!talk_keepalive(talks, ends, save, id, line.record.time)) {
        line.record.source = talk_endpoint(ends[0]);
        line.record.destination = talk_endpoint(ends[1]);
        line.from_client = ends[0] < 'p';
        talk_message(talks, &line, save);
    }
    g_free(copy);
}

#endif
