/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What does Wireshark look for in a plugin?
 */
#include "packet-sipweave.h"

#define WEAVE_EXPORT __attribute__((visibility("default")))

WEAVE_EXPORT extern const char plugin_version[];
WEAVE_EXPORT extern const int plugin_want_major;
WEAVE_EXPORT extern const int plugin_want_minor;
WEAVE_EXPORT void plugin_register(void);
WEAVE_EXPORT uint32_t plugin_describe(void);

const char plugin_version[] = SIPWEAVE_VERSION;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

void plugin_register(void)
{
    static proto_plugin plugin = {.register_protoinfo = weave_register_protocol,
                                  .register_handoff = weave_register_handoff};
    proto_register_plugin(&plugin);
}

/* From 4.2 on Wireshark asks what kinds of plugin this is: a dissector. */
uint32_t plugin_describe(void)
{
    return 1 << 0;
}
