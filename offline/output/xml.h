/* SPDX-License-Identifier: MIT
 *
 * Text made fit for XML 1.0, whatever it holds.
 */
#ifndef SIPWEAVE_OUTPUT_XML_H
#define SIPWEAVE_OUTPUT_XML_H

#include <glib.h>
#include <stdbool.h>

/* Appends text for content or an attribute's value. What XML can't hold, and what is no UTF-8, becomes U+FFFD; what
 * could trick a terminal (utf8_is_unsafe) a character reference. Line ends stay where they are if lines is set. */
void xml_append(GString *to, const char *text, bool lines);

#endif
