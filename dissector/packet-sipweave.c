/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * When does Wireshark call us? After an HTTP upgrade, in place of its own WebSocket dissector; by Decode As; and, if
 * the user turns that on, for connections whose beginning isn't in the capture.
 */
#include "packet-sipweave.h"

#include "calls.h"
#include "conversation.h"
#include "events.h"
#include "frames.h"
#include "ids.h"
#include "judge.h"
#include "odd.h"
#include "payload.h"
#include "post.h"
#include "preferences.h"
#include "tap.h"
#include "transport.h"
#include "ways.h"

struct weave_preferences weave_preferences = {
    .stock = FALSE, .calls = TRUE, .rules = TRUE, .compare = TRUE, .memory = 512};

static struct {
    dissector_handle_t own;   /* "sipweave" */
    dissector_handle_t taken; /* what is called after an upgrade: it counts as the layer "websocket" */
    dissector_handle_t stock;
} handles;

static void apply_preferences(void)
{
    if (handles.taken == NULL) /* before the handoff */
        return;
    dissector_add_string("http.upgrade", "websocket", weave_preferences.stock ? handles.stock : handles.taken);
    weave_post_want_fields();
}

static void register_preferences(int protocol)
{
    module_t *module = prefs_register_protocol(protocol, apply_preferences);
    prefs_register_bool_preference(module, "stock", "Use Wireshark's own WebSocket dissector",
                                   "As if this plugin weren't installed", &weave_preferences.stock);
    prefs_register_bool_preference(module, "calls", "Weave SIP over UDP and TCP into the calls",
                                   "Otherwise only SIP over WebSocket is", &weave_preferences.calls);
    prefs_register_bool_preference(module, "rules", "Hold what is sent to the rules of the RFCs",
                                   "What breaks a rule becomes an expert info", &weave_preferences.rules);
    prefs_register_bool_preference(
        module, "compare", "Compare SIP messages",
        "Rules on several messages too: transactions, dialogs, registrations, subscriptions, "
        "offers and answers. Needs the rules above",
        &weave_preferences.compare);
    prefs_register_uint_preference(
        module, "memory", "Memory for payloads (MiB)",
        "Payloads that were inflated or put together from fragments are kept while the capture "
        "is open; what is above this is not shown",
        10, &weave_preferences.memory);
}

static void open_capture(void)
{
    weave_ids_find_expert();
    weave_conversations_open();
    weave_events_open();
    weave_calls_open();
    weave_judge_open();
    weave_transport_open();
}

static void close_capture(void)
{
    weave_conversations_close();
    weave_calls_close();
    weave_judge_close();
    weave_transport_close();
}

void weave_register_protocol(void)
{
    int protocol = proto_register_protocol("SIP over WebSocket (sipweave)", "sipweave", "sipweave");
    weave_ids_register(protocol);
    register_preferences(protocol);
    handles.own = register_dissector("sipweave", weave_dissect, protocol);
    register_init_routine(open_capture);
    register_cleanup_routine(close_capture);
    weave_judge_register();
    weave_payload_register();
    weave_post_register();
    weave_stats_register();
    weave_ways_register();
}

void weave_register_handoff(void)
{
    weave_ids_find_stock();
    weave_payload_find_dissectors();
    handles.stock = find_dissector("websocket");
    handles.taken = create_dissector_handle(weave_dissect, weave_stock(STOCK_WEBSOCKET));
    dissector_add_for_decode_as("tcp.port", handles.own);
    dissector_add_for_decode_as("tls.port", handles.own);
    heur_dissector_add("tcp", weave_dissect_heuristic, "SIP over WebSocket, from its middle", "sipweave_tcp",
                       weave_ids.protocol, HEURISTIC_DISABLE);
    heur_dissector_add("tls", weave_dissect_heuristic, "SIP over secure WebSocket, from its middle", "sipweave_tls",
                       weave_ids.protocol, HEURISTIC_DISABLE);
    weave_odd_register();
    apply_preferences();
}
