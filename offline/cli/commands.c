/* SPDX-License-Identifier: MIT
 *
 * Which commands are there, and which sink prints each in which format?
 */
#include "cli/options.h"
#include "report/report.h"

static struct sink calls_json(const struct output_options *options)
{
    return ndjson_sink(options, NDJSON_CALL);
}

static struct sink messages_json(const struct output_options *options)
{
    return ndjson_sink(options, NDJSON_MESSAGE);
}

static struct sink connections_json(const struct output_options *options)
{
    return ndjson_sink(options, NDJSON_CONNECTION);
}

static struct sink check_json(const struct output_options *options)
{
    return ndjson_sink(options, NDJSON_FINDING);
}

static struct sink explain_json(const struct output_options *options)
{
    return ndjson_sink(options, NDJSON_LEDGER);
}

static struct sink flow_json(const struct output_options *options)
{
    unsigned findings = options->check ? NDJSON_FINDING : 0;
    return ndjson_sink(options, NDJSON_CAPTURE | NDJSON_CONNECTION | NDJSON_MESSAGE | NDJSON_CALL | findings);
}

const struct command commands[] = {
    {
        .name = "calls",
        .summary = "one row a call, registration, subscription or standalone request",
        .takes_calls = true,
        .takes_anonymize = true,
        .sinks = {[FORMAT_TEXT] = calls_text_sink, [FORMAT_JSON] = calls_json, [FORMAT_CSV] = calls_csv_sink},
    },
    {
        .name = "flow",
        .summary = "ladders: a column an endpoint, an arrow a message",
        .takes_calls = true,
        .takes_anonymize = true,
        .text_takes_check = true,
        .takes_raw = true,
        .takes_check = true,
        .sinks = {[FORMAT_TEXT] = flow_text_sink,
                  [FORMAT_JSON] = flow_json,
                  [FORMAT_MERMAID] = flow_mermaid_sink,
                  [FORMAT_PLANTUML] = flow_plantuml_sink,
                  [FORMAT_SVG] = flow_svg_sink},
    },
    {
        .name = "messages",
        .summary = "SIP messages, one a line; --raw with their bytes",
        .takes_calls = true,
        .takes_anonymize = true,
        .takes_raw = true,
        .takes_check = true,
        .sinks = {[FORMAT_TEXT] = messages_text_sink, [FORMAT_JSON] = messages_json, [FORMAT_CSV] = messages_csv_sink},
    },
    {
        .name = "connections",
        .summary = "WebSocket connections: handshake, counts, how and by whom each ended",
        .takes_calls = true,
        .sinks = {[FORMAT_TEXT] = connections_text_sink, [FORMAT_JSON] = connections_json},
    },
    {
        .name = "check",
        .summary = "which rules of the RFCs each endpoint broke, and where it shows",
        .takes_calls = true,
        .takes_rules = true,
        .sinks = {[FORMAT_TEXT] = check_text_sink,
                  [FORMAT_JSON] = check_json,
                  [FORMAT_JUNIT] = check_junit_sink,
                  [FORMAT_SARIF] = check_sarif_sink,
                  [FORMAT_TAP] = check_tap_sink},
    },
    {
        .name = "export",
        .summary = "captures and databases for other tools",
        .takes_calls = true,
        .takes_anonymize = true,
        .takes_exports = true,
    },
    {
        .name = "report",
        .summary = "one page of HTML with all of it, which needs no network: report CAPTURE >report.html",
        .takes_calls = true,
        .takes_anonymize = true,
        .format = FORMAT_HTML,
        .sinks = {[FORMAT_HTML] = report_sink},
    },
    {
        .name = "rules",
        .summary = "the catalogue of rules, by RFC, with what is checked",
        .print = {[FORMAT_TEXT] = rules_text, [FORMAT_JSON] = rules_json},
    },
    {
        .name = "explain",
        .summary = "what was decoded and, with reason and count, what was not",
        .sinks = {[FORMAT_TEXT] = explain_text_sink, [FORMAT_JSON] = explain_json},
    },
    {.name = NULL},
};
