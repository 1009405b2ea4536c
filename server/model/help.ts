// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody says that something on the site does not work.

/** A request is deleted so long after its last news, whatever its state. */
export const HELP_MONTHS = 6
