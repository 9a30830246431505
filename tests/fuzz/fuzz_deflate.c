/* SPDX-License-Identifier: MIT
 *
 * links: core_ws core_base
 * Inflating messages that share a history (RFC 7692): what zlib made of a message comes back as it was, however many
 * others want a state in between; and with anything else the limits hold.
 *
 * The input: a byte of options, then messages: a byte that says of whom, and how it is made, a size in two bytes, and
 * the message's bytes, or, as they stand, those of its payload.
 */
#include "fuzz.h"

#include "ws/deflate.h"

enum { OPTION_LOW_LIMITS = 1, OPTION_NO_TAKEOVER = 2, OPTION_LEVEL_SHIFT = 2, OPTION_BITS_SHIFT = 4 };
enum { OWNERS = SW_INFLATERS + 4 }; /* more than there are states */

/* Of a message's first byte; the low four bits are the owner. */
enum { MESSAGE_RAW = 0x10, MESSAGE_CUT = 0x20, MESSAGE_FULL_FLUSH = 0x40, MESSAGE_FORGET = 0x80 };

struct owner {
    struct sw_deflate *deflate;
    z_stream zlib;
    bool known; /* both sides have the same history */
};

struct run {
    struct sw_limits limits;
    struct sw_inflate_pool *pool;
    struct owner owners[OWNERS];
    bool keep;
};

/* The payload of a message as RFC 7692 7.2.1 makes it: flushed, without the four bytes of the flush. */
static GByteArray *compress_message(struct owner *owner, struct sw_slice message, uint8_t what)
{
    GByteArray *payload = g_byte_array_new();
    g_byte_array_set_size(payload, (guint)deflateBound(&owner->zlib, message.size) + 64);
    owner->zlib.next_in = (Bytef *)(uintptr_t)message.data;
    owner->zlib.avail_in = (uInt)message.size;
    owner->zlib.next_out = payload->data;
    owner->zlib.avail_out = payload->len;
    const int done = deflate(&owner->zlib, what & MESSAGE_FULL_FLUSH ? Z_FULL_FLUSH : Z_SYNC_FLUSH);
    CHECK((done == Z_OK || done == Z_BUF_ERROR) && owner->zlib.avail_in == 0 && owner->zlib.avail_out != 0);
    g_byte_array_set_size(payload, payload->len - owner->zlib.avail_out);
    if (payload->len >= 4 && memcmp(payload->data + payload->len - 4, "\x00\x00\xff\xff", 4) == 0)
        g_byte_array_set_size(payload, payload->len - 4);
    return payload;
}

/* message: what must come out, where the payload was made of it. */
static void check_inflated(const struct run *run, struct owner *owner, struct sw_slice message, enum sw_inflated result,
                           const struct sw_unit *unit)
{
    if (result == SW_INFLATED && !owner->deflate->evicted) {
        CHECK(unit->size == message.size &&
              (message.size == 0 || memcmp(unit->bytes, message.data, message.size) == 0));
        return;
    }
    owner->known = false;
    if (result == SW_INFLATED_LIMIT)
        CHECK(message.size > run->limits.message_size);
    else
        CHECK(run->limits.inflate_history < (size_t)OWNERS * 32768); /* its history was dropped */
}

static void inflate_message(struct run *run, struct owner *owner, struct sw_slice message, uint8_t what)
{
    if (what & (MESSAGE_RAW | MESSAGE_CUT) || owner->deflate->evicted)
        owner->known = false;
    GByteArray *made = what & MESSAGE_RAW ? NULL : compress_message(owner, message, what);
    struct sw_slice payload = made != NULL ? slice(made->data, made->len) : message;
    if (what & MESSAGE_CUT)
        payload.size /= 2;
    payload = slice_copy(payload);
    struct sw_unit *unit = sw_unit_take(run->pool, 0);
    size_t read = SIZE_MAX;
    const enum sw_inflated result =
        sw_deflate_message(run->pool, owner->deflate, payload, (what & MESSAGE_CUT) != 0, run->keep, unit, &read);
    CHECK(read <= payload.size && unit->size <= run->limits.message_size && unit->size <= unit->room);
    CHECK(run->pool->history <= run->limits.inflate_history);
    digest(slice(unit->bytes, unit->size));
    if (owner->known)
        check_inflated(run, owner, message, result, unit);
    sw_unit_give(run->pool, unit);
    slice_free(payload);
    if (made != NULL)
        g_byte_array_free(made, TRUE);
    if (!run->keep || (what & MESSAGE_FORGET)) {
        deflateReset(&owner->zlib);
        sw_deflate_forget(run->pool, owner->deflate);
        owner->known = true;
    }
}

static void own(struct owner *owner, uint8_t options)
{
    const int level = 1 + (options >> OPTION_LEVEL_SHIFT) % 4 * 2;
    const int bits = 15 - (options >> OPTION_BITS_SHIFT) % 7;
    owner->deflate = sw_deflate_new();
    owner->known = true;
    CHECK(deflateInit2(&owner->zlib, level, Z_DEFLATED, -bits, 4, Z_DEFAULT_STRATEGY) == Z_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sw_slice input = slice(data, size);
    const uint8_t options = take_u8(&input);
    struct run run = {
        .limits = options & OPTION_LOW_LIMITS ? low_limits() : sw_limits_default,
        .keep = (options & OPTION_NO_TAKEOVER) == 0,
    };
    run.pool = sw_inflate_pool_new(&run.limits);
    while (input.size != 0) {
        const uint8_t what = take_u8(&input);
        struct owner *owner = &run.owners[(what & 15) % OWNERS];
        const unsigned bytes = take_u16(&input);
        if (owner->deflate == NULL)
            own(owner, options);
        inflate_message(&run, owner, take_bytes(&input, bytes), what);
    }
    for (unsigned i = 0; i < OWNERS; i++) {
        sw_deflate_free(run.pool, run.owners[i].deflate);
        if (run.owners[i].deflate != NULL)
            deflateEnd(&run.owners[i].zlib);
    }
    sw_inflate_pool_free(run.pool);
    return 0;
}
