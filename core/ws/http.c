/* SPDX-License-Identifier: MIT */
#include "sipweave/http.h"
