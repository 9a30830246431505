/* SPDX-License-Identifier: MIT
 *
 * Which findings are told, and what is said of each?
 */
#ifndef SIPWEAVE_OUTPUT_FINDINGS_H
#define SIPWEAVE_OUTPUT_FINDINGS_H

#include <glib.h>

#include "output/output.h"

/* A finding that is told. */
struct told {
    const struct finding_record *record;
    const struct sw_rule_info *rule;
    const char *product; /* of the accused, escaped; "" where it is unknown. Borrowed until the next message */
};

struct findings;
/* The options' strings and tables are borrowed. */
struct findings *findings_new(const struct output_options *options);
/* NULL is allowed. */
void findings_free(struct findings *findings);

/* What a sink passes on, so that the products of the accused are known. */
void findings_message(struct findings *findings, const struct message_record *message);
void findings_connection_end(struct findings *findings, const struct connection_record *connection);

/* Whether it is told: --rules names it and --ignore doesn't, no suppression holds, and the baseline hasn't got it. One
 * that is counts for the exit code. */
bool findings_take(struct findings *findings, const struct finding_record *finding, struct told *told);

/* Whether findings about the rule can be told at all: it is checked, and not left out. */
bool findings_checks(const struct findings *findings, enum sw_rule rule);

/* How many weren't told. */
uint64_t findings_suppressed(const struct findings *findings);
uint64_t findings_known(const struct findings *findings);

/* The same for the same fault of the same software in another run: of rule, party, the product (or the host, where it
 * is unknown), and the evidence without what changes from run to run. 16 hexadecimal digits. */
enum { FINGERPRINT_SIZE = 17 };
void finding_fingerprint(const struct told *told, char fingerprint[FINGERPRINT_SIZE]);

/* What to call the accused: its product, or its host. Escaped. */
const char *accused_name(const struct told *told, char host[56]);

/* Appends the rule's text; of a MUST NOT "Forbidden: Fragment in ...". */
void rule_append_text(GString *to, const struct sw_rule_info *rule);
/* Appends where its section can be read. */
void rule_append_uri(GString *to, const struct sw_rule_info *rule);

/* Appends "packets 12 13 ... of file 2". */
enum { PACKETS_SHOWN = 4 };
void packets_append(GString *to, const struct finding_record *finding);

/* Whether the id matches one of the patterns; NULL: all do. */
bool rule_matches(const char *const *patterns, const struct sw_rule_info *rule);

#endif
