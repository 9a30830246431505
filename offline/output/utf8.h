/* SPDX-License-Identifier: MIT
 *
 * UTF-8 read strictly (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef SIPWEAVE_OUTPUT_UTF8_H
#define SIPWEAVE_OUTPUT_UTF8_H

#include "sipweave/slice.h"

/* The character at the start of text, and its size in bytes; 0 where there is none. */
size_t utf8_decode(struct sw_slice text, uint32_t *character);

/* Whether showing the character as it is could move, hide or turn what a reader sees: controls (C0, C1, DEL), line and
 * paragraph separators, format characters (bidirectional overrides, zero width ...), what has no glyph. */
bool utf8_is_unsafe(uint32_t character);

#endif
