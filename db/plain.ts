// SPDX-License-Identifier: AGPL-3.0-or-later

/** For text search: no accent, no capital, ligatures written out: « Cœur d’Été » is « coeur d’ete ». */
export function plain(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('œ', 'oe').replaceAll('æ', 'ae')
}
