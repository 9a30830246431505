/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which fields, subtrees and expert infos does Wireshark learn from us?
 */
#include "ids.h"

struct weave_ids weave_ids;

/* Fields. */

#define WEAVE_HF(id, title, name, type, display, strings, help)                                                        \
    {&weave_ids.field[WEAVE_##id], {title, "sipweave." name, type, display, strings, 0, help, HFILL}},

static void register_fields(int protocol)
{
    static hf_register_info fields[] = {WEAVE_FIELDS(WEAVE_HF)};
    for (size_t i = 0; i < WEAVE_FIELD_COUNT; i++)
        weave_ids.field[i] = -1;
    proto_register_field_array(protocol, fields, array_length(fields));
}

static void register_subtrees(void)
{
    static int *subtrees[SUBTREE_COUNT];
    for (size_t i = 0; i < SUBTREE_COUNT; i++) {
        weave_ids.subtree[i] = -1;
        subtrees[i] = &weave_ids.subtree[i];
    }
    proto_register_subtree_array(subtrees, SUBTREE_COUNT);
}

/* Expert infos. */

#define LOSS(reason, name, severity, text)                                                                             \
    {                                                                                                                  \
        &weave_ids.loss[SW_REASON_##reason],                                                                           \
        {                                                                                                              \
            "sipweave.loss." name, PI_UNDECODED, severity, text, EXPFILL                                               \
        }                                                                                                              \
    }

/* "WS-MASK-CLIENT" becomes "sipweave.rule.ws_mask_client". Lives as long as the program. */
static const char *rule_name(const struct sw_rule_info *rule)
{
    char *name = wmem_strdup_printf(wmem_epan_scope(), "sipweave.rule.%s", rule->id);
    for (char *at = name + strlen("sipweave.rule."); *at != '\0'; at++)
        *at = *at == '-' ? '_' : g_ascii_tolower(*at);
    return name;
}

/* LINT is a note, SHOULD a warning, MUST an error. */
static void register_rules(expert_module_t *module)
{
    static const int severities[] = {PI_NOTE, PI_WARN, PI_ERROR};
    static ei_register_info experts[SW_RULE_COUNT];
    for (int i = 0; i < SW_RULE_COUNT; i++) {
        const struct sw_rule_info *rule = sw_rule_info((enum sw_rule)i);
        weave_ids.rule[i] = (expert_field)EI_INIT;
        experts[i].ids = &weave_ids.rule[i];
        experts[i].eiinfo = (expert_field_info){rule_name(rule), PI_PROTOCOL, severities[sw_level_weight(rule->level)],
                                                rule->text, EXPFILL};
    }
    expert_register_field_array(module, experts, SW_RULE_COUNT);
}

static void register_experts(int protocol)
{
    static ei_register_info experts[] = {
        LOSS(NO_KEY, "no_key", PI_WARN, "Not decoded: no key"),
        LOSS(CIPHER_SUITE_UNKNOWN, "cipher_suite_unknown", PI_WARN, "Not decoded: unknown cipher suite"),
        LOSS(SEGMENT_MISSING, "segment_missing", PI_WARN, "Not decoded: a segment is missing"),
        LOSS(SNAPLEN_CUT, "snaplen_cut", PI_WARN, "Not decoded: the packet was cut"),
        LOSS(NO_HANDSHAKE, "no_handshake", PI_NOTE, "Not decoded: the handshake was not seen"),
        LOSS(DEFLATE_HISTORY_LOST, "deflate_history_lost", PI_WARN, "Not decoded: deflate history is lost"),
        LOSS(NOT_SIP, "not_sip", PI_NOTE, "Not decoded: not WebSocket"),
        LOSS(LIMIT, "limit", PI_WARN, "Not decoded: a limit was reached"),
        LOSS(MALFORMED, "malformed", PI_WARN, "Not decoded: malformed"),
        {&weave_ids.unknown_opcode,
         {"sipweave.opcode_unknown", PI_UNDECODED, PI_NOTE, "A frame with a reserved opcode", EXPFILL}},
        {&weave_ids.several_sip,
         {"sipweave.several_sip", PI_PROTOCOL, PI_NOTE, "More than one SIP message in a WebSocket message", EXPFILL}},
    };
    for (size_t i = 0; i < array_length(experts); i++)
        *experts[i].ids = (expert_field)EI_INIT;
    expert_module_t *module = expert_register_protocol(protocol);
    expert_register_field_array(module, experts, array_length(experts));
    register_rules(module);
}

void weave_ids_register(int protocol)
{
    weave_ids.protocol = protocol;
    weave_ids.tap = register_tap("sipweave");
    register_fields(protocol);
    register_subtrees();
    register_experts(protocol);
}

void weave_ids_find_stock(void)
{
#define WEAVE_NAME(id, name) [STOCK_##id] = (name),
    static const char *const names[] = {WEAVE_STOCK_FIELDS(WEAVE_NAME)};
    for (size_t i = 0; i < STOCK_FIELD_COUNT; i++)
        weave_ids.stock[i] = proto_registrar_get_id_byname(names[i]);
}

void weave_ids_find_expert(void)
{
    weave_ids.expert = proto_get_id_by_filter_name("_ws.expert");
    weave_ids.expert_tap = find_tap_id("expert");
}

proto_item *weave_stock_add(proto_tree *tree, enum weave_stock_field field, tvbuff_t *tvb, int offset, int size,
                            guint encoding)
{
    int id = weave_stock(field);
    return proto_field_is_referenced(tree, id) ? proto_tree_add_item(tree, id, tvb, offset, size, encoding) : NULL;
}
