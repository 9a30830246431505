/* SPDX-License-Identifier: MIT
 *
 * links: offline_report offline_export offline_anonymize offline_select offline_output offline_pipeline jansson
 * The whole program on conversations: each form that is printed or exported is well-formed, whichever calls were
 * selected and whether or not names were replaced, and two threads give what one gives.
 *
 * The input: a byte that says which form, one of stages and limits, then steps: a byte that says what, a size in two
 * bytes, and as many bytes where the step sends some. Steps become packets whose lengths and sequence numbers are
 * right, in a file: what is fuzzed is what stands in them. (The target pipeline changes files.)
 */
#include "memory_file.h"
#include "printed.h"

#include <sys/stat.h>

#include "anonymize/anonymize.h"
#include "export/export.h"
#include "pipeline/inputs.h"
#include "report/report.h"
#include "select/select.h"

/* --- conversations ----------------------------------------------------------------------------------------------- */

enum { FLOWS = 4, SEGMENT_MOST = 60000 };

/* Of a step's first byte: bit 0 is who sends, bits 1 to 3 are one of these, bits 4 and 5 the flow. */
enum step { STEP_DATA, STEP_DATAGRAM = 4, STEP_TIME = 5, STEP_GAP = 6, STEP_END = 7 };
enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_RST = 4, FLAG_ACK = 16, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

struct talk {
    GByteArray *file;
    uint64_t time; /* microseconds */
    struct {
        bool open;
        uint32_t next[2]; /* sequence number of each side */
    } flows[FLOWS];
};

static void put(GByteArray *to, uint64_t value, unsigned size)
{
    for (unsigned i = size; i-- > 0;) {
        const uint8_t byte = (uint8_t)(value >> 8 * i);
        g_byte_array_append(to, &byte, 1);
    }
}

/* IPv4 in Ethernet, and the fixed parts of a pcap file in network order. */
static void put_packet(struct talk *talk, unsigned side, unsigned protocol, struct sw_slice header,
                       struct sw_slice bytes)
{
    const uint32_t size = (uint32_t)(header.size + bytes.size) + 34;
    const uint64_t ends[] = {0x0a000001, 0x0a000002};
    talk->time += 1000;
    put(talk->file, talk->time / 1000000, 4);
    put(talk->file, talk->time % 1000000, 4);
    put(talk->file, size, 4);
    put(talk->file, size, 4);
    put(talk->file, 0, 8);
    put(talk->file, 0, 4);
    put(talk->file, 0x0800, 2);
    put(talk->file, 0x4500, 2);
    put(talk->file, size - 14, 2);
    put(talk->file, 0, 4);
    put(talk->file, 64 << 8 | protocol, 2);
    put(talk->file, 0, 2);
    put(talk->file, ends[side], 4);
    put(talk->file, ends[1 - side], 4);
    g_byte_array_append(talk->file, header.data, (guint)header.size);
    if (bytes.size != 0)
        g_byte_array_append(talk->file, bytes.data, (guint)bytes.size);
}

static void put_ports(GByteArray *to, unsigned flow, unsigned side, unsigned server)
{
    const unsigned ports[] = {40000 + flow, server};
    put(to, ports[side], 2);
    put(to, ports[1 - side], 2);
}

static void send_segment(struct talk *talk, unsigned flow, unsigned side, unsigned flags, struct sw_slice bytes)
{
    static const unsigned servers[FLOWS] = {8080, 443, 5060, 80};
    GByteArray *header = g_byte_array_new();
    put_ports(header, flow, side, servers[flow]);
    put(header, talk->flows[flow].next[side], 4);
    put(header, flags & FLAG_ACK ? talk->flows[flow].next[1 - side] : 0, 4);
    put(header, 0x5000 | flags, 2);
    put(header, 0xffff, 2);
    put(header, 0, 4);
    put_packet(talk, side, PROTOCOL_TCP, slice(header->data, header->len), bytes);
    talk->flows[flow].next[side] += (uint32_t)bytes.size + ((flags & (FLAG_SYN | FLAG_FIN)) != 0);
    g_byte_array_free(header, TRUE);
}

static void send_datagram(struct talk *talk, unsigned flow, unsigned side, struct sw_slice bytes)
{
    GByteArray *header = g_byte_array_new();
    put_ports(header, flow, side, 5060);
    put(header, bytes.size + 8, 2);
    put(header, 0, 2);
    put_packet(talk, side, PROTOCOL_UDP, slice(header->data, header->len), bytes);
    g_byte_array_free(header, TRUE);
}

static void open_flow(struct talk *talk, unsigned flow)
{
    const struct sw_slice none = {0};
    if (talk->flows[flow].open)
        return;
    send_segment(talk, flow, 0, FLAG_SYN, none);
    send_segment(talk, flow, 1, FLAG_SYN | FLAG_ACK, none);
    talk->flows[flow].open = true;
}

static void step(struct talk *talk, struct sw_slice *rest)
{
    const uint8_t what = take_u8(rest);
    const unsigned kind = what >> 1 & 7;
    const unsigned side = what & 1;
    const unsigned flow = what >> 4 & 3;
    const unsigned number = take_u16(rest);
    switch (kind) {
    case STEP_TIME:
        talk->time += number * UINT64_C(10000);
        return;
    case STEP_GAP:
        talk->flows[flow].next[side] += number;
        return;
    case STEP_END:
        open_flow(talk, flow);
        send_segment(talk, flow, side, number & 1 ? FLAG_RST : FLAG_FIN | FLAG_ACK, slice(NULL, 0));
        talk->flows[flow].open = number & 2;
        return;
    case STEP_DATAGRAM:
        send_datagram(talk, flow, side, take_bytes(rest, MIN(number, SEGMENT_MOST)));
        return;
    default:
        open_flow(talk, flow);
        send_segment(talk, flow, side, FLAG_ACK, take_bytes(rest, MIN(number, SEGMENT_MOST)));
    }
}

static GByteArray *make_capture(struct sw_slice input)
{
    struct talk talk = {.file = g_byte_array_new(), .time = UINT64_C(1700000000000000)};
    put(talk.file, 0xa1b2c3d4, 4);
    put(talk.file, 0x00020004, 4);
    put(talk.file, 0, 8);
    put(talk.file, 262144, 4);
    put(talk.file, 1, 4);
    while (input.size != 0)
        step(&talk, &input);
    return talk.file;
}

/* --- forms ------------------------------------------------------------------------------------------------------- */

static struct sink ndjson_all_sink(const struct output_options *options)
{
    return ndjson_sink(options, NDJSON_CAPTURE | NDJSON_CONNECTION | NDJSON_MESSAGE | NDJSON_CALL | NDJSON_LEDGER |
                                    NDJSON_FINDING);
}

static void check_nothing(struct sw_slice printed)
{
    digest(printed);
}

/* What we write we can read, and find no fault with. */
static void check_capture(struct sw_slice printed)
{
    struct memory_file file;
    char *error = NULL;
    if (printed.size == 0)
        return;
    memory_file_open(&file, printed);
    struct capture *capture = capture_open(file.path, NULL, &error);
    CHECK(capture != NULL);
    struct packet packet;
    while (capture_next(capture, &packet))
        digest(slice(packet.data, packet.size));
    CHECK(capture_info(capture)->damage_count == 0);
    capture_close(capture);
    memory_file_close(&file);
}

struct form {
    struct sink (*sink)(const struct output_options *options);
    const char *export; /* or one of export_kinds */
    void (*check)(struct sw_slice printed);
};

static const struct form forms[] = {
    {ndjson_all_sink, NULL, check_json_lines},
    {flow_text_sink, NULL, check_text},
    {calls_text_sink, NULL, check_text},
    {messages_text_sink, NULL, check_text},
    {connections_text_sink, NULL, check_text},
    {explain_text_sink, NULL, check_text},
    {flow_mermaid_sink, NULL, check_text},
    {flow_plantuml_sink, NULL, check_text},
    {flow_svg_sink, NULL, check_xml},
    {calls_csv_sink, NULL, check_csv},
    {messages_csv_sink, NULL, check_csv},
    {check_text_sink, NULL, check_text},
    {check_junit_sink, NULL, check_xml},
    {check_tap_sink, NULL, check_text},
    {check_sarif_sink, NULL, check_json},
    {report_sink, NULL, check_text},
    {NULL, "pcap", check_capture},
    {NULL, "packets", check_capture},
    {NULL, "decrypted", check_capture},
    {NULL, "sqlite", check_nothing},
};

/* --- a run ------------------------------------------------------------------------------------------------------- */

/* Of the second byte: the low three bits are a selection. */
enum { STAGE_ANONYMIZE = 0x08, STAGE_LOW_LIMITS = 0x10, STAGE_CHECK = 0x20, STAGE_TWICE = 0x40, STAGE_RAW = 0x80 };

struct run {
    const struct form *form;
    uint8_t stages;
    unsigned threads;
    char *paths[3]; /* of the capture */
    char target[48];
    FILE *out;
    struct export_result told;
    struct export_options exported;
    struct output_options printed;
    struct selection selection;
    struct select_result selected;
};

static void select_calls(struct selection *selection, unsigned which)
{
    static const char *const first[] = {"1", NULL};
    static const char *const methods[] = {"INVITE", "REGISTER", NULL};
    const char *since = "2023-11-14T22:13:20.005Z";
    switch (which) {
    case 1:
        selection->failed = true;
        return;
    case 2:
        selection->match = select_regex("^(Via|v).*;branch=", true, NULL);
        return;
    case 3:
        selection->methods = methods;
        return;
    case 4:
        CHECK(select_statuses_parse("200,4xx,600-699", selection));
        return;
    case 5:
        selection->calls = first;
        return;
    case 6:
        CHECK(select_moment_parse(since, &selection->since));
        return;
    case 7:
        selection->from = select_regex("[a-m]", false, NULL);
        return;
    default:
        return;
    }
}

static void selection_clear(struct selection *selection)
{
    g_clear_pointer(&selection->match, g_regex_unref);
    g_clear_pointer(&selection->from, g_regex_unref);
}

static const struct export_kind *export_of(const char *option)
{
    const struct export_kind *kind = export_kinds;
    while (strcmp(kind->option, option) != 0)
        kind++;
    return kind;
}

/* A database wants a name of its own; all else is written through memory. */
static void choose_target(struct run *run, const struct memory_file *memory)
{
    snprintf(run->target, sizeof run->target, "%s", memory->path);
    if (strcmp(run->form->export, "sqlite") == 0) {
        snprintf(run->target, sizeof run->target, "/dev/shm/fuzz-program-%ld", (long)getpid());
        unlink(run->target);
    }
}

static struct sink open_sink(struct run *run)
{
    struct sink sink;
    if (run->form->export == NULL) {
        run->printed = (struct output_options){
            .out = run->out,
            .width = 100,
            .unicode = true,
            .raw = (run->stages & STAGE_RAW) != 0,
            .check = (run->stages & STAGE_CHECK) != 0,
            .all = (run->stages & STAGE_RAW) != 0,
            .version = "1",
        };
        sink = run->form->sink(&run->printed);
    } else {
        run->exported = (struct export_options){
            .target = run->target,
            .standard = run->out,
            .inputs = (const char *const *)run->paths,
            .whole_streams = (run->stages & STAGE_RAW) != 0,
        };
        sink = export_of(run->form->export)->open(&run->exported, &run->told);
        CHECK(sink.context != NULL && run->told.error == NULL);
    }
    return sink;
}

/* As the program does it, between the sink and the pipeline. */
static struct sink add_stages(struct run *run, struct sink sink)
{
    static const char key[] = "a key that nobody else may know.";
    const bool takes_names = run->form->export == NULL || export_of(run->form->export)->takes_anonymize;
    if ((run->stages & STAGE_ANONYMIZE) && takes_names) {
        struct memory_file file;
        char *error = NULL;
        memory_file_open(&file, slice((const uint8_t *)key, sizeof key));
        struct anonymizer *anonymizer = anonymizer_new(file.path, &error);
        CHECK(anonymizer != NULL);
        memory_file_close(&file);
        sink = anonymize_sink(anonymizer, &sink);
    }
    select_calls(&run->selection, run->stages & 7);
    if (!selection_is_empty(&run->selection))
        sink = select_sink(&run->selection, &sink, &run->selected);
    return sink;
}

static void complain(void *context, const char *path, const char *why)
{
    CHECK(context == NULL && path != NULL && why != NULL);
}

static void read_into(struct run *run, struct sink sink)
{
    const struct sw_limits limits = run->stages & STAGE_LOW_LIMITS ? low_limits() : sw_limits_default;
    const struct inputs_options inputs = {.complain = complain};
    struct pipeline *pipeline = pipeline_new(&limits, &sink);
    if (run->threads > 1)
        pipeline_start_thread(pipeline);
    const struct inputs_result result = inputs_read(run->paths, &inputs, pipeline);
    CHECK(result.failed == 0 && result.damaged == 0);
    pipeline_free(pipeline);
    if (sink.free != NULL)
        sink.free(sink.context);
    CHECK(!run->selected.failed && run->told.error == NULL);
}

/* What stands in a target. */
static GString *read_target(const char *path)
{
    gchar *bytes;
    gsize size;
    CHECK(g_file_get_contents(path, &bytes, &size, NULL));
    GString *text = g_string_new_len(bytes, (gssize)size);
    g_free(bytes);
    return text;
}

/* All that was printed, or exported. */
static GString *run_once(struct sw_slice input, unsigned threads)
{
    struct run run = {.threads = threads};
    run.form = &forms[take_u8(&input) % G_N_ELEMENTS(forms)];
    run.stages = take_u8(&input);
    GByteArray *bytes = make_capture(input);
    struct memory_file capture;
    struct memory_file target;
    memory_file_open(&capture, slice(bytes->data, bytes->len));
    memory_file_open(&target, slice(NULL, 0));
    run.paths[0] = capture.path;
    run.paths[1] = run.stages & STAGE_TWICE ? capture.path : NULL;
    if (run.form->export != NULL)
        choose_target(&run, &target);

    char *printed;
    size_t size;
    run.out = open_memstream(&printed, &size);
    read_into(&run, add_stages(&run, open_sink(&run)));
    fclose(run.out);
    GString *text = run.form->export == NULL ? g_string_new_len(printed, (gssize)size) : read_target(run.target);
    run.form->check(slice((const uint8_t *)text->str, text->len));
    if (run.form->export != NULL && strcmp(run.target, target.path) != 0)
        unlink(run.target);
    free(printed);
    export_result_clear(&run.told);
    selection_clear(&run.selection);
    memory_file_close(&target);
    memory_file_close(&capture);
    g_byte_array_free(bytes, TRUE);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    GString *one = run_once(slice(data, size), 1);
    if (size % 4 == 0)
        check_same(one, "one thread", run_once(slice(data, size), 2), "two threads");
    else
        g_string_free(one, TRUE);
    return 0;
}
