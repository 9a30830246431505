/* SPDX-License-Identifier: MIT */
#include "sipweave/call.h"
