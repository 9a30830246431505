/* SPDX-License-Identifier: MIT
 *
 * May others have that tag, too? RFC 3261 19.3 wants at least 32 bits of chance in it. What chance there is nobody can
 * see; but three characters haven't room for so much, and one that comes twice had none.
 */
#include "rules/talk_check.h"

enum { SHORT = 3 };

/* Of a From or To. Nearly all end with ">;tag=" and a token, and needn't be parsed. */
static struct sw_slice tag_of(struct sw_slice value)
{
    const struct sw_slice usual = SW_SLICE(">;tag=");
    const uint8_t *bracket = value.size == 0 ? NULL : memrchr(value.data, '>', value.size);
    const struct sw_slice end = bracket == NULL ? value : sw_slice_skip(value, (size_t)(bracket - value.data));
    const struct sw_slice token = sw_slice_skip(end, usual.size);
    struct sw_name_addr address;
    if (sw_slice_starts(end, usual) && token.size > 0 && sw_token_size(token) == token.size)
        return token;
    return sw_name_addr_parse(value, &address) == SW_OK ? address.tag : (struct sw_slice){0};
}

static void check_size(const struct sw_said *said, const char *field, struct sw_slice tag)
{
    char shown[SW_SAID_SHOWN];
    if (tag.size > 0 && tag.size <= SHORT)
        sw_said_report(said, SW_RULE_SIP_TAG_ENTROPY, NULL, "the tag of %s is \"%s\"", field, sw_said_show(shown, tag));
}

/* A request outside of dialogs, from who made it: its tag is new, unless its Call-ID is an old one. */
void sw_talk_from_tag(const struct sw_said *said)
{
    const struct sw_signal *signal = said->signal;
    const uint64_t hash = signal->from_tag ^ signal->near_end ^ (uint64_t)SW_RULE_SIP_TAG_ENTROPY << 32;
    char shown[SW_SAID_SHOWN];
    if (signal->to_tag != 0 || signal->from_tag == 0 || said->vias.count != 1 || said->tx->older != NULL)
        return;
    const struct sw_slice tag = tag_of(said->sip->first[SW_SIP_FROM]);
    struct sw_fact *fact = sw_fact_of(said->talks, hash, true);
    if (fact->value != 0 && fact->value != said->talk->call_id)
        sw_said_report(said, SW_RULE_SIP_TAG_ENTROPY, NULL, "the tag of From, \"%s\", was in another Call-ID before",
                       sw_said_show(shown, tag));
    else
        check_size(said, "From", tag);
    fact->value = said->talk->call_id;
}

/* The first that a response to such a request has. */
void sw_talk_to_tag(const struct sw_said *said)
{
    if (said->tx->to_tag == 0)
        check_size(said, "To", tag_of(said->sip->first[SW_SIP_TO]));
}
