/* SPDX-License-Identifier: MIT
 *
 * The ground truth, written as it becomes known: a message once its last packet is in the capture, a call once it is
 * over.
 */
#include "truth.h"

#include <glib.h>
#include <string.h>
#include <time.h>

static void put_json_string(struct text *line, const char *bytes, size_t size)
{
    text_byte(line, '"');
    for (size_t i = 0; i < size; i++) {
        const char c = bytes[i];
        if (c == '\r')
            text_add(line, "\\r", NULL);
        else if (c == '\n')
            text_add(line, "\\n", NULL);
        else if (c == '"' || c == '\\')
            text_bytes(line, (const char[]){'\\', c}, 2);
        else
            text_byte(line, (unsigned char)c);
    }
    text_byte(line, '"');
}

static void put_field(struct text *line, const char *key, const char *value)
{
    text_add(line, ",\"", key, "\":", NULL);
    put_json_string(line, value, strlen(value));
}

static void put_count(struct text *line, const char *key, uint64_t value)
{
    text_add(line, ",\"", key, "\":", NULL);
    text_number(line, value);
}

static void put_host(struct text *line, const char *key, struct host host)
{
    text_add(line, ",\"", key, "\":\"", NULL);
    text_host(line, host.address, host.port);
    text_byte(line, '"');
}

/* RFC 3339 with nanoseconds, as sipweave writes it. */
static void put_time(struct text *line, int64_t microseconds)
{
    const time_t seconds = (time_t)(microseconds / 1000000);
    struct tm parts;
    char day[40];
    char fraction[16];
    gmtime_r(&seconds, &parts);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
    g_snprintf(fraction, sizeof fraction, ".%06d000Z", (int)(microseconds % 1000000));
    text_add(line, ",\"time\":\"", day, fraction, "\"", NULL);
}

static void put_line(struct truth *truth)
{
    text_add(&truth->line, "}\n", NULL);
    fwrite_unlocked(truth->line.data, 1, truth->line.size, truth->file);
}

static const char *expect_name(enum expect expect)
{
    static const char *const names[] = {"found", "lost", "either"};
    return names[expect];
}

static void put_frames(struct text *line, const struct record *record)
{
    text_add(line, ",\"frames\":[", NULL);
    for (unsigned i = 0; i < record->frame_count; i++) {
        if (i != 0)
            text_byte(line, ',');
        text_number(line, record->frames[i]);
    }
    text_byte(line, ']');
}

static void put_message(struct truth *truth, const struct record *record)
{
    struct text *line = &truth->line;
    text_clear(line);
    text_add(line, "{\"type\":\"message\"", NULL);
    if (record->frame_count != 0)
        put_time(line, record->time);
    put_frames(line, record);
    put_field(line, "transport", record->transport);
    put_host(line, "src", record->source);
    put_host(line, "dst", record->destination);
    if (record->status == 0)
        put_field(line, "method", record->method);
    else
        put_count(line, "status", record->status);
    put_field(line, "call_id", record->call_id);
    put_count(line, "cseq", record->cseq);
    put_field(line, "cseq_method", record->method);
    put_count(line, "size", record->size);
    if (record->repeated)
        text_add(line, ",\"retransmission\":true", NULL);
    put_field(line, "expect", expect_name(record->expect));
    if (record->why != NULL)
        put_field(line, "why", record->why);
    if (record->sha1[0] != '\0')
        put_field(line, "sha1", record->sha1);
    if (truth->raw && record->raw.size != 0) {
        text_add(line, ",\"raw\":", NULL);
        put_json_string(line, record->raw.data, record->raw.size);
    }
    put_line(truth);
}

/* A message is lost with any of its bytes. Where only the deflate history is gone, it may still refer to nothing that
 * came before it, so one who tries can be lucky. */
static void judge(struct record *record)
{
    if (record->missed != 0) {
        record->expect = EXPECT_LOST;
        record->why = "segment-missing";
        if (record->history_lost != NULL)
            *record->history_lost = true;
    } else if (record->history_lost != NULL && *record->history_lost) {
        record->expect = EXPECT_EITHER;
        record->why = "deflate-history-lost";
    }
    if (record->expect != EXPECT_FOUND && record->call_lost != NULL)
        ++*record->call_lost;
}

static void finish(struct truth *truth, struct record *record)
{
    judge(record);
    put_message(truth, record);
    truth->expected[record->expect]++;
    record->next = truth->spare;
    truth->spare = record;
}

bool truth_open(struct truth *truth, const char *path, bool raw)
{
    *truth = (struct truth){.raw = raw};
    truth->file = fopen(path, "wb");
    if (truth->file == NULL)
        return false;
    setvbuf(truth->file, NULL, _IOFBF, 1 << 20);
    return true;
}

bool truth_close(struct truth *truth)
{
    for (struct record *record; (record = truth->spare) != NULL;) {
        truth->spare = record->next;
        text_free(&record->raw);
        g_free(record->frames);
        g_free(record);
    }
    text_free(&truth->line);
    const bool failed = ferror(truth->file) != 0;
    return fclose(truth->file) == 0 && !failed;
}

struct record *truth_record(struct truth *truth)
{
    struct record *record = truth->spare;
    if (record == NULL)
        return g_new0(struct record, 1);
    truth->spare = record->next;
    const struct record kept = *record;
    *record = (struct record){.raw = kept.raw, .frames = kept.frames, .frame_room = kept.frame_room};
    text_clear(&record->raw);
    return record;
}

void record_message(struct truth *truth, struct record *record, const void *bytes, size_t size)
{
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sum, bytes, (gssize)size);
    g_strlcpy(record->sha1, g_checksum_get_string(sum), sizeof record->sha1);
    g_checksum_free(sum);
    record->size = size;
    if (truth->raw)
        text_bytes(&record->raw, bytes, size);
}

void record_packet(struct record *record)
{
    record->pending++;
}

void record_written(struct truth *truth, struct record *record, uint64_t number, int64_t time)
{
    record->pending--;
    if (number == 0) {
        record->missed++;
    } else {
        if (record->frame_count == 0)
            record->time = time;
        if (record->frame_count == record->frame_room) {
            record->frame_room = record->frame_room * 2 + 8;
            record->frames = g_renew(uint64_t, record->frames, record->frame_room);
        }
        record->frames[record->frame_count++] = number;
    }
    if (record->sealed && record->pending == 0)
        finish(truth, record);
}

void record_seal(struct truth *truth, struct record *record)
{
    record->sealed = true;
    if (record->pending == 0)
        finish(truth, record);
}

static void count_state(struct truth *truth, const char *state)
{
    for (size_t i = 0; i < TRUTH_STATES; i++) {
        if (truth->states[i].name == NULL)
            truth->states[i].name = state;
        if (strcmp(truth->states[i].name, state) != 0)
            continue;
        truth->states[i].count++;
        return;
    }
}

void truth_call(struct truth *truth, const struct call_truth *call)
{
    struct text *line = &truth->line;
    text_clear(line);
    text_add(line, "{\"type\":\"call\"", NULL);
    put_field(line, "kind", call->kind);
    put_field(line, "call_id", call->call_id);
    put_field(line, "from", call->from);
    put_field(line, "to", call->to);
    put_field(line, "state", call->state);
    put_count(line, "status", call->status);
    put_count(line, "messages", call->messages);
    put_count(line, "lost", call->lost);
    text_add(line, ",\"transports\":", call->transports, NULL);
    put_line(truth);
    truth->calls++;
    if (strcmp(call->kind, "call") == 0)
        count_state(truth, call->state);
}

void truth_totals(struct truth *truth, uint64_t packets, uint64_t bytes)
{
    struct text *line = &truth->line;
    text_clear(line);
    text_add(line, "{\"type\":\"totals\"", NULL);
    put_count(line, "packets", packets);
    put_count(line, "bytes", bytes);
    put_count(line, "websockets", truth->connections);
    put_count(line, "messages", truth->expected[0] + truth->expected[1] + truth->expected[2]);
    for (unsigned i = 0; i < 3; i++)
        put_count(line, expect_name((enum expect)i), truth->expected[i]);
    put_count(line, "calls", truth->calls);
    text_add(line, ",\"states\":{", NULL);
    for (size_t i = 0; i < TRUTH_STATES && truth->states[i].name != NULL; i++) {
        text_add(line, i == 0 ? "\"" : ",\"", truth->states[i].name, "\":", NULL);
        text_number(line, truth->states[i].count);
    }
    text_byte(line, '}');
    put_line(truth);
}
