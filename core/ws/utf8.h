/* SPDX-License-Identifier: MIT
 *
 * UTF-8 that arrives in pieces (RFC 3629 4, RFC 6455 8.1).
 */
#ifndef SW_WS_UTF8_H
#define SW_WS_UTF8_H

#include "sipweave/slice.h"

/* What may come next. SW_UTF8_START: a character is complete. The names tell which bytes are awaited. */
enum sw_utf8 {
    SW_UTF8_START,
    SW_UTF8_TAIL_1,   /* one more of 80..BF */
    SW_UTF8_TAIL_2,   /* two more */
    SW_UTF8_TAIL_3,   /* three more */
    SW_UTF8_AFTER_E0, /* A0..BF, then one: no overlong form */
    SW_UTF8_AFTER_ED, /* 80..9F, then one: no surrogate */
    SW_UTF8_AFTER_F0, /* 90..BF, then two: no overlong form */
    SW_UTF8_AFTER_F4, /* 80..8F, then two: nothing above U+10FFFF */
    SW_UTF8_BAD,
};

/* The state behind text, started from the state before it. SW_UTF8_BAD stays. U+0000 is a character as any other. */
enum sw_utf8 sw_utf8_next(enum sw_utf8 state, struct sw_slice text);

#endif
