/* SPDX-License-Identifier: MIT
 *
 * What a file format offers: pcap.c and pcapng.c find the packets in the bytes of a source.
 */
#ifndef CAPTURE_READER_H
#define CAPTURE_READER_H

#include "capture/capture.h"
#include "capture/source.h"

/* The first member of each format's own reader. */
struct reader {
    const struct format *format;
    struct source *source; /* the capture's */
    GArray *damage;        /* struct capture_damage; the capture's */
    uint64_t packets;      /* found so far */
    int link_type;         /* of all packets, or -1 where each has its own */
    bool ended;
    capture_secrets secrets; /* NULL: not wanted */
    void *context;
};

struct format {
    const char *name;
    bool (*matches)(struct source *source); /* takes nothing */
    /* NULL and *error (g_free) where the file's header is of no use. */
    struct reader *(*open)(struct source *source, char **error);
    bool (*next)(struct reader *reader, struct packet *packet);
    void (*close)(struct reader *reader);
};

extern const struct format format_pcap;
extern const struct format format_pcapng;

/* The format of the source's first bytes, or NULL. */
const struct format *format_find(struct source *source);

/* text is static. Hostile files have damage without end: only the first few thousand places are kept. */
void reader_damage(struct reader *reader, uint64_t offset, const char *text);

/* Nothing more can be read. text says what is wrong with the bytes that are left, if there are any; where the source
 * itself broke off, that is the damage. Returns false, for the caller to return. */
bool reader_end(struct reader *reader, const char *text);

#endif
