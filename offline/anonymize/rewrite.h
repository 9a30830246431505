/* SPDX-License-Identifier: MIT
 *
 * A SIP message, and what else holds names of it, without them.
 */
#ifndef SIPWEAVE_ANONYMIZE_REWRITE_H
#define SIPWEAVE_ANONYMIZE_REWRITE_H

#include "anonymize/cipher.h"
#include "sipweave/sip.h"

/* All work in place; what they are given is the caller's own. */

/* A message that was read: its slices point into bytes that may be changed. */
void rewrite_message(struct cipher *cipher, const struct sw_sip *sip);
/* URIs, addresses, and hosts behind an "@", wherever they stand. */
void rewrite_anywhere(struct cipher *cipher, uint8_t *text, size_t size);
/* The same, and all between double quotes: what a finding shows. */
void rewrite_evidence(struct cipher *cipher, uint8_t *text, size_t size);
/* "host:port", "http://host:port": of a handshake. */
void rewrite_authority(struct cipher *cipher, uint8_t *text, size_t size);

#endif
