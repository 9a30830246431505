/* SPDX-License-Identifier: MIT
 *
 * The tables of export --sqlite, and rows for them. docs/sqlite.md is for those who ask.
 */
#ifndef SIPWEAVE_EXPORT_DATABASE_H
#define SIPWEAVE_EXPORT_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

#include "sipweave/call.h"

enum table {
    TABLE_CAPTURES,
    TABLE_CONNECTIONS,
    TABLE_CALLS,
    TABLE_CALL_CONNECTIONS,
    TABLE_MESSAGES,
    TABLE_FINDINGS,
    TABLE_LEDGER,
    TABLE_UNDECODED,
    TABLE_COUNT,
};

struct database;
/* A new file; NULL: it can't be, and *error says why (g_free). */
struct database *database_new(const char *path, char **error);
/* Ends the transaction, makes indexes and views, and frees. False: something went wrong on the way, see *error. */
bool database_finish(struct database *database, char **error);

/* The values of a row, in the order of the columns, then its end. What is left out behind the last one is NULL. */
void row_number(struct database *database, uint64_t number);
void row_count(struct database *database, uint64_t number); /* 0 is NULL */
void row_real(struct database *database, double number);
void row_text(struct database *database, const char *text); /* NULL is NULL */
void row_slice(struct database *database,
               struct sw_slice text); /* empty is NULL; what is no UTF-8 in it becomes U+FFFD */
void row_bytes(struct database *database, struct sw_slice bytes);                 /* text if it is UTF-8, else a blob */
void row_time(struct database *database, int64_t time);                           /* SW_NO_TIME is NULL */
void row_endpoint(struct database *database, const struct sw_endpoint *endpoint); /* two columns: address, port */
void row_null(struct database *database);
void row_end(struct database *database, enum table table);

#endif
