/* SPDX-License-Identifier: MIT
 *
 * xoshiro256** seeded by splitmix64, both as their authors published them into the public domain.
 */
#include "random.h"

#include <string.h>

const char random_alnum[] = "abcdefghijklmnopqrstuvwxyz0123456789";
const char random_hex[] = "0123456789abcdef";
const char random_digits[] = "0123456789";
const char random_base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static uint64_t stir(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

void random_seed(struct random *random, uint64_t seed)
{
    for (size_t i = 0; i < 4; i++)
        random->state[i] = stir(seed += UINT64_C(0x9e3779b97f4a7c15));
}

uint64_t random_next(struct random *random)
{
    uint64_t *s = random->state;
    const uint64_t result = rotate(s[1] * 5, 7) * 9;
    const uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint32_t random_below(struct random *random, uint32_t limit)
{
    return (uint32_t)((random_next(random) >> 32) * limit >> 32);
}

uint32_t random_between(struct random *random, uint32_t low, uint32_t high)
{
    return low + random_below(random, high - low + 1);
}

bool random_permille(struct random *random, unsigned permille)
{
    return permille != 0 && random_below(random, 1000) < permille;
}

uint64_t random_mix(uint64_t a, uint64_t b)
{
    return stir(a + stir(b + UINT64_C(0x9e3779b97f4a7c15)));
}

void random_token(struct random *random, const char *alphabet, size_t size, char *out)
{
    const uint64_t letters = strlen(alphabet);
    uint64_t pool = 0;
    for (size_t i = 0; i < size; i++) {
        if (i % 8 == 0)
            pool = random_next(random);
        out[i] = alphabet[(pool & 0xff) * letters >> 8];
        pool >>= 8;
    }
    out[size] = '\0';
}
