/* SPDX-License-Identifier: MIT
 *
 * Numbers in decimal, where printf would show: inline, for they are written by the million. Nothing ends them; what is
 * returned is where they end.
 */
#ifndef SIPWEAVE_OUTPUT_DIGITS_H
#define SIPWEAVE_OUTPUT_DIGITS_H

#include <stdint.h>
#include <string.h>

enum { DIGITS_MAX = 20 }; /* of 64 bits */

#define DIGITS_TEN(tens) tens "0" tens "1" tens "2" tens "3" tens "4" tens "5" tens "6" tens "7" tens "8" tens "9"

/* "00", "01" ... "99" */
static const char digits_pairs[] = DIGITS_TEN("0") DIGITS_TEN("1") DIGITS_TEN("2") DIGITS_TEN("3") DIGITS_TEN("4")
    DIGITS_TEN("5") DIGITS_TEN("6") DIGITS_TEN("7") DIGITS_TEN("8") DIGITS_TEN("9");

/* So many digits, the last ones of the number, with zeros before it where it has fewer: by two, for half the divisions.
 */
static inline char *digits_put(char *to, uint64_t number, unsigned digits)
{
    unsigned at = digits;
    for (; at >= 2; at -= 2, number /= 100)
        memcpy(to + at - 2, &digits_pairs[number % 100 * 2], 2);
    if (at == 1)
        *to = (char)('0' + number % 10);
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
