/* SPDX-License-Identifier: MIT
 *
 * What the public headers stand between. What they declare, and nothing else, the shared library exports: all is
 * compiled with hidden symbols, but for what was declared here first. In C++ it has C linkage.
 */
#ifndef SIPWEAVE_API_H
#define SIPWEAVE_API_H

#ifdef __cplusplus
#define SW_API_BEGIN                                                                                                   \
    _Pragma("GCC visibility push(default)") extern "C"                                                                 \
    {
#define SW_API_END                                                                                                     \
    }                                                                                                                  \
    _Pragma("GCC visibility pop")
#else
#define SW_API_BEGIN _Pragma("GCC visibility push(default)")
#define SW_API_END   _Pragma("GCC visibility pop")
#endif

#endif
