// SPDX-License-Identifier: AGPL-3.0-or-later

/** Without accents or capitals, to look for a part of a name. */
export function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
