/* SPDX-License-Identifier: MIT
 *
 * Numbers in decimal, where printf would show: inline, for they are written by the million. Nothing ends them; what is
 * returned is where they end.
 */
#ifndef SIPWEAVE_OUTPUT_DIGITS_H
#define SIPWEAVE_OUTPUT_DIGITS_H

#include <stdint.h>

enum { DIGITS_MAX = 20 }; /* of 64 bits */

/* So many digits, the last ones of the number, with zeros before it where it has fewer. */
static inline char *digits_put(char *to, uint64_t number, unsigned digits)
{
    for (unsigned at = digits; at-- > 0; number /= 10)
        to[at] = (char)('0' + number % 10);
    return to + digits;
}

/* As many digits as it has. */
static inline char *digits_put_number(char *to, uint64_t number)
{
    unsigned digits = 1;
    for (uint64_t least = 10; number >= least && digits < DIGITS_MAX; least *= 10) /* wraps behind the last one only */
        digits++;
    return digits_put(to, number, digits);
}

#endif
