/* SPDX-License-Identifier: MIT
 *
 * Is the Session-ID one of RFC 7989 5?
 */
#include "rules/sip_case.h"

enum { UUID_SIZE = 32 };

static bool is_hex(uint8_t c, bool any_case)
{
    uint8_t low = any_case ? sw_lower(c) : c;
    return sw_is_digit(c) || (low >= 'a' && low <= 'f');
}

static bool is_uuid(struct sw_slice text, bool any_case)
{
    for (size_t i = 0; i < text.size; i++)
        if (!is_hex(text.data[i], any_case))
            return false;
    return text.size == UUID_SIZE;
}

/* Others had headers of that name before. A remote parameter, or the size of the value, tells whose it is. */
void sw_check_sip_session_id(const struct sw_sip_case *one)
{
    const struct sw_slice value = one->named[SW_NAMED_SESSION_ID];
    struct sw_param param;
    unsigned remotes = 0;
    if (value.data == NULL)
        return;
    size_t semicolon = sw_slice_find(value, ';');
    struct sw_slice local = sw_slice_trim(sw_slice_head(value, semicolon));
    struct sw_slice rest = sw_slice_skip(value, semicolon);
    bool good = is_uuid(local, false);
    while (sw_param_next(&rest, &param)) {
        if (!sw_slice_equal_nocase(param.name, SW_SLICE("remote")))
            continue;
        good &= is_uuid(param.value, false);
        remotes++;
    }
    if (remotes > 1)
        sw_case_report(one, SW_RULE_SESSID_REMOTE_DUP, "Session-ID", value);
    else if (!good && (remotes > 0 || is_uuid(local, true)))
        sw_case_report(one, SW_RULE_SESSID_SYNTAX, "Session-ID", value);
}
