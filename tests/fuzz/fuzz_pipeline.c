/* SPDX-License-Identifier: MIT
 *
 * links: offline_output offline_pipeline jansson
 * The whole program on the bytes of a capture: ids count up, every line of NDJSON is JSON, and text for people holds no
 * control characters, which would command their terminals.
 */
#include "memory_file.h"
#include "printed.h"

#include "output/output.h"
#include "pipeline/inputs.h"

enum { SINKS = 2 };

/* A sink that hands everything on to others. */
struct tee {
    struct sink sinks[SINKS];
    uint64_t connections;
    uint64_t messages;
    uint64_t calls;
};

#define HAND_ON(tee, member, ...)                                                                                      \
    do {                                                                                                               \
        for (size_t i = 0; i < SINKS; i++)                                                                             \
            if ((tee)->sinks[i].member != NULL)                                                                        \
                (tee)->sinks[i].member((tee)->sinks[i].context, __VA_ARGS__);                                          \
    } while (0)

static void on_capture(void *context, const struct capture_record *capture)
{
    HAND_ON((struct tee *)context, capture, capture);
}

static void on_connection_begin(void *context, const struct connection_record *connection)
{
    struct tee *tee = context;
    CHECK(connection->id == ++tee->connections);
    HAND_ON(tee, connection_begin, connection);
}

static void on_message(void *context, const struct message_record *message)
{
    struct tee *tee = context;
    CHECK(message->id == ++tee->messages && message->mark_count != 0);
    CHECK(message->connection == NULL || message->connection->id <= tee->connections);
    HAND_ON(tee, message, message);
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct tee *tee = context;
    CHECK(finding->mark_count != 0 && strlen(finding->evidence) < SW_EVIDENCE_MAX);
    CHECK(finding->message <= tee->messages);
    HAND_ON(tee, finding, finding);
}

static void on_connection_end(void *context, const struct connection_record *connection)
{
    struct tee *tee = context;
    CHECK(connection->id != 0 && connection->id <= tee->connections);
    HAND_ON(tee, connection_end, connection);
}

static void on_call(void *context, const struct sw_call *call)
{
    struct tee *tee = context;
    CHECK(call->id == ++tee->calls && call->messages_seen <= tee->messages);
    HAND_ON(tee, call, call);
}

static void on_ledger(void *context, const struct ledger_record *ledger)
{
    HAND_ON((struct tee *)context, ledger, ledger);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct tee *tee = context;
    CHECK(totals->connections == tee->connections);
    HAND_ON(tee, finish, totals);
}

/* --- a run ------------------------------------------------------------------------------------------------------- */

static struct sink text_sink(unsigned which, const struct output_options *options)
{
    static struct sink (*const sinks[])(const struct output_options *) = {
        flow_text_sink,    calls_text_sink,    messages_text_sink, connections_text_sink, explain_text_sink,
        flow_mermaid_sink, flow_plantuml_sink, flow_svg_sink,      check_text_sink,
    };
    return sinks[which % G_N_ELEMENTS(sinks)](options);
}

static void complain(void *context, const char *path, const char *why)
{
    CHECK(context == NULL && path != NULL && why != NULL);
}

static void run(const char *path, size_t size, FILE *json, FILE *text)
{
    const unsigned all =
        NDJSON_CAPTURE | NDJSON_CONNECTION | NDJSON_MESSAGE | NDJSON_CALL | NDJSON_LEDGER | NDJSON_FINDING;
    struct output_options options = {.out = json, .width = 100, .raw = size & 1};
    struct tee tee = {.sinks[0] = ndjson_sink(&options, all)};
    options = (struct output_options){.out = text, .width = (unsigned)(40 + size % 97), .unicode = size & 2};
    tee.sinks[1] = text_sink((unsigned)(size % 61), &options);
    const struct sink sink = {
        .context = &tee,
        .capture = on_capture,
        .connection_begin = on_connection_begin,
        .message = on_message,
        .connection_end = on_connection_end,
        .call = on_call,
        .ledger = on_ledger,
        .finding = size % 3 != 0 ? on_finding : NULL,
        .finish = on_finish,
    };
    const struct sw_limits limits = size % 5 == 0 ? low_limits() : sw_limits_default;
    const struct inputs_options inputs = {.complain = complain};
    char *paths[] = {(char *)(uintptr_t)path, size % 7 == 0 ? (char *)(uintptr_t)path : NULL, NULL};
    struct pipeline *pipeline = pipeline_new(&limits, &sink);
    inputs_read(paths, &inputs, pipeline);
    pipeline_free(pipeline);
    for (size_t i = 0; i < SINKS; i++)
        tee.sinks[i].free(tee.sinks[i].context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    memory_file_open(&file, slice(data, size));
    char *printed[SINKS];
    size_t sizes[SINKS];
    FILE *json = open_memstream(&printed[0], &sizes[0]);
    FILE *text = open_memstream(&printed[1], &sizes[1]);
    run(file.path, size, json, text);
    fclose(json);
    fclose(text);
    check_json_lines(slice((const uint8_t *)printed[0], sizes[0]));
    check_text(slice((const uint8_t *)printed[1], sizes[1]));
    free(printed[0]);
    free(printed[1]);
    memory_file_close(&file);
    return 0;
}
