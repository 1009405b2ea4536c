// SPDX-License-Identifier: AGPL-3.0-or-later
/** Days for which the rows of a file are kept. */
export const FILE_DAYS = 30
/** Different words of one column; with more it is no category, level or project. */
export const MOST_WORDS = 100
