/* SPDX-License-Identifier: MIT
 *
 * Which bytes of an HTTP/2 connection belong to which stream? RFC 9113 4, 5, 6.
 *
 * Payloads are passed on as they come. Only what has to be whole is kept: frame headers, the few bytes at the front of
 * a payload that say what is in it (the prefix), header blocks, and what may hold a frame boundary that was lost.
 */
#include "http2/session.h"

#include <string.h>

#include "http2/block.h"
#include "http2/frame.h"
#include "http2/sync.h"
#include "net/read.h"

enum phase {
    PHASE_START,  /* the preface, or the first SETTINGS, is next */
    PHASE_HEADER, /* a frame's header is next */
    PHASE_PREFIX, /* within the front of a payload */
    PHASE_BODY,   /* within the rest of it, or its padding */
    PHASE_SYNC,   /* a frame boundary is looked for */
};

/* What a frame's payload is good for. */
enum use { USE_NOTHING, USE_DATA, USE_BLOCK };

struct side {
    enum phase phase;
    uint8_t front[HTTP2_PREFACE]; /* a frame header, a prefix or the preface, as far as it has come */
    size_t have;
    size_t want;
    struct sw_mark began; /* the packet of the first byte of front, or of the frame */
    struct http2_frame frame;
    enum use use;
    uint32_t body; /* of the payload, still to come: without prefix and padding */
    uint32_t pad;
    struct http2_block block;
    struct hpack *hpack;
    struct http2_sync sync;
    enum sw_reason reason; /* of the latest loss of a boundary or a block */
    bool lossy;            /* there was one: heads may be unreadable */
    uint32_t longest;      /* payload that the other side's SETTINGS allow */
    uint32_t table;        /* HPACK table that they allow */
    struct sw_ledger ledger;
};

struct http2_session {
    const struct sw_limits *limits;
    struct http2_sink sink;
    struct side sides[2];
    struct http2_fields fields;
};

enum { TABLE_DEFAULT = 4096, LENGTH_ANY = 0xffffff };

static const char heads_lost[] = "HTTP/2 header fields that refer to missing ones can't be read from here on.";
static const char boundary_lost[] = "Bytes are missing, and with them the boundary between HTTP/2 frames.";
static const char late[] = "The beginning of the HTTP/2 connection was not seen.";
static const char not_frames[] = "These bytes are no HTTP/2 frames.";
static const char block_large[] = "A block of HTTP/2 header fields is larger than the limit.";
static const char block_broken[] = "Other frames stand within a block of HTTP/2 header fields.";
static const char block_bad[] = "A block of HTTP/2 header fields can't be decoded.";
static const char table_large[] = "The table for HTTP/2 header fields is larger than the limit.";

/* The bound on a dynamic table: that on the heads that fill it. */
static size_t table_most(const struct http2_session *session)
{
    return session->limits->head_size > TABLE_DEFAULT ? session->limits->head_size : (size_t)TABLE_DEFAULT;
}

struct http2_session *http2_session_new(const struct sw_limits *limits, const struct http2_sink *sink)
{
    struct http2_session *session = g_new0(struct http2_session, 1);
    session->limits = limits;
    session->sink = *sink;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        struct side *side = &session->sides[from];
        side->hpack = hpack_new(table_most(session));
        side->longest = HTTP2_LENGTH_DEFAULT;
        side->table = TABLE_DEFAULT;
    }
    return session;
}

void http2_session_free(struct http2_session *session)
{
    if (session == NULL)
        return;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        hpack_free(session->sides[from].hpack);
        http2_block_free(&session->sides[from].block);
        http2_sync_free(&session->sides[from].sync);
    }
    http2_fields_free(&session->fields);
    g_free(session);
}

const struct sw_ledger *http2_session_ledger(const struct http2_session *session, enum sw_direction from)
{
    return &session->sides[from].ledger;
}

/* --- losses ------------------------------------------------------------------------------------------------------ */

static void tell_loss(struct http2_session *session, enum sw_direction from, enum sw_reason reason, struct sw_mark mark,
                      const char *text)
{
    session->sink.loss(session->sink.context, from, reason, mark, text);
}

/* A head was lost: those that refer to it, too. Said once. */
static void lose_heads(struct http2_session *session, enum sw_direction from, enum sw_reason reason,
                       struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    hpack_forget(side->hpack);
    side->reason = reason;
    if (!side->lossy)
        tell_loss(session, from, reason, mark, heads_lost);
    side->lossy = true;
}

/* Bytes of a block are in the ledger as protocol until it can't be read. */
static void lose_block(struct http2_session *session, enum sw_direction from, enum sw_reason reason,
                       struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    side->ledger.protocol -= side->block.size;
    side->ledger.undecoded[reason] += side->block.size;
    side->block.size = 0;
    lose_heads(session, from, reason, mark);
}

/* Nobody knows where the next frame begins. */
static void lose_boundary(struct http2_session *session, enum sw_direction from, enum sw_reason reason,
                          struct sw_mark mark, const char *text)
{
    struct side *side = &session->sides[from];
    if (side->block.state != HTTP2_BLOCK_NONE) {
        lose_block(session, from, reason, mark);
        http2_block_drop(&side->block);
    }
    tell_loss(session, from, reason, mark, text);
    lose_heads(session, from, reason, mark);
    side->phase = PHASE_SYNC;
    side->have = 0;
    side->longest = LENGTH_ANY; /* SETTINGS may be among what is missing */
    session->sides[sw_direction_opposite(from)].longest = LENGTH_ANY;
    session->sink.lost(session->sink.context, from, 0, reason, mark);
}

/* --- heads ------------------------------------------------------------------------------------------------------- */

static void tell_head(struct http2_session *session, enum sw_direction from, bool known, struct sw_mark mark)
{
    const struct http2_block *block = &session->sides[from].block;
    struct http2_head head = {
        .stream = block->stream,
        .known = known,
        .end_stream = block->end_stream,
        .marks = (const struct sw_mark *)(const void *)block->marks->data,
        .mark_count = block->marks->len,
    };
    for (unsigned i = 0; known && i < HTTP2_FIELDS; i++)
        head.fields[i] = http2_fields_value(&session->fields, (enum http2_field)i);
    if (!block->promise)
        session->sink.head(session->sink.context, from, &head);
    if (!block->promise && block->end_stream)
        session->sink.end(session->sink.context, from, block->stream, HTTP2_ENDED, mark);
}

static bool read_block(struct http2_session *session, struct side *side)
{
    struct sw_slice bytes = {0};
    if (side->block.state != HTTP2_BLOCK_OPEN)
        return false;
    if (side->block.bytes != NULL)
        bytes = (struct sw_slice){side->block.bytes->data, side->block.bytes->len};
    http2_fields_begin(&session->fields, session->limits->head_size);
    return hpack_read(side->hpack, bytes, http2_fields_add, &session->fields);
}

/* Why a whole block can't be read: because of a loss before it, or for what it is itself. */
static void explain_block(struct http2_session *session, enum sw_direction from, struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    bool table = side->table > table_most(session);
    enum sw_reason reason = side->lossy ? side->reason : table ? SW_REASON_LIMIT : SW_REASON_MALFORMED;
    if (!side->lossy)
        tell_loss(session, from, reason, mark, table ? table_large : block_bad);
    lose_block(session, from, reason, mark);
}

static void block_end(struct http2_session *session, enum sw_direction from, struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    bool whole = side->block.state == HTTP2_BLOCK_OPEN;
    bool known = read_block(session, side);
    if (whole && !known)
        explain_block(session, from, mark);
    if (known && session->fields.size > session->fields.most)
        tell_loss(session, from, SW_REASON_LIMIT, mark, block_large);
    tell_head(session, from, known, mark);
    http2_block_drop(&side->block);
}

static void block_bytes(struct http2_session *session, enum sw_direction from, struct sw_slice bytes,
                        struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    side->ledger.protocol += bytes.size;
    if (side->block.state == HTTP2_BLOCK_LOST) {
        side->block.size += bytes.size;
        lose_block(session, from, side->reason, mark);
    } else if (!http2_block_add(&side->block, bytes, mark, session->limits->head_size)) {
        tell_loss(session, from, SW_REASON_LIMIT, mark, block_large);
        lose_block(session, from, SW_REASON_LIMIT, mark);
    }
}

/* --- frames ------------------------------------------------------------------------------------------------------ */

static void apply_setting(struct http2_session *session, enum sw_direction from, const uint8_t *setting,
                          struct sw_mark mark)
{
    enum { HEADER_TABLE_SIZE = 1, MAX_FRAME_SIZE = 5, ENABLE_CONNECT_PROTOCOL = 8 };
    struct side *other = &session->sides[sw_direction_opposite(from)];
    uint32_t value = be32(setting + 2);
    switch (be16(setting)) {
    case HEADER_TABLE_SIZE:
        other->table = MAX(other->table, value);
        break;
    case MAX_FRAME_SIZE:
        other->longest = MAX(other->longest, MIN(value, (uint32_t)LENGTH_ANY));
        break;
    case ENABLE_CONNECT_PROTOCOL:
        session->sink.connect_protocol(session->sink.context, from, value, mark);
        break;
    default:
        break;
    }
}

static void frame_end(struct http2_session *session, enum sw_direction from, struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    const struct http2_frame *frame = &side->frame;
    side->phase = PHASE_HEADER;
    if (side->use == USE_BLOCK && (frame->flags & HTTP2_END_HEADERS))
        block_end(session, from, mark);
    if (frame->type == HTTP2_DATA && frame->stream != 0 && (frame->flags & HTTP2_END_STREAM))
        session->sink.end(session->sink.context, from, frame->stream, HTTP2_ENDED, mark);
}

static void want(struct side *side, enum phase phase, size_t size)
{
    side->phase = phase;
    side->have = 0;
    side->want = size;
}

/* The front of a payload is there. */
static void prefix_end(struct http2_session *session, enum sw_direction from, struct sw_mark mark)
{
    enum { SETTING = 6 };
    struct side *side = &session->sides[from];
    const struct http2_frame *frame = &side->frame;
    const struct http2_sink *sink = &session->sink;
    side->phase = PHASE_BODY;
    switch (frame->type) {
    case HTTP2_SETTINGS:
        apply_setting(session, from, side->front, mark);
        if (side->body >= SETTING) {
            side->body -= SETTING;
            want(side, PHASE_PREFIX, SETTING);
        }
        break;
    case HTTP2_RST_STREAM:
        sink->end(sink->context, from, frame->stream, HTTP2_RESET, mark);
        break;
    case HTTP2_GOAWAY:
        sink->goaway(sink->context, from, be32(side->front) & 0x7fffffff, mark);
        break;
    default: /* padding that is longer than the payload leaves nothing of it */
        side->pad = frame->flags & HTTP2_PADDED ? MIN(side->front[0], side->body) : 0;
        side->body -= side->pad;
        break;
    }
}

/* Bytes at the front of the payload that have to be there before its rest is understood (6.1 to 6.8). */
static size_t prefix_size(const struct http2_frame *frame)
{
    size_t padded = frame->flags & HTTP2_PADDED ? 1 : 0;
    switch (frame->type) {
    case HTTP2_DATA:
        return padded;
    case HTTP2_HEADERS:
        return padded + (frame->flags & HTTP2_PRIORITY_PRESENT ? 5 : 0);
    case HTTP2_PUSH_PROMISE:
        return padded + 4;
    case HTTP2_RST_STREAM:
        return 4;
    case HTTP2_SETTINGS:
        return frame->length > 0 ? 6 : 0;
    case HTTP2_GOAWAY:
        return 8;
    default:
        return 0;
    }
}

/* A block is one run of frames on one stream (4.3): whatever stands within it, or a part without the first. */
static void check_block(struct http2_session *session, enum sw_direction from, struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    struct http2_block *block = &side->block;
    bool goes_on = side->frame.type == HTTP2_CONTINUATION;
    if (block->state != HTTP2_BLOCK_NONE && !(goes_on && block->stream == side->frame.stream)) {
        if (block->state == HTTP2_BLOCK_OPEN)
            tell_loss(session, from, SW_REASON_MALFORMED, mark, block_broken);
        lose_block(session, from, SW_REASON_MALFORMED, mark);
        http2_block_drop(block);
    }
    if (goes_on && block->state == HTTP2_BLOCK_NONE) {
        enum sw_reason reason = side->lossy ? side->reason : SW_REASON_MALFORMED;
        http2_block_begin(block, side->frame.stream, false, false, mark);
        block->state = HTTP2_BLOCK_LOST;
        lose_heads(session, from, reason, mark);
    }
}

static enum use use_of(const struct http2_frame *frame)
{
    switch (frame->type) {
    case HTTP2_DATA:
        return frame->stream != 0 ? USE_DATA : USE_NOTHING;
    case HTTP2_HEADERS:
    case HTTP2_PUSH_PROMISE:
    case HTTP2_CONTINUATION:
        return USE_BLOCK;
    default:
        return USE_NOTHING;
    }
}

static void frame_begin(struct http2_session *session, enum sw_direction from, struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    struct http2_frame *frame = &side->frame;
    *frame = http2_frame_read(side->front);
    side->ledger.protocol += HTTP2_HEADER;
    if (frame->length > side->longest) {
        lose_boundary(session, from, SW_REASON_MALFORMED, mark, not_frames);
        return;
    }
    check_block(session, from, side->began);
    side->use = use_of(frame);
    side->body = frame->length;
    side->pad = 0;
    if (side->use == USE_BLOCK && frame->type != HTTP2_CONTINUATION)
        http2_block_begin(&side->block, frame->stream, frame->type == HTTP2_PUSH_PROMISE,
                          (frame->flags & HTTP2_END_STREAM) != 0, side->began);
    size_t prefix = prefix_size(frame);
    if (prefix > frame->length) { /* too short for its type: nothing in it counts */
        prefix = 0;
        side->use = side->use == USE_DATA ? USE_NOTHING : side->use;
    }
    side->body -= (uint32_t)prefix;
    want(side, prefix > 0 ? PHASE_PREFIX : PHASE_BODY, prefix);
}

/* --- bytes ------------------------------------------------------------------------------------------------------- */

/* The next bytes for front; true when all that is wanted is there. */
static bool gather(struct side *side, struct sw_slice *bytes, struct sw_mark mark)
{
    size_t size = MIN(side->want - side->have, bytes->size);
    if (side->have == 0 && side->phase == PHASE_HEADER)
        side->began = mark;
    memcpy(side->front + side->have, bytes->data, size);
    take(bytes, size);
    side->have += size;
    return side->have == side->want;
}

static void body_step(struct http2_session *session, enum sw_direction from, struct sw_slice *bytes,
                      struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    const struct sw_slice part = {.data = bytes->data, .size = MIN(side->body, bytes->size)};
    take(bytes, part.size);
    side->body -= (uint32_t)part.size;
    if (part.size > 0 && side->use == USE_DATA)
        session->sink.data(session->sink.context, from, side->frame.stream, part, mark);
    else if (side->use == USE_BLOCK)
        block_bytes(session, from, part, mark);
    else
        side->ledger.protocol += part.size;

    size_t padding = side->body == 0 ? MIN(side->pad, bytes->size) : 0;
    take(bytes, padding);
    side->pad -= (uint32_t)padding;
    side->ledger.protocol += padding;
}

/* What must come first tells whether these are the first bytes. */
static void start_step(struct http2_session *session, enum sw_direction from, struct sw_slice *bytes,
                       struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    side->want = from == SW_CLIENT ? HTTP2_PREFACE : HTTP2_HEADER;
    if (side->have == 0)
        side->began = mark;
    bool all = gather(side, bytes, mark);
    const struct sw_slice front = {side->front, side->have};
    enum sw_result result = from == SW_CLIENT ? http2_preface(front) : http2_server_start(front);
    if (result == SW_BAD) {
        http2_sync_add(&side->sync, front, side->began);
        lose_boundary(session, from, SW_REASON_NO_HANDSHAKE, side->began, late);
    } else if (all && from == SW_CLIENT) {
        side->ledger.protocol += HTTP2_PREFACE;
        want(side, PHASE_HEADER, HTTP2_HEADER);
    } else if (all) {
        frame_begin(session, from, mark);
    }
}

static void read_frames(struct http2_session *session, enum sw_direction from, struct sw_slice *bytes,
                        struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    while (side->phase != PHASE_SYNC) {
        if (side->phase == PHASE_BODY && side->body == 0 && side->pad == 0) {
            frame_end(session, from, mark);
            want(side, PHASE_HEADER, HTTP2_HEADER);
        }
        if (bytes->size == 0)
            return;
        if (side->phase == PHASE_START) {
            start_step(session, from, bytes, mark);
        } else if (side->phase == PHASE_BODY) {
            body_step(session, from, bytes, mark);
        } else if (gather(side, bytes, mark) && side->phase == PHASE_HEADER) {
            frame_begin(session, from, mark);
        } else if (side->have == side->want && side->phase == PHASE_PREFIX) {
            side->ledger.protocol += side->want;
            prefix_end(session, from, mark);
        }
    }
}

/* Bytes before a boundary, or that hold none. */
static void give_up_held(struct side *side)
{
    side->ledger.undecoded[side->reason] += http2_sync_drop(&side->sync);
}

/* Looks for a boundary in what is held, and reads on from there; a piece that turns out to be no frames goes back. */
static void search(struct http2_session *session, enum sw_direction from, bool last)
{
    struct side *side = &session->sides[from];
    while (side->phase == PHASE_SYNC && side->sync.bytes != NULL) {
        enum sw_result found = http2_sync_find(&side->sync, last);
        if (found != SW_OK && last)
            side->sync.searched = side->sync.bytes->len;
        give_up_held(side);
        if (found != SW_OK) {
            if (side->sync.bytes->len == 0)
                http2_sync_free(&side->sync);
            return;
        }
        struct http2_sync held = side->sync;
        side->sync = (struct http2_sync){0};
        want(side, PHASE_HEADER, HTTP2_HEADER);
        struct sw_slice rest = {held.bytes->data, held.bytes->len};
        for (guint i = 0; i < held.runs->len; i++) {
            const struct http2_run *run = &g_array_index(held.runs, struct http2_run, i);
            struct sw_slice bytes = {rest.data, run->size};
            take(&rest, run->size);
            read_frames(session, from, &bytes, run->mark);
            if (bytes.size > 0)
                http2_sync_add(&side->sync, bytes, run->mark);
        }
        http2_sync_free(&held);
    }
}

void http2_session_feed(struct http2_session *session, enum sw_direction from, struct sw_slice bytes,
                        struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    read_frames(session, from, &bytes, mark);
    if (side->phase != PHASE_SYNC)
        return;
    if (bytes.size > 0)
        http2_sync_add(&side->sync, bytes, mark);
    search(session, from, false);
}

/* --- gaps and ends ----------------------------------------------------------------------------------------------- */

/* The part of the gap that lies in the payload at hand; what is left of it. */
static uint64_t gap_in_frame(struct http2_session *session, enum sw_direction from, uint64_t size,
                             enum sw_reason reason, struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    uint32_t part = (uint32_t)MIN(size, side->body);
    uint32_t padding = (uint32_t)MIN(size - part, side->pad);
    if (part > 0 && side->use == USE_DATA) {
        session->sink.gap(session->sink.context, from, side->frame.stream, part, reason, mark);
    } else {
        side->ledger.undecoded[reason] += part;
    }
    if (part > 0 && side->use == USE_BLOCK) {
        side->block.state = HTTP2_BLOCK_LOST;
        lose_block(session, from, reason, mark);
    }
    side->ledger.undecoded[reason] += padding;
    side->body -= part;
    side->pad -= padding;
    return size - part - padding;
}

/* A gap in the front of a payload: nothing of the payload can be understood, but it is known where it ends. */
static void lose_prefix(struct http2_session *session, enum sw_direction from, enum sw_reason reason,
                        struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    side->ledger.protocol += side->have;
    side->body += (uint32_t)(side->want - side->have);
    if (side->use == USE_BLOCK) {
        side->block.state = HTTP2_BLOCK_LOST;
        lose_block(session, from, reason, mark);
    } else if (side->use == USE_DATA) {
        session->sink.lost(session->sink.context, from, side->frame.stream, reason, mark);
        side->use = USE_NOTHING;
    }
    side->phase = PHASE_BODY;
}

void http2_session_gap(struct http2_session *session, enum sw_direction from, uint64_t size, enum sw_reason reason,
                       struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    if (size == 0)
        return;
    if (side->phase == PHASE_SYNC)
        search(session, from, true);
    if (side->phase == PHASE_PREFIX)
        lose_prefix(session, from, reason, mark);
    if (side->phase == PHASE_BODY) {
        size = gap_in_frame(session, from, size, reason, mark);
        struct sw_slice nothing = {0};
        read_frames(session, from, &nothing, mark);
    }
    if (size == 0)
        return;
    side->ledger.undecoded[reason] += size;
    if (side->phase == PHASE_SYNC) {
        side->reason = reason;
        return;
    }
    side->ledger.undecoded[reason] += side->have;
    lose_boundary(session, from, reason, mark, boundary_lost);
}

void http2_session_eof(struct http2_session *session, enum sw_direction from, struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    if (side->phase == PHASE_SYNC)
        search(session, from, true);
    if (side->phase != PHASE_SYNC && side->phase != PHASE_BODY) {
        side->ledger.undecoded[SW_REASON_SEGMENT_MISSING] += side->have;
        side->have = 0;
    }
    if (side->block.state != HTTP2_BLOCK_NONE)
        lose_block(session, from, SW_REASON_SEGMENT_MISSING, mark);
    http2_block_drop(&side->block);
}

bool http2_session_unfinished(const struct http2_session *session, enum sw_direction from, struct sw_mark *since)
{
    const struct side *side = &session->sides[from];
    if (side->phase == PHASE_SYNC)
        return http2_sync_since(&side->sync, since);
    bool header = side->have > 0 && side->phase <= PHASE_HEADER;
    if (!header && side->block.state != HTTP2_BLOCK_OPEN)
        return false;
    *since = header ? side->began : g_array_index(side->block.marks, struct sw_mark, 0);
    return true;
}
