/* SPDX-License-Identifier: MIT
 *
 * The whole way of a packet: from captures to what a sink is given.
 */
#ifndef SIPWEAVE_PIPELINE_H
#define SIPWEAVE_PIPELINE_H

#include "pipeline/record.h"
#include "tls/keylog.h"

struct pipeline;
/* limits and sink are borrowed and outlive the pipeline. */
struct pipeline *pipeline_new(const struct sw_limits *limits, const struct sink *sink);
void pipeline_free(struct pipeline *pipeline);

/* Before the first packet: the sink is called in another thread, and told the same; finish comes in this one, when the
 * other has ended. */
void pipeline_start_thread(struct pipeline *pipeline);
/* It may be a while until the next packet comes: what is known is told. */
void pipeline_flush(struct pipeline *pipeline);

/* Where secrets go. */
struct tls_keylog *pipeline_keylog(struct pipeline *pipeline);

/* Packets of all files, in the order of time; file: its index for mark_packet. */
void pipeline_packet(struct pipeline *pipeline, unsigned file, const struct packet *packet);
/* All packets of a file have come. */
void pipeline_capture(struct pipeline *pipeline, const struct capture_record *capture);
/* No more packets: what is still open ends here. The sink's finish is called. */
void pipeline_finish(struct pipeline *pipeline);
/* After pipeline_finish; the pipeline's. */
const struct totals_record *pipeline_totals(const struct pipeline *pipeline);

#endif
