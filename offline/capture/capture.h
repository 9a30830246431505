/* SPDX-License-Identifier: MIT
 *
 * Packets out of a capture file or pipe: pcap and pcapng, plain or compressed.
 */
#ifndef SIPWEAVE_CAPTURE_H
#define SIPWEAVE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet {
    uint64_t number; /* in its file, from 1, as Wireshark counts */
    int64_t time;  /* nanoseconds since 1970 UTC; of a packet without time (pcapng's simple packets): the last one's */
    int link_type; /* LINKTYPE_ number */
    uint32_t size; /* captured bytes at data */
    uint32_t original_size;
    const uint8_t *data; /* borrowed until the next capture_next of this capture */
};

/* Something wrong with the file itself: reported, and reading goes on behind it where the format allows. */
struct capture_damage {
    uint64_t offset;  /* in the uncompressed file */
    const char *text; /* static: "cut in the middle of a packet" */
};

struct capture_info {
    const char *path;      /* "-" for standard input */
    const char *format;    /* "pcap", "pcapng" */
    const int *link_types; /* distinct, in order of first use */
    size_t link_type_count;
    uint64_t packets; /* read so far, those that the filter refused included; the number of the last one */
    int64_t first;    /* time of the first packet and of the last; valid where packets is not 0 */
    int64_t last;
    uint64_t bytes_read; /* of the file as stored, for progress */
    uint64_t file_size;  /* 0: unknown (a pipe) */
    const struct capture_damage *damage;
    size_t damage_count; /* 4096 at most, the last of which then says so */
};

struct capture;

/* Opens path ("-": standard input), plain or compressed. filter: a BPF expression or NULL; it is compiled once for each
 * link type. As with tcpdump one that the link type of a pcap file doesn't allow ("vlan 5" on raw IP) is an error here;
 * in a pcapng file, packets of such a link type don't pass. On failure returns NULL and *error (g_free) says why in one
 * line without the path. An empty file, a directory, or bytes that are no capture fail. */
struct capture *capture_open(const char *path, const char *filter, char **error);
void capture_close(struct capture *capture);

/* TLS secrets that stand in the capture (pcapng), as the lines of a key log; text is borrowed during the call. */
typedef void (*capture_secrets)(void *context, const char *text, size_t size);
/* Called as they are met, between packets. */
void capture_on_secrets(struct capture *capture, capture_secrets secrets, void *context);
/* Reads through the whole file for them, where it can be read twice and may have some. */
void capture_scan_secrets(const char *path, capture_secrets secrets, void *context);

/* Called before reading has to wait, maybe, for bytes that aren't there yet: where the capture is a pipe. */
void capture_on_wait(struct capture *capture, void (*waits)(void *context), void *context);
/* Whether it is compressed. */
bool capture_is_packed(const struct capture *capture);
/* A thread of its own reads and decompresses from now on, if the capture is a file. */
void capture_read_ahead(struct capture *capture);

/* The next packet that passes the filter; false at the end, or at damage behind which nothing can be found. */
bool capture_next(struct capture *capture, struct packet *packet);
/* As far as was read when it is called. */
const struct capture_info *capture_info(struct capture *capture);

/* "EN10MB" for 1, as pcap_datalink_val_to_name has it; "unknown" where it has none. */
const char *link_type_name(int link_type);

/* The captures that the arguments name: files as they are, folders (not their subfolders) by their files in name order
 * whose content or name says capture. An array of paths for g_strfreev. A folder that can't be read, or holds no
 * capture, is told through complain, and the others are still listed. */
typedef void (*capture_complain)(void *context, const char *path, const char *why);
char **capture_list(const char *const *arguments, capture_complain complain, void *context);

#endif
