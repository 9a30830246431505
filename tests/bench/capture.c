/* SPDX-License-Identifier: MIT
 *
 * Writing captures, little-endian on every machine: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
 */
#include "capture.h"

#include <string.h>

enum {
    BUFFER_SIZE = 1 << 20,
    LINKTYPE_ETHERNET = 1,
    SNAP_LENGTH = 262144,
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
};

static void put32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void put(struct capture *capture, const void *bytes, size_t size)
{
    fwrite_unlocked(bytes, 1, size, capture->file);
    capture->bytes += size;
}

static void put_words(struct capture *capture, const uint32_t *words, size_t count)
{
    uint8_t bytes[64];
    for (size_t i = 0; i < count; i++)
        put32(bytes + 4 * i, words[i]);
    put(capture, bytes, 4 * count);
}

static void put_pcap_head(struct capture *capture)
{
    const uint32_t head[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, SNAP_LENGTH, LINKTYPE_ETHERNET};
    put_words(capture, head, 6);
}

static void put_pcapng_head(struct capture *capture)
{
    const uint32_t section[] = {BLOCK_SECTION, 28, 0x1a2b3c4d, 1, UINT32_MAX, UINT32_MAX, 28};
    const uint32_t interface[] = {BLOCK_INTERFACE, 20, LINKTYPE_ETHERNET, SNAP_LENGTH, 20};
    put_words(capture, section, 7);
    put_words(capture, interface, 5);
}

bool capture_open(struct capture *capture, const char *path, bool pcapng)
{
    *capture = (struct capture){.pcapng = pcapng};
    capture->file = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
    if (capture->file == NULL)
        return false;
    setvbuf(capture->file, NULL, _IOFBF, BUFFER_SIZE);
    if (pcapng)
        put_pcapng_head(capture);
    else
        put_pcap_head(capture);
    return true;
}

uint64_t capture_write(struct capture *capture, int64_t time, const uint8_t *frame, size_t size)
{
    const uint64_t at = (uint64_t)time;
    const uint32_t length = (uint32_t)size;
    if (capture->pcapng) {
        const uint32_t padding = -length & 3;
        const uint32_t total = 32 + length + padding;
        const uint32_t head[] = {BLOCK_PACKET, total, 0, (uint32_t)(at >> 32), (uint32_t)at, length, length};
        put_words(capture, head, 7);
        put(capture, frame, size);
        put(capture, "\0\0\0", padding);
        put_words(capture, &total, 1);
    } else {
        const uint32_t head[] = {(uint32_t)(at / 1000000), (uint32_t)(at % 1000000), length, length};
        put_words(capture, head, 4);
        put(capture, frame, size);
    }
    return ++capture->packets;
}

bool capture_close(struct capture *capture)
{
    const bool failed = ferror(capture->file) != 0;
    return fclose(capture->file) == 0 && !failed;
}
