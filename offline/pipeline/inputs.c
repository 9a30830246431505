/* SPDX-License-Identifier: MIT
 *
 * Which packet comes next? Files are merged by time, so that a call whose legs were captured in two places, or cut
 * over two files, is read in the order in which it happened. A file is open only while its packets are due.
 */
#include "pipeline/inputs.h"

#include <glib.h>
#include <string.h>
#include <sys/resource.h>

struct input {
    const char *path;
    unsigned file;           /* its index among those that could be opened */
    struct capture *capture; /* NULL: not open now */
    struct packet packet;    /* the next one; data is valid while the capture is open */
    bool has_reader;         /* a thread of its own */
};

struct merge {
    const struct inputs_options *options;
    char *const *paths;
    struct pipeline *pipeline;
    struct inputs_result result;
    GPtrArray *inputs;   /* struct input; a heap by the time of the next packet */
    uint64_t bytes_done; /* of files that have been read */
    uint64_t bytes_total;
    uint64_t bytes_packed; /* of the total: in compressed files */
    unsigned readers;      /* threads that are left for reading files */
    uint64_t packets;
};

enum { PROGRESS_EVERY = 8192 /* packets */ };

static void complain(struct merge *merge, const char *path, const char *why)
{
    merge->options->complain(merge->options->context, path, why);
}

static bool is_stdin(const struct input *input)
{
    return strcmp(input->path, "-") == 0;
}

/* --- the heap ---------------------------------------------------------------------------------------------------- */

static bool comes_before(const struct input *a, const struct input *b)
{
    return a->packet.time != b->packet.time ? a->packet.time < b->packet.time : a->file < b->file;
}

static struct input *at(GPtrArray *heap, guint i)
{
    return g_ptr_array_index(heap, i);
}

static void sink_down(GPtrArray *heap, guint i)
{
    for (;;) {
        guint least = i;
        for (guint child = 2 * i + 1; child <= 2 * i + 2 && child < heap->len; child++)
            if (comes_before(at(heap, child), at(heap, least)))
                least = child;
        if (least == i)
            return;
        gpointer held = heap->pdata[i];
        heap->pdata[i] = heap->pdata[least];
        heap->pdata[least] = held;
        i = least;
    }
}

/* --- secrets ----------------------------------------------------------------------------------------------------- */

static void on_secrets(void *context, const char *text, size_t size)
{
    tls_keylog_add_lines(context, (struct sw_slice){.data = (const uint8_t *)text, .size = size});
}

/* Captures may have their secrets behind the packets that need them. */
static void look_ahead(void *context, struct tls_keylog *log)
{
    const struct merge *merge = context;
    for (size_t i = 0; merge->paths[i] != NULL; i++)
        capture_scan_secrets(merge->paths[i], on_secrets, log);
}

static void on_wait(void *context)
{
    pipeline_flush(context);
}

static struct capture *open_capture(const struct merge *merge, const char *path, char **error)
{
    struct capture *capture = capture_open(path, merge->options->filter, error);
    if (capture != NULL)
        capture_on_secrets(capture, on_secrets, pipeline_keylog(merge->pipeline));
    if (capture != NULL)
        capture_on_wait(capture, on_wait, merge->pipeline);
    return capture;
}

/* --- threads ----------------------------------------------------------------------------------------------------- */

/* This one takes packets apart. The next one weaves what comes of them, then others read; but of two, the other one
 * decompresses, where most of the input is compressed: that takes longer than all that is behind. */
static void share_out(struct merge *merge)
{
    const unsigned others = merge->options->threads > 1 ? merge->options->threads - 1 : 0;
    const bool packed = merge->bytes_packed > merge->bytes_total / 2;
    merge->readers = others;
    if (others == 0 || (others == 1 && packed))
        return;
    merge->readers--;
    pipeline_start_thread(merge->pipeline);
}

static void begin_reader(struct merge *merge, struct input *input)
{
    if (merge->readers == 0 || input->has_reader)
        return;
    merge->readers--;
    input->has_reader = true;
    capture_read_ahead(input->capture);
}

static void end_reader(struct merge *merge, struct input *input)
{
    merge->readers += input->has_reader;
    input->has_reader = false;
}

/* --- one file ---------------------------------------------------------------------------------------------------- */

static void tell_damage(struct merge *merge, const struct input *input, const struct capture_info *info)
{
    for (size_t i = 0; i < info->damage_count; i++) {
        char *why = g_strdup_printf("damaged at offset %" G_GUINT64_FORMAT ": %s", info->damage[i].offset,
                                    info->damage[i].text);
        complain(merge, input->path, why);
        g_free(why);
    }
    merge->result.damaged += info->damage_count != 0;
}

static void file_done(struct merge *merge, struct input *input)
{
    const struct capture_info *info = capture_info(input->capture);
    tell_damage(merge, input, info);
    merge->bytes_done += info->bytes_read;
    const struct capture_record record = {.file = input->file, .info = info};
    pipeline_capture(merge->pipeline, &record);
    capture_close(input->capture);
    input->capture = NULL;
    end_reader(merge, input);
}

/* Opens the file anew at its first packet, when its time has come. */
static bool reopen(struct merge *merge, struct input *input)
{
    char *error = NULL;
    input->capture = open_capture(merge, input->path, &error);
    if (input->capture == NULL) {
        complain(merge, input->path, error);
        g_free(error);
        merge->result.failed++;
        return false;
    }
    return capture_next(input->capture, &input->packet);
}

/* Looks at the first packet; a file that isn't alone is closed again until its time comes. */
static void look_at(struct merge *merge, const char *path, bool alone)
{
    char *error = NULL;
    struct capture *capture = open_capture(merge, path, &error);
    if (capture == NULL) {
        complain(merge, path, error);
        g_free(error);
        merge->result.failed++;
        return;
    }
    struct input *input = g_new0(struct input, 1);
    input->path = path;
    input->file = merge->result.opened++;
    input->capture = capture;
    merge->bytes_total += capture_info(capture)->file_size;
    merge->bytes_packed += capture_is_packed(capture) ? capture_info(capture)->file_size : 0;
    if (!capture_next(capture, &input->packet)) {
        file_done(merge, input);
        g_free(input);
        return;
    }
    if (!alone && !is_stdin(input)) {
        capture_close(capture);
        input->capture = NULL;
    }
    g_ptr_array_add(merge->inputs, input);
}

/* --- all files --------------------------------------------------------------------------------------------------- */

static void report_progress(struct merge *merge, const struct input *input)
{
    if (merge->options->progress == NULL)
        return;
    const struct capture_info *info = capture_info(input->capture);
    merge->options->progress(merge->options->context, merge->bytes_done + info->bytes_read, merge->bytes_total,
                             merge->packets);
}

/* The input that is on top has no more packets. */
static void drop_top(struct merge *merge)
{
    struct input *input = at(merge->inputs, 0);
    if (input->capture != NULL)
        file_done(merge, input);
    g_free(input);
    merge->inputs->pdata[0] = merge->inputs->pdata[merge->inputs->len - 1];
    g_ptr_array_set_size(merge->inputs, (gint)merge->inputs->len - 1);
}

static bool stopped(const struct merge *merge)
{
    return merge->options->stop != NULL && merge->options->stop(merge->options->context);
}

static void read_all(struct merge *merge)
{
    while (merge->inputs->len != 0) {
        struct input *input = at(merge->inputs, 0);
        if (input->capture == NULL && !reopen(merge, input)) {
            drop_top(merge);
            sink_down(merge->inputs, 0);
            continue;
        }
        begin_reader(merge, input);
        pipeline_packet(merge->pipeline, input->file, &input->packet);
        if (++merge->packets % PROGRESS_EVERY == 0) {
            report_progress(merge, input);
            if (stopped(merge))
                return;
        }
        if (!capture_next(input->capture, &input->packet))
            drop_top(merge);
        if (merge->inputs->len > 1)
            sink_down(merge->inputs, 0);
    }
}

/* Thousands of files may overlap in time. */
static void allow_many_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

struct inputs_result inputs_read(char *const *paths, const struct inputs_options *options, struct pipeline *pipeline)
{
    struct merge merge = {.options = options, .paths = paths, .pipeline = pipeline, .inputs = g_ptr_array_new()};
    tls_keylog_ask(pipeline_keylog(pipeline), look_ahead, &merge);
    bool alone = paths[0] != NULL && paths[1] == NULL;
    if (!alone)
        allow_many_files();
    for (size_t i = 0; paths[i] != NULL; i++)
        look_at(&merge, paths[i], alone);
    for (guint i = merge.inputs->len; i-- > 0;)
        sink_down(merge.inputs, i);
    share_out(&merge);
    read_all(&merge);
    while (merge.inputs->len != 0)
        drop_top(&merge);
    g_ptr_array_free(merge.inputs, TRUE);
    if (merge.result.opened != 0) /* of nothing there is nothing to say, not even that it holds no calls */
        pipeline_finish(pipeline);
    tls_keylog_ask(pipeline_keylog(pipeline), NULL, NULL);
    return merge.result;
}
