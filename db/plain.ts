// SPDX-License-Identifier: AGPL-3.0-or-later
// How is a text compared when accents, capitals and ligatures do not matter? For everything that people search by text.

/** No accent, no capital, ligatures written out: « Cœur d’Été » is « coeur d’ete ». */
export function plain(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('œ', 'oe').replaceAll('æ', 'ae')
}
