/* SPDX-License-Identifier: MIT */
#include "sipweave/sdp.h"
