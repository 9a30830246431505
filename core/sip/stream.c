/* SPDX-License-Identifier: MIT
 *
 * Where do messages begin and end in a byte stream? RFC 3261 7.5 (CRLFs between messages), 18.3 (Content-Length
 * frames), RFC 5626 3.5.1 (keep-alives).
 *
 *               sniffs as SIP           head complete           all of it there
 *     BETWEEN ----------------> HEAD ------------------> BODY -------------------> BETWEEN
 *        |                       | |                       \ gap, or message-size
 *        | no start line         | | no Content-Length      `--> SKIP --(where the message ends)--> BETWEEN
 *        v                       | v
 *      SEARCH <----head-size-----' OPEN_BODY --start line of the next message, gap--> BETWEEN, SEARCH
 *
 * A message without a readable Content-Length breaks 20.14. It has no body, unless it has a Content-Type: then its body
 * lasts until the next line that is a start line by evidence, a gap, or the end.
 */
#include "sipweave/sip_stream.h"

#include "bytes.h"

#include <glib.h>

enum state {
    BETWEEN,   /* a start line or CRLFs come next */
    SEARCH,    /* somewhere: lines are looked at until one is a start line by evidence */
    HEAD,      /* within start line and headers */
    BODY,      /* within a body whose size is known */
    OPEN_BODY, /* within a body whose size isn't */
    SKIP,      /* within the part of a body that is given up */
};

/* What a step of the machine came to. */
enum step { AGAIN, EVENT, WAIT };

/* The packets of a stretch of the stream, in order: marks[i] carried the bytes before ends[i]. */
struct mark_list {
    struct sw_mark *marks;
    uint64_t *ends;
    size_t first; /* those before it are of consumed bytes */
    size_t count;
    size_t capacity;
};

enum {
    RUN_MARKS = 64,       /* packets told of one loss */
    EVIDENCE_MAX = 16384, /* a start line with the beginning of its first header is not longer */
    HELD_KEPT = 4096,     /* bytes of an empty buffer that are not given back */
};

/* Bytes lost one after the other for one reason: one event. */
struct run {
    uint64_t bytes;
    enum sw_reason reason;
    const char *text;
    struct sw_mark marks[RUN_MARKS];
    size_t mark_count;
};

struct gap {
    uint64_t size; /* 0: none is pending */
    enum sw_reason reason;
};

struct sw_sip_stream {
    size_t head_max;
    size_t message_max;
    size_t marks_max;
    enum state state;
    struct sw_slice input; /* what isn't consumed of the bytes last fed */
    /* What earlier feeds left unconsumed, and while that isn't empty, behind it a copy of input: a message lies in one
     * piece either here or in input. */
    uint8_t *held;
    size_t held_from;
    size_t held_size;
    size_t held_capacity;
    uint64_t offset;            /* in the stream, of the first byte not consumed */
    uint64_t end;               /* in the stream, of what was fed or missing so far */
    size_t scanned;             /* HEAD: as in sw_header_block. OPEN_BODY: where the search for a start line goes on */
    bool mid_line;              /* SEARCH, OPEN_BODY: the search goes on within a line */
    bool unsure;                /* SEARCH, HEAD: it may have begun within a line */
    uint64_t size;              /* BODY: of the whole message */
    uint64_t skip;              /* SKIP: bytes to come */
    enum sw_reason lost_reason; /* SEARCH, SKIP: why bytes are given up */
    const char *lost_text;
    struct gap gap;
    bool ended;
    uint64_t messages;
    struct run run;
    struct mark_list marks;
    struct sw_ledger ledger;
    struct sw_sip_stream_event event;
};

static const char text_not_sip[] = "the stream does not hold SIP messages here";
static const char text_malformed[] = "what follows a message is no start line";
static const char text_midstream[] = "the beginning of this message was not captured";
static const char text_gap[] = "bytes of the stream are missing";
static const char text_after_gap[] = "no message begins in these bytes, which follow a gap";
static const char text_body_after_gap[] = "the end of a message whose middle is missing";
static const char text_head_size[] = "the header section exceeds head-size";
static const char text_message_size[] = "the message exceeds message-size";
static const char text_end[] = "the stream ends within a header section";

static void marks_add(struct sw_sip_stream *stream, struct sw_mark mark)
{
    struct mark_list *list = &stream->marks;
    if (list->first > 0) {
        list->count -= list->first;
        memmove(list->marks, list->marks + list->first, list->count * sizeof *list->marks);
        memmove(list->ends, list->ends + list->first, list->count * sizeof *list->ends);
        list->first = 0;
    }
    if (list->count > 0 && list->marks[list->count - 1].packet == mark.packet) {
        list->ends[list->count - 1] = stream->end;
        return;
    }
    if (list->count == stream->marks_max)
        list->count--; /* the first ones and the newest are kept */
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 4 : list->capacity * 2;
        list->marks = g_renew(struct sw_mark, list->marks, list->capacity);
        list->ends = g_renew(uint64_t, list->ends, list->capacity);
    }
    list->marks[list->count] = mark;
    list->ends[list->count] = stream->end;
    list->count++;
}

/* The marks of the next size bytes begin at list->first; how many they are. */
static size_t marks_count(const struct sw_sip_stream *stream, uint64_t size)
{
    const struct mark_list *list = &stream->marks;
    size_t n = list->first;
    while (n < list->count && (n == list->first || list->ends[n - 1] < stream->offset + size))
        n++;
    return n - list->first;
}

/* size bytes of the stream are dealt with. */
static void advance(struct sw_sip_stream *stream, uint64_t size)
{
    struct mark_list *list = &stream->marks;
    stream->offset += size;
    while (list->first < list->count && list->ends[list->first] <= stream->offset)
        list->first++;
}

/* What can be read now, in one piece. */
static struct sw_slice view(const struct sw_sip_stream *stream)
{
    if (stream->held_size == stream->held_from)
        return stream->input;
    return sw_slice_of(stream->held + stream->held_from, stream->held_size - stream->held_from);
}

/* Leaves the memory alone: an event may point to it. */
static void consume(struct sw_sip_stream *stream, size_t size)
{
    advance(stream, size);
    size_t held = stream->held_size - stream->held_from;
    size_t old = held > stream->input.size ? held - stream->input.size : 0;
    if (held > 0 && size < old) {
        stream->held_from += size;
        return;
    }
    stream->input = sw_slice_skip(stream->input, size - old);
    stream->held_from = 0;
    stream->held_size = 0;
}

static void held_append(struct sw_sip_stream *stream, struct sw_slice bytes)
{
    size_t used = stream->held_size - stream->held_from;
    if (stream->held_from > 0)
        memmove(stream->held, stream->held + stream->held_from, used);
    stream->held_from = 0;
    if (stream->held_capacity - used < bytes.size) {
        stream->held_capacity = MAX(used + bytes.size, stream->held_capacity * 2);
        stream->held = g_realloc(stream->held, stream->held_capacity);
    }
    memcpy(stream->held + used, bytes.data, bytes.size);
    stream->held_size = used + bytes.size;
}

/* The caller's bytes may go: what isn't consumed becomes the stream's own. */
static void keep_input(struct sw_sip_stream *stream)
{
    if (stream->held_size == stream->held_from) {
        if (stream->input.size > 0)
            held_append(stream, stream->input);
        else if (stream->held_capacity > HELD_KEPT) {
            g_clear_pointer(&stream->held, g_free);
            stream->held_capacity = 0;
        }
    }
    stream->input = (struct sw_slice){0};
}

/* Counts the next size bytes as lost. The run is empty, or of the same reason. */
static void run_add(struct sw_sip_stream *stream, uint64_t size, enum sw_reason reason, const char *text)
{
    struct run *run = &stream->run;
    if (run->bytes == 0) {
        run->reason = reason;
        run->text = text;
        run->mark_count = 0;
    }
    run->bytes += size;
    const struct sw_mark *marks = stream->marks.marks + stream->marks.first;
    for (size_t i = 0, n = marks_count(stream, size); i < n && run->mark_count < RUN_MARKS; i++)
        if (run->mark_count == 0 || run->marks[run->mark_count - 1].packet != marks[i].packet)
            run->marks[run->mark_count++] = marks[i];
}

static void run_add_view(struct sw_sip_stream *stream, size_t size, enum sw_reason reason, const char *text)
{
    run_add(stream, size, reason, text);
    consume(stream, size);
}

static enum step run_emit(struct sw_sip_stream *stream)
{
    struct run *run = &stream->run;
    stream->event = (struct sw_sip_stream_event){
        .kind = SW_SIP_STREAM_LOSS,
        .reason = run->reason,
        .lost = run->bytes,
        .text = run->text,
        .marks = run->marks,
        .mark_count = run->mark_count,
    };
    stream->ledger.undecoded[run->reason] += run->bytes;
    run->bytes = 0;
    return EVENT;
}

static enum step view_emit(struct sw_sip_stream *stream, enum sw_sip_stream_kind kind, size_t size, bool partial)
{
    stream->event = (struct sw_sip_stream_event){
        .kind = kind,
        .bytes = sw_slice_head(view(stream), size),
        .partial = partial,
        .marks = stream->marks.marks + stream->marks.first,
        .mark_count = marks_count(stream, size),
    };
    *(kind == SW_SIP_STREAM_MESSAGE ? &stream->ledger.message : &stream->ledger.keepalive) += size;
    consume(stream, size);
    return EVENT;
}

static enum step message_emit(struct sw_sip_stream *stream, size_t size, bool partial, enum state next)
{
    stream->messages++;
    stream->state = next;
    return view_emit(stream, SW_SIP_STREAM_MESSAGE, size, partial);
}

static void search_begin(struct sw_sip_stream *stream, enum sw_reason reason, const char *text, bool mid_line)
{
    stream->state = SEARCH;
    stream->lost_reason = reason;
    stream->lost_text = text;
    stream->mid_line = mid_line;
    stream->unsure = !mid_line;
}

static void skip_begin(struct sw_sip_stream *stream, uint64_t size, enum sw_reason reason, const char *text)
{
    stream->state = SKIP;
    stream->skip = size;
    stream->lost_reason = reason;
    stream->lost_text = text;
}

static size_t line_ends_size(struct sw_slice text)
{
    size_t n = 0;
    while (n < text.size && (text.data[n] == '\r' || text.data[n] == '\n'))
        n++;
    return n;
}

/* Whether a message begins here by evidence: a start line, and behind it something like a header name. */
static enum sw_result message_begins(struct sw_slice text)
{
    const enum sw_result more = text.size < EVIDENCE_MAX ? SW_MORE : SW_BAD;
    enum sw_result sniffed = sw_sip_sniff(text);
    if (sniffed != SW_OK)
        return sniffed;
    size_t content;
    size_t line = sw_line_size(text, &content);
    if (line == 0)
        return more;
    struct sw_slice rest = sw_slice_skip(text, line);
    size_t n = 0;
    while (n < rest.size && sw_is_blank(rest.data[n]))
        n++;
    const size_t name = n;
    while (n < rest.size && sw_is_token(rest.data[n]))
        n++;
    bool named = n > name;
    while (n < rest.size && sw_is_blank(rest.data[n]))
        n++;
    if (n == rest.size)
        return more;
    return named && rest.data[n] == ':' ? SW_OK : SW_BAD;
}

bool sw_sip_find(struct sw_slice text, size_t *at, bool *mid_line)
{
    for (;;) {
        if (!*mid_line) {
            *at += line_ends_size(sw_slice_skip(text, *at));
            enum sw_result begins = message_begins(sw_slice_skip(text, *at));
            if (begins != SW_BAD)
                return begins == SW_OK;
        }
        size_t content;
        size_t line = sw_line_size(sw_slice_skip(text, *at), &content);
        *mid_line = line == 0;
        *at += line == 0 ? content : line;
        if (line == 0)
            return false;
    }
}

static enum step step_between(struct sw_sip_stream *stream)
{
    struct sw_slice text = view(stream);
    size_t blank = line_ends_size(text);
    if (blank == text.size && blank > 0 && text.data[blank - 1] == '\r')
        blank--; /* its LF may follow */
    if (blank > 0)
        return view_emit(stream, SW_SIP_STREAM_KEEPALIVE, blank, false);
    size_t content;
    switch (sw_sip_sniff(text)) {
    case SW_OK:
        if (sw_line_size(text, &content) == 0 && text.size <= stream->head_max)
            return WAIT; /* "INVITE sip:x SIP/2" may go on so that it is none */
        stream->state = HEAD;
        stream->scanned = 0;
        stream->unsure = false;
        return AGAIN;
    case SW_MORE:
        return WAIT;
    default:
        if (stream->messages == 0)
            search_begin(stream, SW_REASON_NOT_SIP, text_not_sip, false);
        else
            search_begin(stream, SW_REASON_MALFORMED, text_malformed, false);
        return AGAIN;
    }
}

static enum step step_search(struct sw_sip_stream *stream)
{
    size_t at = 0;
    bool found = sw_sip_find(view(stream), &at, &stream->mid_line);
    if (at > 0) {
        run_add_view(stream, at, stream->lost_reason, stream->lost_text);
        stream->unsure = false;
    }
    if (!found)
        return WAIT;
    stream->state = HEAD;
    stream->scanned = 0;
    return stream->run.bytes > 0 ? run_emit(stream) : AGAIN;
}

/* What the header lines say about the message's end. */
struct framing {
    bool sized; /* a readable Content-Length: length */
    uint64_t length;
    bool typed;       /* a Content-Type */
    size_t head_size; /* up to the empty line, or to the start line of another message that stands before it */
};

static bool is_start_line(const struct sw_header *header)
{
    bool name = header->name.size > 0 && sw_slice_find(header->name, ' ') == header->name.size;
    return !name && sw_sip_sniff(header->line) == SW_OK;
}

static struct framing framing_read(struct sw_slice head)
{
    struct framing framing = {.head_size = head.size};
    struct sw_header header;
    struct sw_slice rest = head;
    bool seen = false;
    sw_header_next(&rest, &header); /* the start line */
    for (size_t at = head.size - rest.size; sw_header_next(&rest, &header); at = head.size - rest.size) {
        enum sw_sip_field field = sw_sip_field_of(header.name);
        if (field == SW_SIP_CONTENT_TYPE) {
            framing.typed = true;
        } else if (field == SW_SIP_CONTENT_LENGTH && !seen) {
            framing.sized = sw_slice_number(header.value, &framing.length);
            seen = true;
        } else if (field == SW_SIP_OTHER && is_start_line(&header)) {
            return (struct framing){.sized = true, .head_size = at};
        }
    }
    return framing;
}

/* Its beginning was lost. */
static bool is_rest_of_head(struct sw_slice head)
{
    struct sw_sip sip;
    return sw_sip_parse(head, &sip) == SW_OK && sw_sip_is_rest(&sip);
}

static enum step step_head(struct sw_sip_stream *stream)
{
    struct sw_slice text = view(stream);
    size_t size = 0;
    enum sw_result complete = sw_header_block(text, &stream->scanned, &size);
    if (complete == SW_MORE && text.size <= stream->head_max)
        return WAIT;
    if (complete == SW_MORE || size > stream->head_max) {
        run_add_view(stream, MIN(text.size, stream->head_max), SW_REASON_LIMIT, text_head_size);
        search_begin(stream, SW_REASON_LIMIT, text_head_size, true);
        return AGAIN;
    }
    struct framing framing = framing_read(sw_slice_head(text, size));
    uint64_t whole = framing.length > UINT64_MAX - framing.head_size ? UINT64_MAX : framing.head_size + framing.length;
    if (stream->unsure && is_rest_of_head(sw_slice_head(text, size))) {
        skip_begin(stream, whole, stream->lost_reason, stream->lost_text);
        return AGAIN;
    }
    bool open = !framing.sized && framing.typed;
    stream->state = open ? OPEN_BODY : BODY;
    stream->scanned = framing.head_size;
    stream->mid_line = false;
    stream->size = whole;
    return AGAIN;
}

static enum step step_body(struct sw_sip_stream *stream)
{
    const size_t max = stream->message_max;
    size_t there = view(stream).size;
    if (there < MIN(stream->size, max))
        return WAIT;
    if (stream->size <= max)
        return message_emit(stream, (size_t)stream->size, false, BETWEEN);
    skip_begin(stream, stream->size - max, SW_REASON_LIMIT, text_message_size);
    return message_emit(stream, max, true, SKIP);
}

static enum step step_open_body(struct sw_sip_stream *stream)
{
    struct sw_slice text = view(stream);
    bool found = sw_sip_find(text, &stream->scanned, &stream->mid_line);
    if (MIN(stream->scanned, text.size) > stream->message_max) {
        search_begin(stream, SW_REASON_LIMIT, text_message_size, true);
        return message_emit(stream, stream->message_max, true, SEARCH);
    }
    return found ? message_emit(stream, stream->scanned, false, BETWEEN) : WAIT;
}

static enum step step_skip(struct sw_sip_stream *stream)
{
    size_t size = (size_t)MIN(stream->skip, view(stream).size);
    run_add_view(stream, size, stream->lost_reason, stream->lost_text);
    stream->skip -= size;
    if (stream->skip > 0)
        return WAIT;
    stream->state = BETWEEN;
    return run_emit(stream);
}

/* Nothing that is there can be read further, and then size bytes are missing. */
static enum step step_gap(struct sw_sip_stream *stream)
{
    const struct gap gap = stream->gap;
    size_t there = view(stream).size;
    if (stream->state == BODY) {
        skip_begin(stream, stream->size - there, gap.reason, text_body_after_gap);
        return message_emit(stream, there, true, SKIP);
    }
    if (stream->state == OPEN_BODY) {
        search_begin(stream, gap.reason, text_after_gap, false);
        return message_emit(stream, there, true, SEARCH);
    }
    if (stream->run.bytes > 0 && stream->run.reason != gap.reason)
        return run_emit(stream);
    if (there > 0)
        run_add_view(stream, there, gap.reason, text_gap);
    run_add(stream, gap.size, gap.reason, text_gap);
    advance(stream, gap.size);
    stream->gap.size = 0;
    if (stream->state == SKIP && stream->skip > gap.size)
        stream->skip -= gap.size;
    else if (stream->state == SKIP && stream->skip == gap.size)
        stream->state = BETWEEN;
    else
        search_begin(stream, gap.reason, text_after_gap, false);
    return run_emit(stream);
}

/* Why the bytes that are left at the end are no message. */
static enum sw_reason end_reason(const struct sw_sip_stream *stream, struct sw_slice text)
{
    if (stream->state == SEARCH)
        return stream->lost_reason;
    const bool message = stream->state == HEAD || stream->messages > 0 || sw_sip_sniff(text) == SW_OK;
    return message ? SW_REASON_SEGMENT_MISSING : SW_REASON_NOT_SIP;
}

static enum step step_end(struct sw_sip_stream *stream)
{
    struct sw_slice text = view(stream);
    if (stream->state == BODY || stream->state == OPEN_BODY)
        return message_emit(stream, text.size, stream->state == BODY, BETWEEN);
    if (stream->state == BETWEEN && sw_sip_is_keepalive(text))
        return view_emit(stream, SW_SIP_STREAM_KEEPALIVE, text.size, false);
    if (text.size > 0)
        run_add_view(stream, text.size, end_reason(stream, text), text_end);
    if (stream->run.bytes == 0)
        return WAIT;
    if (stream->state == SEARCH && stream->messages == 0 && stream->run.reason != SW_REASON_LIMIT) {
        stream->run.reason = SW_REASON_NOT_SIP;
        stream->run.text = text_not_sip;
    }
    return run_emit(stream);
}

static enum step step(struct sw_sip_stream *stream)
{
    switch (stream->state) {
    case BETWEEN:
        return step_between(stream);
    case SEARCH:
        return step_search(stream);
    case HEAD:
        return step_head(stream);
    case BODY:
        return step_body(stream);
    case OPEN_BODY:
        return step_open_body(stream);
    case SKIP:
        return step_skip(stream);
    }
    return WAIT;
}

const struct sw_sip_stream_event *sw_sip_stream_next(struct sw_sip_stream *stream)
{
    enum step done = AGAIN;
    while (done == AGAIN) {
        done = view(stream).size > 0 ? step(stream) : WAIT;
        if (done == WAIT && stream->gap.size > 0)
            done = step_gap(stream);
        else if (done == WAIT && stream->ended)
            done = step_end(stream);
    }
    if (done == EVENT)
        return &stream->event;
    keep_input(stream);
    return NULL;
}

/* A caller that didn't pull all events loses them, not the count of the bytes. */
static void drain(struct sw_sip_stream *stream)
{
    while (sw_sip_stream_next(stream) != NULL)
        continue;
}

struct sw_sip_stream *sw_sip_stream_new(const struct sw_limits *limits, bool from_start)
{
    struct sw_sip_stream *stream = g_new0(struct sw_sip_stream, 1);
    stream->head_max = MAX(limits->head_size, 1);
    stream->message_max = MAX(limits->message_size, 1);
    stream->marks_max = MAX(limits->message_marks, 1);
    if (!from_start)
        search_begin(stream, SW_REASON_SEGMENT_MISSING, text_midstream, false);
    return stream;
}

void sw_sip_stream_free(struct sw_sip_stream *stream)
{
    if (stream == NULL)
        return;
    g_free(stream->marks.marks);
    g_free(stream->marks.ends);
    g_free(stream->held);
    g_free(stream);
}

void sw_sip_stream_feed(struct sw_sip_stream *stream, struct sw_slice bytes, struct sw_mark mark)
{
    drain(stream);
    if (bytes.size == 0 || stream->ended)
        return;
    stream->end += bytes.size;
    marks_add(stream, mark);
    stream->input = bytes;
    if (stream->held_size > stream->held_from)
        held_append(stream, bytes);
}

void sw_sip_stream_gap(struct sw_sip_stream *stream, uint64_t size, enum sw_reason reason, struct sw_mark mark)
{
    drain(stream);
    if (size == 0 || stream->ended)
        return;
    stream->end += size;
    marks_add(stream, mark);
    stream->gap = (struct gap){.size = size, .reason = reason};
}

void sw_sip_stream_eof(struct sw_sip_stream *stream, struct sw_mark mark)
{
    (void)mark; /* the end adds no bytes */
    drain(stream);
    stream->ended = true;
}

const struct sw_ledger *sw_sip_stream_ledger(const struct sw_sip_stream *stream)
{
    return &stream->ledger;
}

bool sw_sip_stream_unfinished(const struct sw_sip_stream *stream, struct sw_mark *since)
{
    if (view(stream).size == 0)
        return false;
    *since = stream->marks.marks[stream->marks.first];
    return true;
}
