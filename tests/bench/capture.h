/* SPDX-License-Identifier: MIT
 *
 * The capture file that is written: classic pcap in microseconds, or pcapng with one section and one interface.
 */
#ifndef BENCH_CAPTURE_H
#define BENCH_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct capture {
    FILE *file;
    bool pcapng;
    uint64_t packets;
    uint64_t bytes; /* of the file */
};

/* path "-": standard output. False where it can't be opened; errno says why. */
bool capture_open(struct capture *capture, const char *path, bool pcapng);

/* An Ethernet frame, at microseconds since 1970. Returns its number, counted from 1. */
uint64_t capture_write(struct capture *capture, int64_t time, const uint8_t *frame, size_t size);

/* False where anything could not be written. */
bool capture_close(struct capture *capture);

#endif
