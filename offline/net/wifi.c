/* SPDX-License-Identifier: MIT
 *
 * What is in a frame of Wi-Fi? IEEE 802.11 9.2, and the header that capturing hosts put before it (www.radiotap.org).
 */
#include "net/read.h"
#include "net/walk.h"

/* Whether the frame's header is filled up to four bytes: a flag, behind words that say which fields there are, and
 * behind the time of eight bytes, aligned, if that is there. */
static bool is_padded(struct sw_slice radiotap)
{
    enum { FIXED = 4, TIME = 1, FLAGS = 2, PADDED = 0x20 };
    const uint32_t more = UINT32_C(1) << 31;
    size_t at = FIXED;
    const uint32_t present = le32(radiotap.data + at);
    for (uint32_t word = present; (word & more) != 0 && at + 8 <= radiotap.size; word = le32(radiotap.data + at))
        at += 4;
    at += 4;
    if ((present & TIME) != 0)
        at = (at + 7) / 8 * 8 + 8;
    return (present & FLAGS) != 0 && at < radiotap.size && (radiotap.data[at] & PADDED) != 0;
}

/* The header: frame control, duration, addresses 1 to 3, sequence control, address 4 between access points, QoS
 * control, HT control. Of a frame without data, one in fragments, one of several, or one that is encrypted: nothing. */
static enum protocol read_frame(struct walk *walk, bool padded)
{
    enum { VERSION = 3, TYPE = 0xc, DATA = 8, NO_DATA = 0x40, QOS = 0x80 };
    enum { TO_DS = 1, FROM_DS = 2, MORE = 4, PROTECTED = 0x40, ORDER = 0x80, AGGREGATED = 0x80, FRAGMENT = 0xf };
    const uint8_t *header = take(&walk->bytes, 24);
    if (header == NULL)
        return WALK_MALFORMED;
    const uint8_t control = header[0], flags = header[1];
    if ((control & VERSION) != 0 || (control & TYPE) != DATA || (control & NO_DATA) != 0)
        return WALK_OTHER;
    if ((flags & (MORE | PROTECTED)) != 0 || (header[22] & FRAGMENT) != 0)
        return WALK_UNKNOWN;
    const bool bridged = (flags & TO_DS) != 0 && (flags & FROM_DS) != 0;
    const bool qos = (control & QOS) != 0;
    const size_t more = (bridged ? 6U : 0U) + (qos ? 2U : 0U) + (qos && (flags & ORDER) != 0 ? 4U : 0U);
    if (take(&walk->bytes, more + (padded ? (4 - more % 4) % 4 : 0)) == NULL)
        return WALK_MALFORMED;
    return qos && (header[bridged ? 30 : 24] & AGGREGATED) != 0 ? WALK_UNKNOWN : PROTOCOL_LLC;
}

enum protocol step_wlan(struct walk *walk)
{
    return read_frame(walk, false);
}

enum protocol step_radiotap(struct walk *walk)
{
    enum { SHORTEST = 8 };
    const struct sw_slice all = walk->bytes;
    if (all.size < SHORTEST || all.data[0] != 0)
        return WALK_MALFORMED;
    const size_t size = le16(all.data + 2);
    if (size < SHORTEST || take(&walk->bytes, size) == NULL)
        return WALK_MALFORMED;
    return read_frame(walk, is_padded((struct sw_slice){all.data, size}));
}
