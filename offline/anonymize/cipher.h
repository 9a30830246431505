/* SPDX-License-Identifier: MIT
 *
 * Names and addresses replaced by others of the same form and length: the same one by the same one, under one key.
 */
#ifndef SIPWEAVE_ANONYMIZE_CIPHER_H
#define SIPWEAVE_ANONYMIZE_CIPHER_H

#include <stddef.h>

#include "sipweave/call.h"

struct cipher;
struct cipher *cipher_new(const void *key, size_t size);
void cipher_free(struct cipher *cipher);

/* All work in place. Letters stay letters of their case, digits digits, UTF-8 UTF-8; what else there is stays as it is.
 * No two texts of one kind become the same. kind: what it is, so that a host and a user of one name part. */
void cipher_text(struct cipher *cipher, const char *kind, uint8_t *text, size_t size);
/* The same where hexadecimal digits in lower case alone stand: those stay such. */
void cipher_token(struct cipher *cipher, const char *kind, uint8_t *text, size_t size);
/* A user part: percent escapes stay, and so does "anonymous". */
void cipher_user(struct cipher *cipher, uint8_t *text, size_t size);
/* A host name, label by label: the last of several stays, and two hosts of a domain stay in one. Or an address: */
void cipher_host(struct cipher *cipher, uint8_t *text, size_t size);

/* Addresses keep what they have in common: of IPv4 the octets before the first difference, each octet its number of
 * digits, of IPv6 groups. Unspecified and broadcast addresses and IPv6's loopback stay; private ones stay private,
 * and those of IPv4's loopback network stay in it. */
void cipher_endpoint(struct cipher *cipher, struct sw_endpoint *endpoint);
/* False: it is no address, and was not changed. */
bool cipher_ipv4_text(struct cipher *cipher, uint8_t *text, size_t size);
bool cipher_ipv6_text(struct cipher *cipher, uint8_t *text, size_t size);

#endif
