/* SPDX-License-Identifier: MIT */
#include "sipweave/connection.h"
