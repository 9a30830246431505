/* SPDX-License-Identifier: MIT
 *
 * A stand-in for the pipeline: records made by hand, played to a sink that prints into memory.
 */
#ifndef TESTS_RECORDS_H
#define TESTS_RECORDS_H

#include "harness.h"

#include <stdio.h>

#include "output/output.h"

/* 2026-11-22 16:26:30 UTC, and so many milliseconds later. */
#define AT(ms) (INT64_C(1795364790000000000) + INT64_C(1000000) * (ms))

struct stage {
    struct sink sink;
    FILE *out;
    char *printed;
    size_t size;
    uint64_t messages;
};

static inline void stage_open(struct stage *stage, struct output_options *options)
{
    *stage = (struct stage){0};
    stage->out = open_memstream(&stage->printed, &stage->size);
    assert_non_null(stage->out);
    options->out = stage->out;
}

/* The end of the run; what was printed stays until stage_close. */
static inline const char *stage_finish(struct stage *stage)
{
    static const struct totals_record totals;
    if (stage->sink.finish != NULL)
        stage->sink.finish(stage->sink.context, &totals);
    fflush(stage->out);
    return stage->printed;
}

static inline void stage_close(struct stage *stage)
{
    stage->sink.free(stage->sink.context);
    fclose(stage->out);
    free(stage->printed);
}

/* "10.0.0.1:5060" */
static inline struct sw_endpoint endpoint(const char *text)
{
    unsigned a, b, c, d, port;
    assert_int_equal(sscanf(text, "%u.%u.%u.%u:%u", &a, &b, &c, &d, &port), 5);
    return (struct sw_endpoint){
        .family = 4,
        .port = (uint16_t)port,
        .address = {(uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d},
    };
}

struct played {
    int64_t ms;
    const char *from;
    const char *to;
    const char *sip; /* the message */
    const struct connection_record *connection;
    enum sw_direction direction;
    uint64_t call;
    bool retransmission;
    bool in_dialog;
};

/* A message of one packet; its number is that of the message plus 10. */
static inline void play(struct stage *stage, const struct played *played)
{
    struct sw_sip sip;
    assert_int_equal(sw_sip_parse(text(played->sip), &sip), SW_OK);
    uint64_t id = ++stage->messages;
    struct sw_mark mark = {.packet = mark_packet(0, id + 10), .time = AT(played->ms)};
    struct message_record message = {
        .id = id,
        .marks = &mark,
        .mark_count = 1,
        .transport = played->connection != NULL ? played->connection->transport : SW_TRANSPORT_UDP,
        .connection = played->connection,
        .source = endpoint(played->from),
        .destination = endpoint(played->to),
        .direction = played->direction,
        .opcode = SW_OPCODE_TEXT,
        .fragments = 1,
        .sip = &sip,
        .placement = {.call = played->call, .retransmission = played->retransmission, .in_dialog = played->in_dialog},
    };
    if (stage->sink.message != NULL)
        stage->sink.message(stage->sink.context, &message);
}

static inline struct connection_record connection(uint64_t id, const char *client, const char *server, int64_t ms,
                                                  const struct sw_handshake *handshake)
{
    return (struct connection_record){
        .id = id,
        .first = {.packet = mark_packet(0, id), .time = AT(ms)},
        .client = endpoint(client),
        .server = endpoint(server),
        .transport = SW_TRANSPORT_WS,
        .handshake = handshake,
        .opened = AT(ms),
        .closed = SW_NO_TIME,
    };
}

#endif
