/* SPDX-License-Identifier: MIT
 *
 * Who lives where: 10/8 (RFC 1918), 192.0.2/24 and 198.51.100/24 (RFC 5737).
 */
#ifndef BENCH_PLACES_H
#define BENCH_PLACES_H

#include <stdint.h>

#define PROXY_ADDRESS    UINT32_C(0x0a000a0a) /* 10.0.10.10 */
#define RELAY_ADDRESS    UINT32_C(0x0a000a14) /* 10.0.10.20, media */
#define RESOLVER_ADDRESS UINT32_C(0x0a000a35) /* 10.0.10.53 */
#define WEB_ADDRESS      UINT32_C(0xc6336414) /* 198.51.100.20 and the next ones */
#define VPN_ADDRESS      UINT32_C(0xc6336428) /* 198.51.100.40 */
#define GATEWAY_ADDRESS  UINT32_C(0xc6336464) /* 198.51.100.100 and the next ones */
#define CLIENTS_ADDRESS  UINT32_C(0x0a400000) /* 10.64/10 */
#define OTHERS_ADDRESS   UINT32_C(0x0a800000) /* 10.128/10 */
#define ATTACK_ADDRESS   UINT32_C(0x0ac00000) /* 10.192/10 */
#define HOSTS            UINT32_C(0x3ffffe)   /* in each of these */
#define NATTED_ADDRESS   UINT32_C(0xc0000200) /* 192.0.2/24 */

enum { PROXY_WS_PORT = 8088, PROXY_WSS_PORT = 443, PROXY_SIP_PORT = 5060 };

#endif
