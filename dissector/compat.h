/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What differs between Wireshark 4.0, 4.2, 4.4 and 4.6, so that nothing else has to ask.
 */
#ifndef WEAVE_COMPAT_H
#define WEAVE_COMPAT_H

#include <wireshark.h>
#include <ws_version.h>

#include <epan/conversation.h>
#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <epan/tap.h>
#include <epan/tfs.h>

#define WEAVE_WIRESHARK(major, minor)                                                                                  \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* What callbacks return, and boolean preferences are, in this version. */
#if WEAVE_WIRESHARK(4, 4)
typedef bool weave_bool;
#else
typedef gboolean weave_bool;
#endif

/* The last parameter of what a conversation filter calls. */
#if WEAVE_WIRESHARK(4, 4)
#define WEAVE_USER_DATA , void *user_data _U_
#define weave_conversation_filter_register(protocol, title, valid, build)                                              \
    register_conversation_filter(protocol, title, valid, build, NULL)
#else
#define WEAVE_USER_DATA
#define weave_conversation_filter_register register_conversation_filter
#endif

#if WEAVE_WIRESHARK(4, 2)
#define weave_follow_register(protocol, tap, packet, number, ends, port)                                               \
    register_follow_stream(protocol, tap, packet, number, ends, port, follow_tvb_tap_listener, NULL, NULL)
#else
#define weave_follow_register(protocol, tap, packet, number, ends, port)                                               \
    register_follow_stream(protocol, tap, packet, number, ends, port, follow_tvb_tap_listener)
#endif

/* The menu of statistics. */
#if WEAVE_WIRESHARK(4, 2)
#define WEAVE_TELEPHONY REGISTER_TELEPHONY_GROUP_UNSORTED
#else
#define WEAVE_TELEPHONY REGISTER_STAT_GROUP_TELEPHONY
#endif

#if WEAVE_WIRESHARK(4, 2)
#define weave_stats_tree_register(tap, name, title, packet, init)                                                      \
    stats_tree_set_group(stats_tree_register_plugin(tap, name, title, 0, packet, init, NULL), WEAVE_TELEPHONY)
#else
/* In 4.0 only what is told to be a plugin's gets into a menu: Statistics. */
#define weave_stats_tree_register(tap, name, title, packet, init)                                                      \
    stats_tree_register_plugin(tap, name, title, 0, packet, init, NULL)
#endif

#endif
