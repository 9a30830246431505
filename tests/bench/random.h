/* SPDX-License-Identifier: MIT
 *
 * Where do the generator's choices come from? From one seed: xoshiro256**, in integers alone, so that every machine
 * makes the same choices.
 */
#ifndef BENCH_RANDOM_H
#define BENCH_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state[4];
};

void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);

/* 0 <= result < limit; limit below 2^32. */
uint32_t random_below(struct random *random, uint32_t limit);

/* low <= result <= high. */
uint32_t random_between(struct random *random, uint32_t low, uint32_t high);

/* True in so many of 1000 cases. */
bool random_permille(struct random *random, unsigned permille);

/* Two numbers stirred into one: names that need no storing are derived with it. */
uint64_t random_mix(uint64_t a, uint64_t b);

/* size characters and a final NUL. */
void random_token(struct random *random, const char *alphabet, size_t size, char *out);

extern const char random_alnum[]; /* a-z, 0-9 */
extern const char random_hex[];
extern const char random_digits[];
extern const char random_base64[];

#endif
