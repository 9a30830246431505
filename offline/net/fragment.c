/* SPDX-License-Identifier: MIT
 *
 * When is a fragmented datagram whole? RFC 791 3.2, RFC 815 (holes), RFC 8200 4.5.
 *
 * Offsets count units of eight bytes, so one bit a unit says what came: neither many tiny fragments nor their order can
 * make a search long. A whole datagram leaves its bytes behind for a moment, so that copies of its fragments (mirror
 * ports, interface "any") don't wait for a second one. Others with its number are of another: some hosts number all
 * theirs alike, and SIP is sent again after half a second.
 */
#include "net/fragment.h"

#include <glib.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

static const int64_t wait_time = 30 * SECOND; /* RFC 791 suggests 15 s, RFC 8200 has 60 s */
static const int64_t done_time = SECOND / 10;

enum { UNIT = 8, SIZE_MAX_BYTES = 65535, UNITS = (SIZE_MAX_BYTES + UNIT - 1) / UNIT };

/* The bytes of a datagram, and the packets that brought them. */
struct whole {
    struct whole *next; /* of the same walk */
    uint8_t *bytes;
    size_t room;
    size_t size;  /* 0: the last fragment hasn't come */
    size_t end;   /* behind the farthest byte that came */
    size_t units; /* bits set in came */
    uint8_t protocol;
    GArray *marks;
    uint8_t came[(UNITS + 7) / 8];
};

struct key {
    uint32_t seed; /* hashed first, so that nobody outside can choose keys that collide */
    uint8_t source[16];
    uint8_t destination[16];
    uint32_t id;
    uint8_t protocol; /* IPv6: 0, for there it isn't part of the key */
    uint8_t family;
    uint8_t padding[2];
};

struct datagram {
    struct key key;
    struct sw_mark first;
    struct whole *whole; /* NULL: it was completed and passed on */
    GBytes *done;        /* what was passed on, or NULL */
    GList link;          /* in waiting or done */
};

struct fragments {
    GHashTable *datagrams; /* struct key in struct datagram → itself */
    GQueue waiting;        /* oldest first, here and below */
    GQueue done;
    GList *awaited; /* the first in waiting that is still waited for, by fragments_unfinished() */
    size_t limit;
    uint32_t seed;
    struct net_counts *counts;
};

static guint key_hash(gconstpointer key)
{
    const uint8_t *bytes = key;
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < sizeof(struct key); i++)
        hash = (hash ^ bytes[i]) * 16777619U;
    return hash;
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct key)) == 0;
}

static struct whole *whole_new(void)
{
    struct whole *whole = g_new0(struct whole, 1);
    whole->marks = g_array_new(FALSE, FALSE, sizeof(struct sw_mark));
    return whole;
}

void wholes_free(struct whole *wholes)
{
    while (wholes != NULL) {
        struct whole *next = wholes->next;
        g_array_free(wholes->marks, TRUE);
        g_free(wholes->bytes);
        g_free(wholes);
        wholes = next;
    }
}

static GQueue *queue_of(struct fragments *table, const struct datagram *datagram)
{
    return datagram->whole == NULL ? &table->done : &table->waiting;
}

static void take_out(struct fragments *table, struct datagram *datagram)
{
    if (table->awaited == &datagram->link)
        table->awaited = datagram->link.next;
    g_queue_unlink(queue_of(table, datagram), &datagram->link);
}

static void forget(struct fragments *table, struct datagram *datagram)
{
    take_out(table, datagram);
    g_hash_table_remove(table->datagrams, &datagram->key);
    wholes_free(datagram->whole);
    g_bytes_unref(datagram->done);
    g_free(datagram);
}

/* Gives up the oldest incomplete datagram and counts its fragments. */
static void give_up(struct fragments *table, uint64_t *count)
{
    struct datagram *oldest = table->waiting.head->data;
    *count += oldest->whole->marks->len;
    forget(table, oldest);
}

static struct datagram *datagram_new(struct fragments *table, const struct key *key, struct sw_mark first)
{
    while (g_hash_table_size(table->datagrams) >= table->limit) {
        if (table->done.head != NULL)
            forget(table, table->done.head->data);
        else
            give_up(table, &table->counts->fragments_limit);
    }
    struct datagram *datagram = g_new0(struct datagram, 1);
    datagram->key = *key;
    datagram->first = first;
    datagram->whole = whole_new();
    datagram->link.data = datagram;
    g_queue_push_tail_link(&table->waiting, &datagram->link);
    if (table->awaited == NULL)
        table->awaited = &datagram->link;
    g_hash_table_insert(table->datagrams, &datagram->key, datagram);
    return datagram;
}

static struct key key_of(const struct walk *walk, const struct fragment *fragment)
{
    struct key key = {.seed = walk->fragments->seed, .id = fragment->id, .family = walk->source.family};
    memcpy(key.source, walk->source.address, sizeof key.source);
    memcpy(key.destination, walk->destination.address, sizeof key.destination);
    if (key.family == 4)
        key.protocol = fragment->protocol;
    return key;
}

static void make_room(struct whole *whole, size_t end)
{
    if (end <= whole->room)
        return;
    size_t room = MAX(whole->room, 2048);
    while (room < end)
        room *= 2;
    whole->bytes = g_realloc(whole->bytes, room);
    whole->room = room;
}

/* Copies the units that haven't come before; false where there was none. */
static bool fill(struct whole *whole, size_t offset, struct sw_slice bytes)
{
    size_t before = whole->units;
    make_room(whole, offset + bytes.size);
    for (size_t at = 0; at < bytes.size; at += UNIT) {
        size_t unit = (offset + at) / UNIT;
        uint8_t bit = (uint8_t)(1U << unit % 8);
        if ((whole->came[unit / 8] & bit) != 0)
            continue;
        whole->came[unit / 8] |= bit;
        whole->units++;
        memcpy(whole->bytes + unit * UNIT, bytes.data + at, MIN((size_t)UNIT, bytes.size - at));
    }
    whole->end = MAX(whole->end, offset + bytes.size);
    return whole->units != before;
}

/* Fragments but the last hold whole units; nothing lies behind the end; there is one end, within 64 KiB. */
static bool fits(const struct whole *whole, const struct fragment *fragment, size_t size)
{
    size_t end = fragment->offset + size;
    if (size == 0 || end > SIZE_MAX_BYTES)
        return false;
    if (fragment->more)
        return size % UNIT == 0 && (whole->size == 0 || end <= whole->size);
    return whole->size == 0 ? end >= whole->end : end == whole->size;
}

static bool is_whole(const struct whole *whole)
{
    return whole->size != 0 && whole->units == (whole->size + UNIT - 1) / UNIT;
}

/* Hands the datagram to the walk; its key and a copy stay for a while. */
static enum protocol pass_on(struct fragments *table, struct datagram *datagram, struct walk *walk)
{
    struct whole *whole = datagram->whole;
    take_out(table, datagram);
    datagram->whole = NULL;
    datagram->done = g_bytes_new(whole->bytes, whole->size);
    datagram->first = walk->mark;
    g_queue_push_tail_link(&table->done, &datagram->link);
    whole->next = walk->wholes;
    walk->wholes = whole;
    walk->bytes = (struct sw_slice){.data = whole->bytes, .size = whole->size};
    walk->cut = 0;
    walk->marks = (const struct sw_mark *)(const void *)whole->marks->data;
    walk->mark_count = whole->marks->len;
    return ip_protocol(whole->protocol);
}

static bool is_copy(const struct datagram *datagram, const struct fragment *fragment, struct sw_slice bytes)
{
    size_t size;
    const uint8_t *done = datagram->done == NULL ? NULL : g_bytes_get_data(datagram->done, &size);
    return done != NULL && fragment->offset <= size && bytes.size <= size - fragment->offset &&
           memcmp(done + fragment->offset, bytes.data, bytes.size) == 0;
}

enum protocol fragments_add(struct walk *walk, const struct fragment *fragment)
{
    struct fragments *table = walk->fragments;
    const struct key key = key_of(walk, fragment);
    struct datagram *datagram = g_hash_table_lookup(table->datagrams, &key);
    if (datagram != NULL && is_copy(datagram, fragment, walk->bytes))
        return WALK_WAITING;
    if (datagram != NULL && datagram->whole == NULL) {
        forget(table, datagram);
        datagram = NULL;
    }
    if (datagram == NULL)
        datagram = datagram_new(table, &key, walk->marks[0]);
    struct whole *whole = datagram->whole;
    size_t size = walk->bytes.size + walk->cut;
    if (!fits(whole, fragment, size)) {
        if (whole->marks->len == 0)
            forget(table, datagram); /* the first of its kind: nothing waits */
        return WALK_MALFORMED;
    }

    if (!fragment->more)
        whole->size = fragment->offset + size;
    if (fragment->offset == 0)
        whole->protocol = fragment->protocol;
    struct sw_slice bytes = walk->bytes;
    if (walk->cut != 0)
        bytes.size -= bytes.size % UNIT; /* the unit where the snap length cuts is a hole, and stays one */
    bool room = whole->marks->len + walk->mark_count <= UNITS; /* more take fragments within fragments */
    if (fill(whole, fragment->offset, bytes) && room)
        g_array_append_vals(whole->marks, walk->marks, (guint)walk->mark_count);
    return is_whole(whole) ? pass_on(table, datagram, walk) : WALK_WAITING;
}

/* Whether the queue's first began before that time. */
static bool is_older(const GQueue *queue, int64_t time)
{
    return queue->head != NULL && ((const struct datagram *)queue->head->data)->first.time < time;
}

void fragments_expire(struct fragments *table, int64_t now)
{
    if (table->waiting.head == NULL && table->done.head == NULL)
        return;
    while (is_older(&table->waiting, now - wait_time))
        give_up(table, &table->counts->fragments_waiting);
    while (is_older(&table->done, now - done_time))
        forget(table, table->done.head->data);
}

static const struct datagram *awaited(const struct fragments *table)
{
    return table->awaited == NULL ? NULL : table->awaited->data;
}

bool fragments_unfinished(struct fragments *table, int64_t after, struct sw_mark *since)
{
    while (awaited(table) != NULL && awaited(table)->first.time < after)
        table->awaited = table->awaited->next;
    if (awaited(table) == NULL)
        return false;
    *since = awaited(table)->first;
    return true;
}

struct fragments *fragments_new(const struct sw_limits *limits, struct net_counts *counts, uint32_t seed)
{
    struct fragments *table = g_new0(struct fragments, 1);
    table->datagrams = g_hash_table_new(key_hash, key_equal);
    table->limit = MAX(limits->fragments, 1);
    table->counts = counts;
    table->seed = seed;
    return table;
}

void fragments_finish(struct fragments *table)
{
    while (table->waiting.head != NULL)
        give_up(table, &table->counts->fragments_waiting);
    while (table->done.head != NULL)
        forget(table, table->done.head->data);
}

void fragments_free(struct fragments *table)
{
    fragments_finish(table);
    g_hash_table_destroy(table->datagrams);
    g_free(table);
}
