/* SPDX-License-Identifier: MIT */
#include "capture/capture.h"
