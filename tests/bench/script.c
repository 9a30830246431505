/* SPDX-License-Identifier: MIT
 *
 * Who says what when: the parts that conversations are put together from (compare RFC 3665). Columns: hop, CSeq method,
 * status (0: request), flags, body, shortest and longest wait in milliseconds.
 */
#include "call.h"

const struct step script_invite[] = {
    {CALLER_UP, INVITE, 0, NEW_REQUEST, BODY_OFFER, 5, 200},
    {CALLER_DOWN, INVITE, 100, ONE_HOP, BODY_NONE, 1, 2},
    {CALLEE_DOWN, INVITE, 0, 0, BODY_OFFER, 0, 3},
    {CALLEE_UP, INVITE, 100, 0, BODY_NONE, 2, 10},
    {CALLEE_UP, INVITE, 180, 0, BODY_NONE, 2, 60},
    {CALLER_DOWN, INVITE, 180, 0, BODY_NONE, 0, 1},
    {.hop = HOP_END},
};

const struct step script_answer[] = {
    {CALLEE_UP, INVITE, 200, 0, BODY_ANSWER, 800, 8000},
    {CALLER_DOWN, INVITE, 200, 0, BODY_ANSWER, 0, 1},
    {CALLER_UP, ACK_METHOD, 0, ACK_OF_2XX | IN_DIALOG, BODY_NONE, 5, 25},
    {CALLEE_DOWN, ACK_METHOD, 0, ACK_OF_2XX | IN_DIALOG, BODY_NONE, 0, 2},
    {.hop = HOP_END},
};

const struct step script_busy[] = {
    {CALLEE_UP, INVITE, 486, 0, BODY_NONE, 300, 6000},
    {CALLEE_DOWN, ACK_METHOD, 0, ONE_HOP, BODY_NONE, 0, 1},
    {CALLER_DOWN, INVITE, 486, 0, BODY_NONE, 0, 1},
    {CALLER_UP, ACK_METHOD, 0, 0, BODY_NONE, 1, 5},
    {.hop = HOP_END},
};

const struct step script_cancel[] = {
    {CALLER_UP, CANCEL, 0, 0, BODY_NONE, 500, 9000},
    {CALLER_DOWN, CANCEL, 200, ONE_HOP, BODY_NONE, 0, 1},
    {CALLEE_DOWN, CANCEL, 0, ONE_HOP, BODY_NONE, 0, 1},
    {CALLEE_UP, CANCEL, 200, ONE_HOP, BODY_NONE, 1, 10},
    {CALLEE_UP, INVITE, 487, 0, BODY_NONE, 0, 2},
    {CALLEE_DOWN, ACK_METHOD, 0, ONE_HOP, BODY_NONE, 0, 1},
    {CALLER_DOWN, INVITE, 487, 0, BODY_NONE, 0, 1},
    {CALLER_UP, ACK_METHOD, 0, 0, BODY_NONE, 1, 5},
    {.hop = HOP_END},
};

const struct step script_not_found[] = {
    {CALLER_UP, INVITE, 0, NEW_REQUEST, BODY_OFFER, 5, 200},
    {CALLER_DOWN, INVITE, 100, ONE_HOP, BODY_NONE, 1, 2},
    {CALLER_DOWN, INVITE, 404, ONE_HOP, BODY_NONE, 0, 4},
    {CALLER_UP, ACK_METHOD, 0, 0, BODY_NONE, 1, 5},
    {.hop = HOP_END},
};

const struct step script_info[] = {
    {CALLER_UP, INFO, 0, NEW_REQUEST | IN_DIALOG, BODY_DTMF, 300, 3000},
    {CALLEE_DOWN, INFO, 0, IN_DIALOG, BODY_DTMF, 0, 2},
    {CALLEE_UP, INFO, 200, IN_DIALOG, BODY_NONE, 1, 10},
    {CALLER_DOWN, INFO, 200, IN_DIALOG, BODY_NONE, 0, 1},
    {.hop = HOP_END},
};

const struct step script_hold[] = {
    {CALLER_UP, INVITE, 0, NEW_REQUEST | IN_DIALOG, BODY_HOLD, 1000, 6000},
    {CALLER_DOWN, INVITE, 100, IN_DIALOG | ONE_HOP, BODY_NONE, 0, 1},
    {CALLEE_DOWN, INVITE, 0, IN_DIALOG, BODY_HOLD, 0, 1},
    {CALLEE_UP, INVITE, 100, IN_DIALOG, BODY_NONE, 2, 10},
    {CALLEE_UP, INVITE, 200, IN_DIALOG, BODY_HELD, 10, 60},
    {CALLER_DOWN, INVITE, 200, IN_DIALOG, BODY_HELD, 0, 1},
    {CALLER_UP, ACK_METHOD, 0, ACK_OF_2XX | IN_DIALOG, BODY_NONE, 2, 10},
    {CALLEE_DOWN, ACK_METHOD, 0, ACK_OF_2XX | IN_DIALOG, BODY_NONE, 0, 2},
    {.hop = HOP_END},
};

const struct step script_bye_caller[] = {
    {CALLER_UP, BYE, 0, NEW_REQUEST | IN_DIALOG, BODY_NONE, 2000, 22000},
    {CALLEE_DOWN, BYE, 0, IN_DIALOG, BODY_NONE, 0, 2},
    {CALLEE_UP, BYE, 200, IN_DIALOG, BODY_NONE, 1, 10},
    {CALLER_DOWN, BYE, 200, IN_DIALOG, BODY_NONE, 0, 1},
    {.hop = HOP_END},
};

const struct step script_bye_callee[] = {
    {CALLEE_UP, BYE, 0, NEW_REQUEST | IN_DIALOG | BY_CALLEE, BODY_NONE, 2000, 22000},
    {CALLER_DOWN, BYE, 0, IN_DIALOG | BY_CALLEE, BODY_NONE, 0, 2},
    {CALLER_UP, BYE, 200, IN_DIALOG | BY_CALLEE, BODY_NONE, 1, 10},
    {CALLEE_DOWN, BYE, 200, IN_DIALOG | BY_CALLEE, BODY_NONE, 0, 1},
    {.hop = HOP_END},
};

const struct step script_register[] = {
    {CALLER_UP, REGISTER, 0, NEW_REQUEST, BODY_NONE, 2, 20},
    {CALLER_DOWN, REGISTER, 401, ONE_HOP | CHALLENGE, BODY_NONE, 0, 2},
    {CALLER_UP, REGISTER, 0, NEW_REQUEST | WITH_CREDENTIALS, BODY_NONE, 2, 25},
    {CALLER_DOWN, REGISTER, 200, ONE_HOP, BODY_NONE, 0, 5},
    {.hop = HOP_END},
};

const struct step script_refresh[] = {
    {CALLER_UP, REGISTER, 0, NEW_REQUEST | WITH_CREDENTIALS, BODY_NONE, 2, 25},
    {CALLER_DOWN, REGISTER, 200, ONE_HOP, BODY_NONE, 0, 5},
    {.hop = HOP_END},
};

const struct step script_unregister[] = {
    {CALLER_UP, REGISTER, 0, NEW_REQUEST | WITH_CREDENTIALS | EXPIRES_NOW, BODY_NONE, 2, 25},
    {CALLER_DOWN, REGISTER, 200, ONE_HOP | EXPIRES_NOW, BODY_NONE, 0, 5},
    {.hop = HOP_END},
};

const struct step script_options[] = {
    {CALLER_DOWN, OPTIONS, 0, NEW_REQUEST | BY_CALLEE | ONE_HOP, BODY_NONE, 0, 1},
    {CALLER_UP, OPTIONS, 200, BY_CALLEE | ONE_HOP, BODY_NONE, 1, 10},
    {.hop = HOP_END},
};

const struct step script_message[] = {
    {CALLER_UP, MESSAGE, 0, NEW_REQUEST, BODY_TEXT, 0, 0},
    {CALLER_DOWN, MESSAGE, 202, ONE_HOP, BODY_NONE, 1, 1},
    {.hop = HOP_END},
};
